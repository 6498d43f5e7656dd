package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.bidder.spending.BudgetConfig;
import io.sextant.bidder.spending.Treasury;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A pipeline with one arm and a linear model, on which every ad clicks with probability one half until told otherwise. */
final class Wiring {
    static final long NOW_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    static final FeatureSchema SCHEMA = FeatureSchemas.standard();
    private static final FeatureEncoder ENCODER = new FeatureEncoder(SCHEMA, new UserAgents(16));
    private static final NativeReader NO_NATIVE = json -> json.startsWith("{")
            ? NativeRequest.newBuilder().addAssets(NativeRequest.Asset.newBuilder().setId(1).setRequired(true)
                    .setTitle(NativeRequest.Title.newBuilder().setLen(25))).build()
            : null;

    final Exchanges exchanges = new Exchanges(
            Map.of("adx", new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", ""),
                    "off", new ExchangeConfig(true, ExchangeConfig.Notice.NURL, "USD", "${AUCTION_PRICE}", "")));
    final SnapshotHolder snapshots;
    BidPipeline pipeline;
    final LinearModel model = new LinearModel(SCHEMA, "only", 3);
    final CurrencyRates currencies = new CurrencyRates(Map.of("EUR", 1.25));
    final BidScratch scratch;
    private final BiddingConfig bidding;
    private final ExplorationConfig exploration;
    private final List<Arm> arms;
    long nanos;
    long nanosPerLook;

    Wiring(Arm.PctrRule pctr, Arm.ExplorationRule rule, double measuredShare, boolean agePrices,
            Campaign... campaigns) {
        this(pctr, rule, exploration(measuredShare, agePrices, 1000), campaigns);
    }

    /** An arm that asks no model, and has none. */
    static Wiring neutral(long bidCpmMicros, Campaign... campaigns) {
        return new Wiring(new Arm("only", 1, Arm.PctrRule.NEUTRAL, Arm.ExplorationRule.NONE, bidCpmMicros),
                exploration(1, true, 1000), campaigns);
    }

    private Wiring(Arm.PctrRule pctr, Arm.ExplorationRule rule, ExplorationConfig exploration, Campaign... campaigns) {
        this(new Arm("only", 1, pctr, rule), exploration, campaigns);
    }

    private Wiring(Arm arm, ExplorationConfig exploration, Campaign... campaigns) {
        this.bidding = new BiddingConfig(200);
        this.exploration = exploration;
        this.arms = List.of(arm);
        this.snapshots = new SnapshotHolder(arms, new Catalogue("", List.of(campaigns)), ENCODER);
        this.pipeline = pipeline(SpendGate.OPEN);
        if (arm.hasModel()) {
            snapshots.withModel("only", model);
        }
        this.scratch = newScratch();
    }

    private BidPipeline pipeline(SpendGate gate) {
        return new BidPipeline(exploration, new ArmAllocator(arms, "salt"), ENCODER, exchanges, currencies, snapshots,
                gate, () -> nanos += nanosPerLook);
    }

    /** Asks this one what may be spent. */
    Wiring gate(SpendGate gate) {
        pipeline = pipeline(gate);
        return this;
    }

    /** With leases for everybody, of a ledger that has so much for each account. */
    Treasury leased(long budgetNanos) {
        var treasury = new Treasury(BudgetConfig.Leases.LEDGER, arms, snapshots.current().campaigns(), budgetNanos,
                NOW_MS);
        gate(treasury.accounts.gate());
        return treasury;
    }

    /** An arm without exploration. */
    static Wiring plain(Campaign... campaigns) {
        return new Wiring(Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE, 0, true, campaigns);
    }

    /** An arm that explores, by Thompson sampling, no more than this many ads of an impression. */
    static Wiring age(int candidatesMax, Campaign... campaigns) {
        return new Wiring(Arm.PctrRule.AGE_TS, Arm.ExplorationRule.NONE, exploration(0, true, candidatesMax),
                campaigns);
    }

    private static ExplorationConfig exploration(double measuredShare, boolean agePrices, int candidatesMax) {
        return new ExplorationConfig(UncertaintyMeasure.Estimator.MONTE_CARLO, 20, UncertaintyScale.PROBABILITY,
                Map.of(), measuredShare,
                new ExplorationConfig.Age(agePrices, AgeConfig.Direction.FGM, 1, AgeConfig.Delta.MASKS,
                        UncertaintyScale.PROBABILITY, false, 20, 0, true, 0, candidatesMax),
                new ExplorationConfig.Scores(0.1, 1, UncertaintyScale.PROBABILITY));
    }

    BidScratch newScratch() {
        return new BidScratch(bidding, exploration, SCHEMA, arms, NO_NATIVE);
    }

    /** Sets the logit of an ad by the weight of its creative's feature. */
    Wiring logit(String creativeId, double logit) {
        int field = IntStream.range(0, SCHEMA.size())
                .filter(i -> SCHEMA.fields().get(i).name().equals("creative")).findFirst().orElseThrow();
        var index = snapshots.current().campaigns();
        IntStream.range(0, index.size()).filter(ad -> index.ad(ad).creative().id().equals(creativeId))
                .forEach(ad -> model.weight(index.features().feature(ad, field - SCHEMA.requestFields()), logit));
        return this;
    }

    /** Gives the arm a table with this mean uncertainty, modifiers from 1 to 2, everything explored. */
    Wiring table(double mean, long timeMs) {
        return table(mean, timeMs, exploration.measure("only"));
    }

    /** The same, and how uncertainty is to be measured. */
    Wiring table(double mean, long timeMs, UncertaintyMeasure measure) {
        var settings = ExplorationSettings.newBuilder().setExploreShare(1).setModifierMin(1).setModifierMax(2)
                .setTimeToLiveMs(60_000);
        measure.writeTo(settings);
        snapshots.withTable("only", BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm("only").setVersion(5)
                .setTimeMs(timeMs)
                .setUncertaintyEpoch(measure.epoch(model.description().uncertaintyEpoch())).setGain(1)
                .addCell(CellStatistics.newBuilder().setCount(10).setMean(mean).setQuantileHighValue(1))
                .setModifiers(ModifierDistribution.newBuilder().addModifier(1.25).addCumulative(1).setCount(1))
                .setSettings(settings)
                .build()));
        return this;
    }

    /** Gives the arm a table that says that exploration is capped. */
    void capped(long timeMs) {
        table(0.01, timeMs);
        UncertaintySnapshot snapshot = snapshots.current().arms().getFirst().modifiers().snapshot();
        snapshots.withTable("only", BidModifierTable
                .of(UncertaintySnapshot.newBuilder(Objects.requireNonNull(snapshot)).setCapped(true).build()));
    }

    /** Gives the arm's table these predictions, evenly spaced quantiles of its window, and the modifiers 1.1, 1.2 to 1.9. */
    Wiring ranked(double... predictions) {
        UncertaintySnapshot told = Objects.requireNonNull(snapshots.current().arms().getFirst().modifiers().snapshot());
        var distribution = ModifierDistribution.newBuilder();
        for (int i = 1; i < 10; i++) {
            distribution.addModifier(1 + i / 10.0).addCumulative(i / 9.0);
        }
        snapshots.withTable("only", BidModifierTable.of(told.toBuilder().setModifiers(distribution)
                .addAllRankedQuantile(Arrays.stream(predictions).boxed().toList()).build()));
        return this;
    }

    NoBidReason bid(BidRequest.Builder request) {
        return pipeline.bid(request.build(), "adx", NOW_MS, Long.MAX_VALUE / 2, scratch);
    }

    /** The decision for the first impression. */
    Impression decide(BidRequest.Builder request) {
        bid(request);
        return scratch.impression(0);
    }

    /** A first-price request with this many 300x250 banners. */
    static BidRequest.Builder request(int impressions) {
        var request = BidRequest.newBuilder().setId("request").setAt(1);
        request.getSiteBuilder().setDomain("news.example").getPublisherBuilder().setId("p1");
        request.getDeviceBuilder().setDevicetype(4).getGeoBuilder().setCountry("DEU");
        for (int i = 0; i < impressions; i++) {
            request.addImpBuilder().setId("imp-" + i).getBannerBuilder().setW(300).setH(250);
        }
        return request;
    }
}
