package io.sextant.bidder.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.event.ModelSwap.Result;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.BiddingConfig;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.ExplorationConfig;
import io.sextant.bidder.pipeline.SpendGate;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of one arm come and go while two loops bid as fast as they can. */
class ModelSwapTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final long NOW_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    private static final int VERSIONS = 4;
    private static final int REQUESTS = 12;
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard(RunningBidder.ROWS_FACTOR,
            FeatureSchemas.HASH_SEED);
    private static final List<Arm> ARMS = List
            .of(new Arm("uncertainty", 1, Arm.PctrRule.AGE_TS, Arm.ExplorationRule.UNCERTAINTY));
    private static final ExplorationConfig EXPLORATION = new ExplorationConfig(UncertaintyMeasure.Estimator.MONTE_CARLO,
            20, UncertaintyScale.PROBABILITY, Map.of(), 1,
            new ExplorationConfig.Age(true, AgeConfig.Direction.PGD, 2, AgeConfig.Delta.MASKS,
                    UncertaintyScale.PROBABILITY, false, 20, 0, false, 0, 10),
            new ExplorationConfig.Scores(0.1, 1, UncertaintyScale.PROBABILITY));
    private static final BiddingConfig BIDDING = new BiddingConfig(40);

    @TempDir
    private Path directory;

    private final List<ModelArtefact> artefacts = new ArrayList<>();
    private final Bidder bidder = new Bidder(10_000);
    private final List<WeakReference<CtrModel>> seen = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();
    private volatile boolean bidding = true;

    /** All of a bidder that a decision goes through. */
    private static final class Bidder {
        final EventLoops loops = new EventLoops();
        final SnapshotHolder holder;
        final ModelSwap swap;
        private final BidPipeline pipeline;
        private final DecisionRecords records;

        Bidder(long letGoMs) {
            FeatureEncoder encoder = new FeatureEncoder(SCHEMA, new UserAgents(16));
            CurrencyRates currencies = new CurrencyRates(Map.of());
            ModelSources sources = new ModelSources(_ -> {});
            holder = new SnapshotHolder(ARMS, new Catalogue("catalogue", campaigns()), encoder);
            swap = new ModelSwap(holder, new ModelLoader(), loops, sources, letGoMs);
            pipeline = new BidPipeline(EXPLORATION, new ArmAllocator(ARMS, "salt"), encoder,
                    new Exchanges(Map.of("adx",
                            new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", ""))),
                    currencies, holder, SpendGate.OPEN, System::nanoTime);
            records = new DecisionRecords(currencies, SCHEMA.fingerprint(), "settings", sources);
            holder.withTable("uncertainty", table());
        }

        private static List<Campaign> campaigns() {
            return IntStream.range(0, 20)
                    .mapToObj(i -> CampaignBuilder.campaign("c" + i).cpc(1 + 0.001 * i).build()).toList();
        }

        /** Everything is explored, with modifiers near 2. */
        private static BidModifierTable table() {
            return BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm("uncertainty").setVersion(5)
                    .setTimeMs(NOW_MS).setUncertaintyEpoch(EXPLORATION.measure("uncertainty").epoch(1)).setGain(1)
                    .addCell(CellStatistics.newBuilder().setCount(10).setMean(1.5e-4).setQuantileHighValue(1))
                    .setSettings(ExplorationSettings.newBuilder().setExploreShare(1).setModifierMin(1)
                            .setModifierMax(1_000).setTimeToLiveMs(60_000))
                    .build());
        }

        BidScratch newScratch() {
            return new BidScratch(BIDDING, EXPLORATION, SCHEMA, ARMS, _ -> null);
        }

        /** The decision about a request's one impression, as it is logged. */
        BidEvent decide(int request, BidScratch scratch) {
            BidRequest.Builder built = BidRequest.newBuilder().setId("request-" + request).setAt(1);
            built.getSiteBuilder().setDomain("news" + request + ".example");
            built.addImpBuilder().setId("1").getBannerBuilder().setW(300).setH(250);
            BidRequest made = built.build();
            pipeline.bid(made, "adx", NOW_MS, Long.MAX_VALUE / 2 + System.nanoTime(), scratch);
            return records.event(ByteString.EMPTY, scratch, 0,
                    records.facts(made, scratch, scratch.impression(0), "bid"));
        }

        long version() {
            return holder.current().arms().getFirst().modelVersion();
        }

        WeakReference<CtrModel> model() {
            return new WeakReference<>(holder.current().arms().getFirst().model());
        }
    }

    @BeforeEach
    void writeModels() throws IOException {
        for (long version = 0; version < VERSIONS; version++) {
            artefacts.add(RunningBidder.writeModel(directory, "uncertainty", version));
        }
    }

    @AfterEach
    void stop() {
        bidding = false;
        threads.forEach(ExecutorService::close);
    }

    @Test
    void shouldDecideARequestWithExactlyOneModelAndFreeTheOthers() throws InterruptedException {
        List<List<BidEvent>> expected = expected();
        Queue<BidEvent> unexpected = new ConcurrentLinkedQueue<>();
        AtomicLongArray decided = new AtomicLongArray(VERSIONS);
        swap(0);
        startLoop(expected, unexpected, decided);
        startLoop(expected, unexpected, decided);

        for (int round = 1; round <= 2 * VERSIONS; round++) {
            int version = round % VERSIONS;
            // Before a model is loaded there is only the current one, so that never more than two are in memory.
            assertOneModelAlive();
            long before = decided.get(version);
            swap(version);
            await().atMost(SOON).pollInterval(OFTEN).until(() -> decided.get(version) > before + REQUESTS);
        }
        assertOneModelAlive();

        assertThat(unexpected).isEmpty();
    }

    @Test
    void shouldNotLoadAThirdModelWhileALoopHangsOnTheFirst() throws InterruptedException {
        Bidder impatient = new Bidder(20);
        BidScratch scratch = impatient.newScratch();
        Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        AtomicBoolean hangs = new AtomicBoolean(true);
        impatient.loops.add(task -> {
            if (hangs.get()) {
                waiting.add(task);
            } else {
                task.run();
            }
        }, () -> scratch.refresh(impatient.holder.current()));
        assertThat(impatient.swap.follow(announced(0))).isEqualTo(Result.LOADED);
        impatient.decide(0, scratch);
        WeakReference<CtrModel> first = impatient.model();

        assertThat(impatient.swap.follow(announced(1))).isEqualTo(Result.LOADED);
        assertThat(impatient.swap.follow(announced(2))).isEqualTo(Result.REFUSED);
        assertThat(impatient.version()).isEqualTo(1);
        System.gc();
        assertThat(first.get()).as("a loop may be using it").isNotNull();

        hangs.set(false);
        waiting.forEach(Runnable::run);
        waiting.clear();
        assertThat(impatient.swap.follow(announced(3))).isEqualTo(Result.LOADED);
        assertThat(impatient.version()).isEqualTo(3);
        await().atMost(SOON).pollInterval(OFTEN).until(() -> {
            System.gc();
            return first.get() == null;
        });
    }

    /** What a bidder decides that never has another model than one. */
    private List<List<BidEvent>> expected() throws InterruptedException {
        List<List<BidEvent>> expected = new ArrayList<>();
        for (int version = 0; version < VERSIONS; version++) {
            Bidder still = new Bidder(10_000);
            still.swap.follow(announced(version));
            try (BidScratch scratch = still.newScratch()) {
                expected.add(IntStream.range(0, REQUESTS).mapToObj(request -> still.decide(request, scratch)).toList());
            }
            BidEvent event = expected.get(version).getFirst();
            assertThat(event.getBid().getModelVersion()).isEqualTo(version);
            assertThat(event.getModelSha256()).isEqualTo(announced(version).getSha256());
            assertThat(event.getCandidates()).isEqualTo(20);
            assertThat(event.getModifier()).isGreaterThan(1);
            // Models tell themselves apart in all that is computed from them.
            for (List<BidEvent> others : expected.subList(0, version)) {
                BidEvent other = others.getFirst();
                assertThat(event.getUncertainty()).isNotEqualTo(other.getUncertainty());
                assertThat(event.getPlainPctr()).isNotEqualTo(other.getPlainPctr());
                assertThat(event.getExploredPctr()).isNotEqualTo(other.getExploredPctr());
            }
        }
        return expected;
    }

    private void startLoop(List<List<BidEvent>> expected, Queue<BidEvent> unexpected, AtomicLongArray decided) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        threads.add(thread);
        BidScratch scratch = bidder.newScratch();
        bidder.loops.add(thread, () -> scratch.refresh(bidder.holder.current()));
        thread.execute(new Runnable() {
            private int next;

            @Override
            public void run() {
                int request = next++ % REQUESTS;
                BidEvent event = bidder.decide(request, scratch);
                int version = (int) event.getBid().getModelVersion();
                if (!event.equals(expected.get(version).get(request))) {
                    unexpected.add(event);
                }
                decided.incrementAndGet(version);
                if (bidding) {
                    thread.execute(this);
                }
            }
        });
    }

    private void swap(int version) throws InterruptedException {
        assertThat(bidder.swap.follow(announced(version))).isEqualTo(Result.LOADED);
        assertThat(bidder.version()).isEqualTo(version);
        seen.add(bidder.model());
    }

    private void assertOneModelAlive() {
        await().atMost(SOON).pollInterval(OFTEN).until(() -> {
            System.gc();
            return seen.stream().filter(model -> model.get() != null).count() == 1;
        });
    }

    private ModelSnapshot announced(int version) {
        ModelArtefact artefact = artefacts.get(version);
        return ModelSnapshot.newBuilder().setArm("uncertainty").setVersion(version)
                .setLocation(artefact.directory().toUri().toString()).setSha256(artefact.sha256())
                .setSchemaFingerprint(SCHEMA.fingerprint()).build();
    }
}
