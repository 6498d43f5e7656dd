package io.sextant.bidder.campaign;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which campaigns may not bid because they have spent their arm's share of the day's budget. Immutable; made by
 * {@link BudgetBook}.
 */
public final class BudgetState {
    /** Nobody has spent anything. */
    public static final BudgetState UNSPENT = new BudgetState(null, Long.MIN_VALUE, new long[0][],
            List.of());

    private static final long DAY_MS = 24 * 60 * 60 * 1000L;

    private final @Nullable CampaignIndex index;
    private final long day;
    private final long[][] exhausted;
    private final List<Exhausted> campaigns;

    /**
     * Makes a state.
     *
     * @param index     whose campaign numbers the sets are over
     * @param day       UTC day, counted from the epoch
     * @param exhausted [arms] sets of campaigns
     * @param campaigns [arms] the same by id
     */
    BudgetState(@Nullable CampaignIndex index, long day, long[][] exhausted, List<Exhausted> campaigns) {
        this.index = index;
        this.day = day;
        this.exhausted = exhausted;
        this.campaigns = List.copyOf(campaigns);
    }

    /** The UTC day, counted from the epoch, that a time lies in. */
    public static long dayOf(long timeMs) {
        return Math.floorDiv(timeMs, DAY_MS);
    }

    /** The campaigns that the arm may not bid for at this time. */
    public Exhausted exhausted(int arm, long nowMs) {
        return arm < campaigns.size() && dayOf(nowMs) == day ? campaigns.get(arm) : Exhausted.NONE;
    }

    /** Takes the campaigns away that the arm is out of budget for. On another day everybody's budget is full. */
    void dropExhausted(CampaignIndex index, int arm, long nowMs, CampaignsLeft left) {
        if (index == this.index && arm < exhausted.length && dayOf(nowMs) == day) {
            left.remove(exhausted[arm]);
        }
    }
}
