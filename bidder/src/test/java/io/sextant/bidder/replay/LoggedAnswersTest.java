package io.sextant.bidder.replay;

import static io.sextant.bidder.campaign.CampaignBuilder.banner;
import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.frequency.FrequencyCaps;
import io.sextant.bidder.pipeline.BidLowering;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.BiddingConfig;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.ExplorationConfig;
import io.sextant.bidder.pipeline.Held;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.LinearModel;
import io.sextant.bidder.pipeline.PermittedBits;
import io.sextant.bidder.pipeline.SpendGate;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.openrtb.BidRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever gate and lowering answer by chance, the log's answers lead to the same decision. */
class LoggedAnswersTest {
    private static final long NOW_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard();
    private static final List<Arm> ARMS = List
            .of(new Arm("only", 1, Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE));

    private final FeatureEncoder encoder = new FeatureEncoder(SCHEMA, new UserAgents(16));
    private final ExplorationConfig exploration = new ConfigurationLoader("bidder", Map.of())
            .load(BidderConfig.class, null, Map.of()).exploration();
    private final Exchanges exchanges = new Exchanges(Map.of("adx",
            new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", "")));
    private final SnapshotHolder snapshots = new SnapshotHolder(ARMS, new Catalogue("c", IntStream.range(0, 12)
            .mapToObj(i -> campaign("c" + i).cpc(0.02 + 0.001 * (i * 7 % 12)).creative(banner("a" + i, "300x250"))
                    .creative(banner("b" + i, "300x250")).build())
            .toList()), encoder);
    private final BidScratch scratch = new BidScratch(new BiddingConfig(200), exploration, SCHEMA, ARMS, _ -> null);
    private final DecisionRecords records = new DecisionRecords(SCHEMA.fingerprint(), "settings",
            new ModelSources(_ -> {}));

    LoggedAnswersTest() {
        snapshots.withModel("only", new LinearModel(SCHEMA, "only", 3));
    }

    /** Leaves campaigns out, refuses reservations and names leases by chance. */
    private record Moody(Random random) implements SpendGate {
        @Override
        public NoBidReason admit(String exchange, long nowMs) {
            return NoBidReason.NONE;
        }

        @Override
        public NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads,
                int size, byte[] permitted) {
            boolean any = false;
            for (int place = 0; place < size; place++) {
                if (random.nextInt(4) > 0) {
                    PermittedBits.add(place, permitted);
                    any = true;
                }
            }
            return any ? NoBidReason.NONE : NoBidReason.PACED;
        }

        @Override
        public NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos,
                long nowMs, Held held) {
            int what = random.nextInt(5);
            if (what > 2) {
                held.set(random.nextLong() | 1, 20_000, random.nextInt(100));
            }
            return what == 0 ? NoBidReason.NO_BUDGET : what == 1 ? NoBidReason.NO_LEASE : NoBidReason.NONE;
        }
    }

    @Test
    void shouldDecideTheSameAgainByWhatIsLogged() {
        var random = new Random(17);
        BidLowering lowering = (_, _, _, _, value, floor) -> switch (random.nextInt(3)) {
            case 0 -> value;
            case 1 -> Math.max(0, floor - 1 - random.nextInt(1_000));
            default -> floor + (long) (random.nextDouble() * (value - floor));
        };
        BidPipeline live = pipeline(lowering, new Moody(random));
        var gate = new LoggedGate();
        var logged = new LoggedLowering();
        BidPipeline replay = pipeline(logged, gate);
        int lowered = 0;
        int mixed = 0;
        int nothing = 0;
        for (int i = 0; i < 2_000; i++) {
            BidRequest request = request(i, random);
            List<BidEvent> events = decide(live, request);
            gate.begin();
            logged.begin();
            for (BidEvent event : events) {
                gate.follow(event);
                logged.follow(event);
                mixed += event.getLoweredOut() > 0 && event.getReservationsRefused() > 0 ? 1 : 0;
                lowered += event.hasLoweredCpmMicros() ? 1 : 0;
                nothing += event.getNoBidReason().isEmpty() ? 0 : 1;
            }
            List<BidEvent> again = decide(replay, request);
            for (int imp = 0; imp < events.size(); imp++) {
                assertThat(Difference.between(events.get(imp), again.get(imp))).as("request %s, impression %s", i, imp)
                        .isEmpty();
            }
        }
        assertThat(lowered).isGreaterThan(500);
        assertThat(mixed).isGreaterThan(500);
        assertThat(nothing).isGreaterThan(20);
    }

    private BidPipeline pipeline(BidLowering lowering, SpendGate gate) {
        return new BidPipeline(exploration, new ArmAllocator(ARMS, "salt"), encoder, exchanges, lowering, snapshots,
                gate, FrequencyCaps.NONE, () -> 0);
    }

    private static BidRequest request(int number, Random random) {
        var request = BidRequest.newBuilder().setId("request-" + number).setAt(1 + random.nextInt(2));
        for (int imp = 0; imp < 3; imp++) {
            request.addImpBuilder().setId("imp-" + imp).setBidfloor(3 + 6 * random.nextDouble()).getBannerBuilder()
                    .setW(300).setH(250);
        }
        return request.build();
    }

    private List<BidEvent> decide(BidPipeline pipeline, BidRequest request) {
        pipeline.bid(request, "adx", NOW_MS, Long.MAX_VALUE, scratch);
        List<BidEvent> events = new ArrayList<>();
        for (int imp = 0; imp < scratch.size(); imp++) {
            events.add(records.event(request.toByteString(), scratch, imp,
                    records.facts(request, scratch, scratch.impression(imp), "bid")));
        }
        return events;
    }
}
