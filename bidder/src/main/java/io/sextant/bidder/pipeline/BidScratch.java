package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.Ad;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.MatchScratch;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.BidderSnapshot;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.snapshot.ExplorationSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's working memory for decisions, and the result of the last one. Everything is sized when it is made; only
 * a new model or catalogue makes parts of it anew.
 *
 * <p>
 * Threading: owned by one event loop; whatever a getter returns is overwritten by the loop's next request.
 */
public final class BidScratch implements AutoCloseable {
    final MatchScratch match = new MatchScratch();
    final FeatureBatch features;
    final CandidateBatch candidates;
    final NativeReader natives;
    /** The logit of the request alone. */
    final float[] requestLogit = new float[1];
    private final ArmScratch[] arms;
    private final Impression[] impressions;
    private final long[] stepNs = new long[Step.values().length];

    private @Nullable BidderSnapshot snapshot;
    private @Nullable ArmState arm;
    private @Nullable Exchange exchange;
    /** What the arm's model's click probabilities go through in the request's exchange. */
    Calibration calibration = Calibration.identity();
    int armNumber;
    UnitKind unitKind = UnitKind.UNIT_REQUEST;
    long unitHash;
    int currency;
    long nowMs;
    long deadlineNs;
    long lapNs;
    private int size;
    private int unscored;

    /**
     * Makes the working memory of one loop.
     *
     * @param bidding     how many candidates there can be
     * @param exploration how uncertainty is measured and ads are explored
     * @param schema      the features of all models
     * @param arms        by arm number, as in the allocator
     * @param natives     the loop's reader of native requests
     */
    public BidScratch(BiddingConfig bidding, ExplorationConfig exploration, FeatureSchema schema, List<Arm> arms,
            NativeReader natives) {
        this.natives = natives;
        this.features = new FeatureBatch(schema, bidding.candidatesMax());
        this.candidates = new CandidateBatch(bidding.candidatesMax());
        this.arms = arms.stream().map(each -> new ArmScratch(each, exploration, bidding.candidatesMax()))
                .toArray(ArmScratch[]::new);
        this.impressions = new Impression[Limits.IMPRESSIONS_MAX];
        for (int i = 0; i < impressions.length; i++) {
            impressions[i] = new Impression(i, schema.size(), bidding.candidatesMax());
        }
    }

    void begin(BidRequest request, BidderSnapshot snapshot, long nowMs, long startNs, long deadlineNs) {
        this.snapshot = snapshot;
        this.nowMs = nowMs;
        this.lapNs = startNs;
        this.deadlineNs = deadlineNs;
        arm = null;
        exchange = null;
        calibration = Calibration.identity();
        armNumber = -1;
        unitKind = UnitKind.UNIT_REQUEST;
        unitHash = 0;
        currency = CurrencyRates.USD;
        Arrays.fill(stepNs, 0);
        size = Math.min(request.getImpCount(), impressions.length);
        unscored = request.getImpCount() - size;
        for (int i = 0; i < size; i++) {
            impressions[i].begin(request.getImp(i));
        }
    }

    /** NONE if at least one impression has a bid, else why the first has none. */
    NoBidReason outcome() {
        for (int i = 0; i < size; i++) {
            if (impressions[i].reason == NoBidReason.NONE) {
                return NoBidReason.NONE;
            }
        }
        return impressions[0].reason;
    }

    /** Whether no impression before this one has a bid, so that no creative is used. */
    boolean usesNothingBefore(Impression impression) {
        for (int i = 0; i < size && impressions[i] != impression; i++) {
            if (impressions[i].ad != null) {
                return false;
            }
        }
        return true;
    }

    /** Whether an impression before this one shows the creative. */
    boolean isUsed(Creative creative, Impression before) {
        for (int i = 0; i < size && impressions[i] != before; i++) {
            Ad ad = impressions[i].ad;
            if (ad != null && ad.creative().id().equals(creative.id())) {
                return true;
            }
        }
        return false;
    }

    /** Gives every impression the same reason, and returns it. */
    NoBidReason refuse(NoBidReason reason) {
        for (int i = 0; i < size; i++) {
            impressions[i].reason = reason;
        }
        return reason;
    }

    @SuppressWarnings("EnumOrdinal") // the ordinal is the step's place in the array
    private static int index(Step step) {
        return step.ordinal();
    }

    /** Notes the time of a step that has just ended; whether the deadline has passed. */
    boolean lap(Step step, long nowNs) {
        stepNs[index(step)] += nowNs - lapNs;
        lapNs = nowNs;
        return nowNs - deadlineNs >= 0;
    }

    /** Notes the exchange, which decides the impressions' cells as long as there is no arm. */
    void comesFrom(Exchange sender) {
        exchange = sender;
        for (int i = 0; i < size; i++) {
            impressions[i].cell = sender.cell(impressions[i].format);
        }
    }

    ArmState allocate(int number) {
        armNumber = number;
        ArmState allocated = snapshot().arms().get(number);
        arm = allocated;
        return allocated;
    }

    /** Counts the impressions in the cells that the arm's settings ask for. */
    void countIn(LeafCells cells, BidRequest request, ExplorationSettings settings) {
        for (int i = 0; i < size; i++) {
            impressions[i].cell = cells.number(impressions[i].cell, request, settings);
        }
    }

    ArmScratch armScratch() {
        return arms[armNumber];
    }

    /**
     * Lets go of all models that the snapshot has replaced. Once every loop has done this, a replaced model may be closed:
     * call it on each loop after {@code SnapshotHolder.withModel}, so that arms without traffic follow as well.
     */
    public void refresh(BidderSnapshot current) {
        for (int i = 0; i < arms.length; i++) {
            CtrModel model = current.arms().get(i).model();
            if (model == null) {
                arms[i].release();
            } else {
                arms[i].refresh(model);
            }
        }
        snapshot = null;
        arm = null;
    }

    /** Lets go of all models. */
    @Override
    public void close() {
        for (ArmScratch each : arms) {
            each.release();
        }
        snapshot = null;
        arm = null;
    }

    /** Number of impressions that were looked at, up to {@link Limits#IMPRESSIONS_MAX}. */
    public int size() {
        return size;
    }

    /** Number of impressions beyond {@link Limits#IMPRESSIONS_MAX}; their reason is TOO_MANY_IMPRESSIONS. */
    public int unscored() {
        return unscored;
    }

    /** The decision for impression {@code i} of the request. */
    public Impression impression(int i) {
        return impressions[Objects.checkIndex(i, size)];
    }

    /** The snapshot that was bid with. */
    public BidderSnapshot snapshot() {
        return Objects.requireNonNull(snapshot);
    }

    /** The request's exchange; null if it is not configured. */
    public @Nullable Exchange exchange() {
        return exchange;
    }

    /** Number of the request's arm; -1 if it was refused before it got one. */
    public int armNumber() {
        return armNumber;
    }

    /** The request's arm; null if it was refused before it got one. */
    public @Nullable ArmState arm() {
        return arm;
    }

    /** What the arm's uncertainties were measured under: its model's epoch and how; 0 if the arm had no model. */
    public long uncertaintyEpoch() {
        return arm == null || arm.model() == null ? 0 : arms[armNumber].uncertaintyEpoch();
    }

    /** What the unit of allocation was made from. */
    public UnitKind unitKind() {
        return unitKind;
    }

    /** The unit of allocation, hashed with the experiment's salt. */
    public long unitHash() {
        return unitHash;
    }

    /** The answer's currency, as a number of {@link CurrencyRates}. */
    public int currency() {
        return currency;
    }

    /** Time of the request, milliseconds since the epoch. */
    public long nowMs() {
        return nowMs;
    }

    /** Time that a step took, summed over the impressions; 0 if it did not run. */
    public long stepNs(Step step) {
        return stepNs[index(step)];
    }
}
