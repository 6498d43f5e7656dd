package io.sextant.bidder.campaign;

import org.jspecify.annotations.Nullable;

/**
 * Which ads may not be bid for because their campaign has spent its arm's share of the day's budget. Immutable; made by
 * {@link BudgetBook}.
 */
public final class BudgetState {
    /** Nobody has spent anything. */
    public static final BudgetState UNSPENT = new BudgetState(null, Long.MIN_VALUE, new long[0][]);

    private static final long DAY_MS = 24 * 60 * 60 * 1000L;

    private final @Nullable CampaignIndex index;
    private final long day;
    private final long[][] exhausted;

    /**
     * Makes a state.
     *
     * @param index     whose ad numbers the sets are over
     * @param day       UTC day, counted from the epoch
     * @param exhausted [arms] sets of ads
     */
    BudgetState(@Nullable CampaignIndex index, long day, long[][] exhausted) {
        this.index = index;
        this.day = day;
        this.exhausted = exhausted;
    }

    /** The UTC day, counted from the epoch, that a time lies in. */
    public static long dayOf(long timeMs) {
        return Math.floorDiv(timeMs, DAY_MS);
    }

    /** Number of ads that the arm is out of budget for. */
    public int exhausted(int arm) {
        return arm < exhausted.length ? AdSets.count(exhausted[arm]) : 0;
    }

    /** Takes the ads away that the arm is out of budget for. On another day everybody's budget is full. */
    void dropExhausted(CampaignIndex index, int arm, long nowMs, long[] left) {
        if (index == this.index && arm < exhausted.length && dayOf(nowMs) == day) {
            AdSets.remove(left, exhausted[arm]);
        }
    }
}
