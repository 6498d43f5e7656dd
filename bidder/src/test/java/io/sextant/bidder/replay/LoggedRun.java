package io.sextant.bidder.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.SegmentReader;
import io.sextant.bidder.event.ModelSwap;
import io.sextant.model.ctr.ArtefactDelta;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a bidder that keeps all its decisions, through everything that can change under it: modifier tables that come and
 * expire, models, a catalogue, leases, a ledger that is not heard of, a restart with other settings.
 */
final class LoggedRun {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> ARMS = List.of("control", "random", "uncertainty", "bound", "uniform",
            "placebo", "neutral", "epsilon", "refined", "process");
    private static final int ROUNDS = 3;

    private static final String CATALOGUE = """
            campaigns:
              - id: rich
                seat: seat-1
                advertiser-id: adv-1
                advertiser-domains: [brand.example]
                cpc: 40
                deal-ids: [PREF-12, PG-77]
                creatives:
                  - {id: rich-banner, format: banner, sizes: [300x250, 320x50, 728x90], image-url: "https://cdn.example/1.png", landing-page: "https://brand.example/1"}
                  - {id: rich-other, format: banner, sizes: [300x250, 320x480, 970x250, 300x600], image-url: "https://cdn.example/2.png", landing-page: "https://brand.example/2"}
                  - {id: rich-video, format: video, sizes: [640x360], landing-page: "https://brand.example/3", video: {media-url: "https://cdn.example/2.mp4", mime: video/mp4, duration: 15}}
                  - {id: rich-native, format: native, landing-page: "https://brand.example/4", native: {title: Rich, image: {url: "https://cdn.example/3.png", w: 1200, h: 627}, sponsored: Brand, cta: Look}}
              - id: poor
                seat: seat-2
                advertiser-id: adv-2
                advertiser-domains: [poor.example]
                cpc: CPC
                daily-budget: 100
                creatives:
                  - {id: poor-banner, format: banner, sizes: [300x250, 320x50, 728x90], image-url: "https://cdn.example/5.png", landing-page: "https://poor.example/1"}
                  - {id: poor-other, format: banner, sizes: [300x250], image-url: "https://cdn.example/6.png", landing-page: "https://poor.example/2"}
            """;

    private final Path directory;
    private final Path log;
    private final OpenRtbCodec codec = new OpenRtbCodec();
    private int sent;
    /** Of the uncertainties, once there are some: so that modifiers lie between their bounds. */
    private double mean = Double.NaN;
    /** Of the requests of the arm that ranks by them, from the lowest to the highest. */
    private List<Double> predictions = List.of();

    private LoggedRun(Path directory, Path log) {
        this.directory = directory;
        this.log = log;
    }

    /** Runs the bidder with its own things in {@code directory} and the decisions in {@code log}. */
    static void into(Path directory, Path log) throws Exception {
        new LoggedRun(directory, log).run();
    }

    private void run() throws Exception {
        Path models = directory.resolve("models");
        catalogue(40);
        for (String arm : List.of("bound", "uniform", "placebo", "epsilon", "refined", "process")) {
            RunningBidder.writeModel(models, arm, 0);
        }
        try (RunningBidder bidder = RunningBidder.start(directory, settings("monte-carlo", "200"))) {
            bidder.hearTheLedger();
            send(bidder);
            await().atMost(SOON).until(() -> bidder.count("bidder.decisions.written") > 0);
            mean = meanUncertainty();
            predictions = predictions();
            tables(bidder, 1, System.currentTimeMillis());
            send(bidder);
            String before = bidder.process.snapshots().current().catalogueVersion();
            catalogue(60);
            await().atMost(SOON)
                    .until(() -> !bidder.process.snapshots().current().catalogueVersion().equals(before));
            send(bidder);
            for (String arm : List.of("uncertainty", "random")) {
                assertThat(bidder.announce(RunningBidder.writeModel(models, arm, 1)))
                        .isEqualTo(ModelSwap.Result.LOADED);
            }
            tables(bidder, 2, System.currentTimeMillis());
            send(bidder);
            bidder.lease(LoggedRun::grant);
            send(bidder);
            tables(bidder, 3, System.currentTimeMillis() - 120_000);
            lateAndDear(bidder);
            send(bidder);
            ModelArtefact full = RunningBidder.writeModel(models, "uncertainty", 2);
            assertThat(bidder.announce(full)).isEqualTo(ModelSwap.Result.LOADED);
            send(bidder);
            ArtefactDelta.Written third = RunningBidder.writeDelta(models, full);
            ModelSnapshot announced = RunningBidder.announcement(RunningBidder.announcement(full), third);
            assertThat(bidder.announce(announced)).isEqualTo(ModelSwap.Result.PATCHED);
            send(bidder);
            assertThat(bidder.announce(RunningBidder.announcement(announced,
                    RunningBidder.writeDelta(models, third.result())))).isEqualTo(ModelSwap.Result.PATCHED);
            send(bidder);
            await().atMost(SOON).until(() -> bidder.gauge("bidder.decisions.queued") == 0);
            assertThat(bidder.count("bidder.decisions.dropped", "reason", "full")).isZero();
            assertThat(bidder.count("bidder.decisions.dropped", "reason", "unwritten")).isZero();
            assertThat(bidder.count("bidder.decisions.dropped", "reason", "state_gone")).isZero();
        }
        try (RunningBidder bidder = RunningBidder.start(directory, settings("row-information", "2"))) {
            tables(bidder, 4, System.currentTimeMillis());
            send(bidder);
            bidder.hearTheLedger();
            send(bidder);
        }
    }

    private Map<String, String> settings(String estimator, String candidatesMax) {
        var settings = new HashMap<String, String>();
        settings.put("replay.dir", log.toString());
        settings.put("replay.segment-bytes", "40000");
        settings.put("events.sample-share", "1");
        settings.put("campaigns.poll-interval", "50ms");
        settings.put("bidding.candidates-max", candidatesMax);
        settings.put("exploration.measured-share", "0.5");
        settings.put("exploration.estimator", estimator);
        settings.put("exploration.age.delta", estimator.equals("monte-carlo") ? "masks" : "row-information");
        settings.put("exploration.scores.epsilon", "0.5");
        settings.put("pricing.usd-per-unit", "{EUR: 1.0843, GBP: 1.27}");
        settings.put("budget.leases", "ledger");
        settings.put("budget.dead-man", "1h");
        settings.put("experiment.arms", """
                [{name: control, weight: 1, pctr: plain, exploration: none},
                 {name: random, weight: 1, pctr: plain, exploration: random},
                 {name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty},
                 {name: bound, weight: 0.7, pctr: age-ucb, exploration: uncertainty},
                 {name: uniform, weight: 0.4, pctr: plain, exploration: uniform},
                 {name: placebo, weight: 0.6, pctr: plain, exploration: pctr-placebo},
                 {name: epsilon, weight: 0.5, pctr: epsilon-greedy, exploration: none},
                 {name: refined, weight: 0.5, pctr: ur-gradient-ts, exploration: none},
                 {name: process, weight: 0.5, pctr: gp-ts, exploration: none},
                 {name: neutral, weight: 0.6, pctr: neutral, exploration: none, bid-cpm: 3.7}]""");
        return settings;
    }

    private void catalogue(int cpc) throws IOException {
        Path file = directory.resolve("campaigns.yaml");
        Path next = directory.resolve("campaigns.new");
        Files.writeString(next, CATALOGUE.replace("CPC", Integer.toString(cpc)));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Every sample request several times, from other users. */
    private void send(RunningBidder bidder) {
        for (int round = 0; round < ROUNDS; round++) {
            for (String name : BidRequestFixtures.names()) {
                BidRequest.Builder request = BidRequestFixtures.request(name).toBuilder();
                request.setId(name + "-" + sent).setTmax(3_000);
                request.getUserBuilder().setId("user-" + sent).clearBuyeruid();
                post(bidder, request);
            }
        }
    }

    /** Requests whose time is up before anything is decided, and such that are too dear. */
    private void lateAndDear(RunningBidder bidder) {
        for (int i = 0; i < 5; i++) {
            post(bidder, BidRequestFixtures.banner().setId("late-" + sent).setTmax(1));
            BidRequest.Builder dear = BidRequestFixtures.banner().setId("dear-" + sent).setTmax(3_000);
            dear.getImpBuilder(0).setBidfloor(100_000);
            post(bidder, dear);
        }
    }

    private void post(RunningBidder bidder, BidRequest.Builder request) {
        sent++;
        assertThat(bidder.bid(codec.write(request.build())).statusCode()).isIn(200, 204);
    }

    /** What the bidder is told of how to measure changes with the version; what it is not told it takes from its own settings. */
    private void tables(RunningBidder bidder, long version, long timeMs) {
        var measure = switch ((int) version) {
            case 1 ->
                new UncertaintyMeasure(UncertaintyMeasure.Estimator.MONTE_CARLO, 20, UncertaintyScale.PROBABILITY);
            case 2 -> new UncertaintyMeasure(UncertaintyMeasure.Estimator.LINEARISED, 20, UncertaintyScale.PROBABILITY);
            case 3 -> new UncertaintyMeasure(UncertaintyMeasure.Estimator.MONTE_CARLO, 7, UncertaintyScale.LOGIT);
            default -> new UncertaintyMeasure(UncertaintyMeasure.Estimator.ROW_INFORMATION, 20,
                    UncertaintyScale.PROBABILITY);
        };
        var settings = ExplorationSettings.newBuilder().setExploreShare(0.8).setQuantileHigh(1).setModifierMin(0.5)
                .setModifierMax(3).setTimeToLiveMs(60_000);
        if (version == 2 || version == 3) {
            measure.writeTo(settings);
        }
        for (String arm : ARMS) {
            bidder.process.snapshots().withTable(arm, BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm(arm)
                    .setVersion(version).setTimeMs(timeMs).setUncertaintyEpoch(measure.epoch(1)).setGain(0.9)
                    .addCell(CellStatistics.newBuilder().setCount(1_000).setMean(mean * (1 + version * 0.01))
                            .setQuantileLowValue(0).setQuantileHighValue(1))
                    .setModifiers(ModifierDistribution.newBuilder().addModifier(0.8).addCumulative(0.25)
                            .addModifier(1.1 + version / 7.0).addCumulative(0.6).addModifier(1.9).addCumulative(1)
                            .setCount(500))
                    .addAllRankedQuantile(predictions).setSettings(settings)
                    .build()));
        }
    }

    private double meanUncertainty() throws IOException {
        return events().stream().mapToDouble(BidEvent::getUncertainty).filter(u -> u > 0).average().orElseThrow();
    }

    private List<Double> predictions() throws IOException {
        return events().stream().filter(BidEvent::hasRanked).map(BidEvent::getRanked).sorted().toList();
    }

    private List<BidEvent> events() throws IOException {
        List<BidEvent> events = new ArrayList<>();
        for (Path segment : new DecisionDirectory(log).segments()) {
            try (var reader = new SegmentReader(segment)) {
                for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    /** In some arms enough, in one held back, in one nothing left, in the others no answer. */
    private static LeaseGrant.@Nullable Builder grant(LeaseRequest request) {
        var grant = LeaseGrant.newBuilder().setGrantedNanos(1_000_000_000_000L).setPass(1)
                .setExpiresMs(request.getTimeMs() + 3_600_000);
        return switch (request.getArm()) {
            case "control", "bound", "neutral" -> grant;
            case "uncertainty", "epsilon" -> grant.setPass(0.5);
            case "random" -> grant.setGrantedNanos(0).setState(LeaseState.LEASE_DAY_SPENT);
            case "uniform" -> grant.setGrantedNanos(1);
            default -> null;
        };
    }
}
