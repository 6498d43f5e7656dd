package io.sextant.bidder.event;

import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.protocol.event.UnitKind;

/**
 * What the publisher is told of one impression. Belongs to an {@link ImpressionRing}, or to whoever made it, and is used
 * again and again: each use starts with {@link #at} or {@link #set}.
 *
 * <p>
 * Threading: assumes one thread at a time; the ring sees to it.
 */
public final class ImpressionRow {
    /** Flag: the first row of its request. */
    public static final int REQUEST = 1;
    /** Flag: the row stands for an impression that was offered. */
    public static final int IMPRESSION = 2;
    /** Flag: a bid was made for the impression. */
    public static final int BID = 4;
    /** Flag: the request is in the explore share of its arm. */
    public static final int EXPLORE_SHARE = 8;

    long timeMs;
    int arm;
    int cell;
    int flags;
    double uncertainty;
    double ranked;
    double naturalModifier;
    double modifier;
    long modelVersion;
    long uncertaintyEpoch;
    UnitKind unitKind = UnitKind.UNIT_REQUEST;
    long unitHash;

    /**
     * Starts on an impression of which nothing else is known yet: no uncertainty, and modifier 1.
     *
     * @param timeMs when the request came; does not fall from row to row
     * @param arm    number of the arm
     * @param cell   number of the leaf cell
     * @param flags  {@link #REQUEST} and so on, added
     * @return this
     */
    public ImpressionRow at(long timeMs, int arm, int cell, int flags) {
        this.timeMs = timeMs;
        this.arm = arm;
        this.cell = cell;
        this.flags = flags;
        uncertainty = Double.NaN;
        ranked = Double.NaN;
        naturalModifier = 1;
        modifier = 1;
        modelVersion = 0;
        uncertaintyEpoch = 0;
        unitKind = UnitKind.UNIT_REQUEST;
        unitHash = 0;
        return this;
    }

    /**
     * What the arm's model said.
     *
     * @param uncertainty      what was measured, or NaN
     * @param ranked           what the arm ranks the request by, or NaN
     * @param modelVersion     of the model
     * @param uncertaintyEpoch what tells these uncertainties from others
     * @return this
     */
    public ImpressionRow judged(double uncertainty, double ranked, long modelVersion, long uncertaintyEpoch) {
        this.uncertainty = uncertainty;
        this.ranked = ranked;
        this.modelVersion = modelVersion;
        this.uncertaintyEpoch = uncertaintyEpoch;
        return this;
    }

    /**
     * What became of the bid.
     *
     * @param natural the modifier before the gain; looked at only with {@link #EXPLORE_SHARE}
     * @param applied what the bid was multiplied by; looked at only with {@link #BID}
     * @return this
     */
    public ImpressionRow modified(double natural, double applied) {
        naturalModifier = natural;
        modifier = applied;
        return this;
    }

    /**
     * Whose request it was; looked at only with {@link #REQUEST}.
     *
     * @return this
     */
    public ImpressionRow of(UnitKind kind, long hash) {
        unitKind = kind;
        unitHash = hash;
        return this;
    }

    /** All of impression {@code i} of a request that an arm has got. */
    public void set(BidScratch decision, int i) {
        Impression impression = decision.impression(i);
        at(decision.nowMs(), decision.armNumber(), impression.cell(), IMPRESSION + (i == 0 ? REQUEST : 0)
                + (impression.hasBid() ? BID : 0) + (impression.inExploreShare() ? EXPLORE_SHARE : 0));
        long version = decision.snapshot().arms().get(decision.armNumber()).modelVersion();
        judged(impression.uncertainty(), impression.ranked(), Math.max(0, version), decision.uncertaintyEpoch());
        modified(impression.naturalModifier(), impression.modifier());
        of(decision.unitKind(), decision.unitHash());
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
