package io.sextant.bidder.lowering;

import io.sextant.bidder.strategy.BudgetPlan;
import org.jspecify.annotations.Nullable;

/**
 * How an account bids until the next plan is there. Immutable but for the sample of values; hot path, allocates nothing.
 *
 * @param offered      hears of every value
 * @param factor       multiplies every value, 0 or more
 * @param plan         made in ticks; null as long as too little is known, for bids of the value
 * @param tickCpmMicros what a tick is, micros of USD per thousand impressions
 * @param budgetTicks  what is left
 * @param auctionsLeft to spend it in, 1 or more
 * @param highestTicks the highest price that the plan knows of; a bid of as much is not held back
 */
record AccountPlan(OfferedValues offered, double factor, @Nullable BudgetPlan plan, double tickCpmMicros,
        double budgetTicks, double auctionsLeft, int highestTicks) {
    /** Bids of the value, and only listens. */
    static AccountPlan listening(OfferedValues offered, double factor) {
        return new AccountPlan(offered, factor, null, 1, 0, 1, 0);
    }

    /**
     * The bid, as if the auction's price were paid and not the bid.
     *
     * @param valueCpmMicros what the impression is worth, above 0
     * @param capCpmMicros   highest bid
     * @return 0 or more, at most the cap; above the value only by the factor
     */
    long bidCpmMicros(long valueCpmMicros, long capCpmMicros) {
        long value = factor == 1 ? valueCpmMicros : Math.min(capCpmMicros, Math.round(valueCpmMicros * factor));
        offered.add(value);
        if (plan == null) {
            return value;
        }
        double ticks = plan.bid(value / tickCpmMicros, budgetTicks, auctionsLeft);
        return ticks >= highestTicks ? value : Math.min(value, (long) (ticks * tickCpmMicros));
    }
}
