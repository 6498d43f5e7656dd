package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.abtesting.allocation.UnitSelector;
import io.sextant.bidder.campaign.Ad;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.frequency.FrequencyCaps;
import io.sextant.bidder.frequency.FrequencyCounts;
import io.sextant.bidder.pricing.ArmModifier;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.BidderSnapshot;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.uncertainty.draw.DecisionKey;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Decides what to bid: one request, one straight line, no other input than the request, the snapshot, the time, what may be
 * spent, what the user has seen, and how much of a bid {@link BidLowering} leaves.
 *
 * <p>
 * The same request under the same snapshot, at the same time and with the same answers of the {@link SpendGate}, the
 * {@link FrequencyCaps} and the {@link BidLowering} gets the same bid, on any loop and in any process: all chance is drawn from a
 * key of request, impression and model version.
 *
 * <p>
 * Threading: immutable and shared by all event loops; each passes its own {@link BidScratch}. Never blocks, locks or logs,
 * and allocates nothing for a candidate.
 */
public final class BidPipeline {
    private static final int[] REQUEST = {CtrModel.MASKED};

    private final ArmAllocator allocator;
    private final FeatureEncoder encoder;
    private final Exchanges exchanges;
    private final PriceStep prices;
    private final double measuredShare;
    private final SnapshotHolder snapshots;
    private final SpendGate gate;
    private final FrequencyCaps caps;
    private final LongSupplier nanoClock;

    /**
     * Wires the pipeline.
     *
     * @param exploration how uncertainty is measured and ads are explored
     * @param allocator   puts units into arms, numbered as in the snapshots
     * @param encoder     the features of all models
     * @param exchanges   which exchanges are bid on
     * @param lowering    what becomes of the best candidate's bid
     * @param snapshots   what to bid with
     * @param gate        what may be spent
     * @param caps        what users have seen
     * @param nanoClock   the clock that deadlines are by, {@code System::nanoTime}
     */
    public BidPipeline(ExplorationConfig exploration, ArmAllocator allocator, FeatureEncoder encoder,
            Exchanges exchanges, BidLowering lowering, SnapshotHolder snapshots, SpendGate gate, FrequencyCaps caps,
            LongSupplier nanoClock) {
        this(allocator, encoder, exchanges, new PriceStep(exploration.age().prices(), lowering),
                exploration.measuredShare(), snapshots, gate, caps, nanoClock);
    }

    private BidPipeline(ArmAllocator allocator, FeatureEncoder encoder, Exchanges exchanges, PriceStep prices,
            double measuredShare, SnapshotHolder snapshots, SpendGate gate, FrequencyCaps caps,
            LongSupplier nanoClock) {
        this.allocator = allocator;
        this.encoder = encoder;
        this.exchanges = exchanges;
        this.prices = prices;
        this.measuredShare = measuredShare;
        this.snapshots = snapshots;
        this.gate = gate;
        this.caps = caps;
        this.nanoClock = nanoClock;
    }

    /** The same pipeline, for bids that nobody pays for. */
    public BidPipeline rehearsing() {
        return new BidPipeline(allocator, encoder, exchanges, prices.with(BidLowering.NONE), measuredShare, snapshots,
                SpendGate.OPEN, FrequencyCaps.NONE, nanoClock);
    }

    /**
     * Decides on every impression of a request; the decisions are in {@code scratch}.
     *
     * @param request      valid OpenRTB with at least one impression, whose ids differ
     * @param exchangeName who sent it
     * @param nowMs        when it came, milliseconds since the epoch
     * @param deadlineNs   when the decision must be there, by the nano clock; a later one is no bid
     * @param scratch      the loop's; overwritten
     * @return NONE if at least one impression has a bid, else why the first one has none
     */
    public NoBidReason bid(BidRequest request, String exchangeName, long nowMs, long deadlineNs, BidScratch scratch) {
        BidderSnapshot snapshot = snapshots.current();
        scratch.begin(request, snapshot, nowMs, nanoClock.getAsLong(), deadlineNs);

        Exchange exchange = exchanges.named(exchangeName);
        if (exchange == null || exchange.config().disabled()) {
            return scratch.refuse(NoBidReason.UNKNOWN_EXCHANGE);
        }
        scratch.comesFrom(exchange);
        scratch.currency = scratch.currencies.answerIn(request.getCurList(),
                scratch.currencies.number(exchange.config().currency()));
        if (scratch.currency == CurrencyRates.UNKNOWN) {
            return scratch.refuse(NoBidReason.NO_CURRENCY);
        }
        ArmState arm = allocate(request, scratch);
        scratch.countIn(exchanges.leafCells(), request, arm.modifiers().settings());
        if (arm.arm().hasModel() && !begin(arm, exchange, scratch)) {
            return scratch.refuse(NoBidReason.NO_MODEL);
        }
        if (late(Step.ALLOCATE, scratch)) {
            return scratch.refuse(NoBidReason.TIMEOUT);
        }
        NoBidReason reason = gate.admit(exchange.name(), nowMs);
        if (reason != NoBidReason.NONE) {
            return scratch.refuse(reason);
        }
        reason = snapshot.campaigns().matchRequest(request, exchange.name(), nowMs, scratch.match);
        if (reason != NoBidReason.NONE) {
            return scratch.refuse(reason);
        }
        for (int i = 0; i < scratch.size(); i++) {
            Impression impression = scratch.impression(i);
            impression.reason = decide(request, exchange, snapshot.campaigns(), arm, impression, scratch);
        }
        return scratch.outcome();
    }

    /** One impression, one line a step; the first step that leaves nothing, or ends late, says why. */
    private NoBidReason decide(BidRequest request, Exchange exchange, CampaignIndex campaigns, ArmState arm,
            Impression impression, BidScratch scratch) {
        impression.decisionKey = DecisionKey.of(request.getId(), impression.imp().getId(), arm.modelVersion());

        NoBidReason reason = match(request, campaigns, impression, scratch);
        if (reason != NoBidReason.NONE) {
            return reason;
        }
        reason = permit(campaigns, impression, scratch);
        if (reason != NoBidReason.NONE) {
            return reason;
        }
        if (late(Step.MATCH, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        encode(request, exchange, impression, scratch);
        if (late(Step.ENCODE, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        boolean hasModel = arm.arm().hasModel();
        reason = hasModel ? judge(request, campaigns, arm, impression, scratch) : predictNothing(scratch);
        if (reason != NoBidReason.NONE) {
            return reason;
        }
        prices.price(arm.arm(), request, impression, campaigns, scratch);
        if (late(Step.PRICE, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        int best = choose(request, campaigns, hasModel, impression, scratch);
        if (best < 0) {
            return impression.reason == NoBidReason.NONE ? noPrice(impression, scratch) : impression.reason;
        }
        prices.take(impression, campaigns, scratch, best);
        keepFeatures(campaigns, impression, scratch);
        return NoBidReason.NONE;
    }

    /**
     * From the best candidate on, the first whose bid, lowered, still reaches its floor and whose campaign can pay for it, of a
     * few campaigns; -1 for none. Candidates are ranked by value, since of two that meet the same rivals the one of higher value
     * leaves the higher surplus, however much both are shaded; and only what was made of the chosen one's bid has to be known to
     * decide the same again. A campaign that is refused is out with all its ads, so that how many were is enough to know who.
     */
    private int choose(BidRequest request, CampaignIndex campaigns, boolean hasModel, Impression impression,
            BidScratch scratch) {
        CandidateBatch candidates = scratch.candidates;
        while (impression.loweredOut + impression.reservationsRefused < Limits.CAMPAIGNS_TRIED_MAX) {
            int row = hasModel ? candidates.best() : candidates.any(impression.decisionKey);
            if (row < 0) {
                return -1;
            }
            int campaign = campaigns.terms().campaign(candidates.ad[row]);
            if (!prices.lower(request, impression, campaigns, scratch, row)) {
                impression.loweredOut++;
            } else if (reserve(request, campaigns, campaign, row, impression, scratch)) {
                return row;
            } else {
                impression.reservationsRefused++;
            }
            candidates.drop(campaign, campaigns.terms());
        }
        return -1;
    }

    /** Whether the campaign can pay for the bid; if not, the impression's reason says why. */
    private boolean reserve(BidRequest request, CampaignIndex campaigns, int campaign, int row, Impression impression,
            BidScratch scratch) {
        // A test's bid is never billed.
        if (request.getTest()) {
            return true;
        }
        // Micros for a thousand impressions are nanos for one.
        NoBidReason reason = gate.reserve(campaigns, scratch.armNumber, impression, campaign,
                scratch.candidates.bidCpmMicros[row], scratch.nowMs, impression.held);
        if (reason != NoBidReason.NONE) {
            impression.reason = reason;
        }
        return reason == NoBidReason.NONE;
    }

    /** What an arm with a model decides by, step by step: predictions, uncertainty, modifier. */
    private NoBidReason judge(BidRequest request, CampaignIndex campaigns, ArmState arm, Impression impression,
            BidScratch scratch) {
        CtrModel model = Objects.requireNonNull(arm.model());
        CtrScratch ctr = scratch.armScratch().refresh(model);
        model.begin(Objects.requireNonNull(arm.ads()), scratch.features, ctr);
        model.score(ctr, scratch.candidates.logit);
        if (late(Step.SCORE, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        estimate(arm, model, ctr, impression, scratch);
        rank(arm, model, ctr, impression, scratch);
        if (late(Step.UNCERTAINTY, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        adjust(request, campaigns, arm, model, ctr, impression, scratch);
        if (late(Step.AGE, scratch)) {
            return NoBidReason.TIMEOUT;
        }
        chooseModifier(arm, impression, scratch);
        return NoBidReason.NONE;
    }

    private static NoBidReason predictNothing(BidScratch scratch) {
        scratch.candidates.clearPredictions();
        return NoBidReason.NONE;
    }

    /** Makes the arm's model ready for the request; false if there is none yet. */
    private static boolean begin(ArmState arm, Exchange exchange, BidScratch scratch) {
        CtrModel model = arm.model();
        if (model == null) {
            return false;
        }
        scratch.armScratch().refresh(model);
        scratch.armScratch().measureBy(arm.measure(), model);
        scratch.calibration = model.description().calibration().of(exchange.name());
        return true;
    }

    /** User → arm. */
    private ArmState allocate(BidRequest request, BidScratch scratch) {
        scratch.unitKind = UnitSelector.kind(request);
        scratch.unitHash = allocator.unitHash(UnitSelector.unit(request, scratch.unitKind));
        scratch.seen = caps.of(scratch.unitKind, scratch.unitHash, scratch.nowMs);
        return scratch.allocate(allocator.allocate(scratch.unitHash));
    }

    /** Impression → candidates, without creatives that the response already shows. */
    private static NoBidReason match(BidRequest request, CampaignIndex campaigns, Impression impression,
            BidScratch scratch) {
        BidRequest.Imp imp = impression.imp();
        if (imp.hasNative()) {
            impression.layout = scratch.natives.layout(imp.getNative());
        }
        CandidateBatch candidates = scratch.candidates;
        NoBidReason reason = campaigns.match(request, imp, impression.layout, impression.decisionKey,
                candidates.capacity(), scratch.match);
        if (reason != NoBidReason.NONE) {
            return reason;
        }
        int found = campaigns.emit(scratch.match, candidates.ad);
        // Mostly nothing is used yet and all stand as they are; else each is looked at.
        candidates.size = scratch.usesNothingBefore(impression) ? found : 0;
        for (int i = candidates.size; i < found; i++) {
            Ad ad = campaigns.ad(candidates.ad[i]);
            if (!scratch.isUsed(ad.creative(), impression)) {
                candidates.ad[candidates.size++] = ad.number();
            }
        }
        return candidates.size == 0 ? NoBidReason.CREATIVE_USED : NoBidReason.NONE;
    }

    /** Candidates whose campaigns may spend. */
    private NoBidReason permit(CampaignIndex campaigns, Impression impression, BidScratch scratch) {
        CandidateBatch candidates = scratch.candidates;
        impression.matched = candidates.size;
        NoBidReason reason = gate.permit(campaigns, scratch.armNumber, impression, scratch.nowMs, candidates.ad,
                candidates.size, impression.permitted);
        if (reason == NoBidReason.NONE) {
            reason = dropCapped(campaigns, impression, scratch);
        }
        candidates.keep(impression.permitted);
        impression.candidates = candidates.size;
        return reason;
    }

    /** Takes out what the user has seen as often as may be. */
    private static NoBidReason dropCapped(CampaignIndex campaigns, Impression impression, BidScratch scratch) {
        FrequencyCounts seen = scratch.seen;
        if (seen.capsNothing()) {
            return NoBidReason.NONE;
        }
        boolean any = false;
        for (int place = 0; place < impression.matched; place++) {
            if (PermittedBits.contains(place, impression.permitted)) {
                if (seen.isCapped(campaigns.ad(scratch.candidates.ad[place]).campaign(), scratch.nowMs)) {
                    PermittedBits.remove(place, impression.permitted);
                } else {
                    any = true;
                }
            }
        }
        return any ? NoBidReason.NONE : NoBidReason.FREQUENCY_CAPPED;
    }

    /** The request's fields; those of the ads were encoded with the catalogue. */
    private void encode(BidRequest request, Exchange exchange, Impression impression, BidScratch scratch) {
        encoder.encodeRequest(request, impression.imp(), exchange.name(), scratch.nowMs, scratch.features.request);
        scratch.features.clear();
        for (int row = 0; row < scratch.candidates.size; row++) {
            scratch.features.add(scratch.candidates.ad[row]);
        }
    }

    /**
     * How unsure the model is of the request, measured as the arm's last snapshot says, even one that has expired: always
     * where the arm acts on it, elsewhere on a share, for the metric; never where the model cannot say.
     */
    private void estimate(ArmState arm, CtrModel model, CtrScratch ctr, Impression impression, BidScratch scratch) {
        long key = impression.decisionKey;
        boolean wanted = arm.arm().exploration().needsUncertainty()
                || Draws.uniform(key, Purpose.MEASURE_SHARE, 0) < measuredShare;
        if (!wanted) {
            return;
        }
        UncertaintyEstimator estimator = scratch.armScratch().estimator();
        if (model.can(estimator.needs())) {
            impression.uncertainty = estimator.estimate(model, key, ctr);
        } else {
            impression.unmeasured = true;
        }
    }

    /** What the request is ranked by, where the arm hands modifiers out by rank. */
    private static void rank(ArmState arm, CtrModel model, CtrScratch ctr, Impression impression,
            BidScratch scratch) {
        if (arm.arm().exploration() == ExplorationRule.PCTR_PLACEBO) {
            model.scoreRows(REQUEST, 1, ctr, scratch.requestLogit);
            impression.ranked = UncertaintyScale.PROBABILITY.of(scratch.requestLogit[0]);
        } else if (arm.arm().exploration() == ExplorationRule.UNCERTAINTY_RANK) {
            impression.ranked = impression.uncertainty;
        }
    }

    /**
     * Logits → calibrated click probabilities, plain and, where the arm explores ads and may, explored. Uncertainties and the
     * ads' scores stay the model's own: a calibration is about prices.
     */
    private static void adjust(BidRequest request, CampaignIndex campaigns, ArmState arm, CtrModel model,
            CtrScratch ctr, Impression impression, BidScratch scratch) {
        CandidateBatch candidates = scratch.candidates;
        Calibration calibration = scratch.calibration;
        for (int row = 0; row < candidates.size; row++) {
            candidates.pctr[row] = calibration.at(UncertaintyScale.PROBABILITY.of(candidates.logit[row]));
        }
        ExplorationPolicy policy = scratch.armScratch().policy();
        // A cap holds until it is lifted, even when its snapshot has become too old to explore by.
        if (policy == null || arm.modifiers().capped()) {
            System.arraycopy(candidates.pctr, 0, candidates.exploredPctr, 0, candidates.size);
            return;
        }
        PriceStep.pricePlain(request, campaigns, candidates);
        policy.explore(model, candidates.size, candidates.logit, candidates.plainCpmMicros, impression.decisionKey,
                ctr, candidates.exploredLogit);
        for (int row = 0; row < candidates.size; row++) {
            candidates.exploredPctr[row] = calibration
                    .at(UncertaintyScale.PROBABILITY.of(candidates.exploredLogit[row]));
        }
    }

    /** By the arm's rule; then scaled by the fleet's gain. */
    private static void chooseModifier(ArmState arm, Impression impression, BidScratch scratch) {
        BidModifierTable table = arm.modifiers().at(scratch.nowMs);
        impression.exploreShare = table.settings().getExploreShare();
        impression.inExploreShare = table.inExploreShare(impression.decisionKey);
        impression.naturalModifier = ArmModifier.natural(arm.arm().exploration(), table, impression.uncertainty,
                scratch.uncertaintyEpoch(), impression.ranked, impression.format.label(), impression.decisionKey);
        impression.modifier = table.applied(impression.naturalModifier);
    }

    private static NoBidReason noPrice(Impression impression, BidScratch scratch) {
        return scratch.currencies.number(impression.imp().getBidfloorcur()) == CurrencyRates.UNKNOWN
                ? NoBidReason.NO_CURRENCY
                : NoBidReason.BELOW_FLOOR;
    }

    private static void keepFeatures(CampaignIndex campaigns, Impression impression, BidScratch scratch) {
        int[] request = scratch.features.request;
        System.arraycopy(request, 0, impression.features, 0, request.length);
        campaigns.features().copy(impression.ad().number(), impression.features, request.length);
    }

    private boolean late(Step step, BidScratch scratch) {
        return scratch.lap(step, nanoClock.getAsLong());
    }
}
