package io.sextant.bidder.strategy;

/**
 * What a strategy has worked out beforehand: a bid for each impression. Immutable and thread-safe; hot path, allocates
 * nothing.
 */
@FunctionalInterface
public interface BudgetPlan {
    /**
     * The bid for one impression of a second-price auction.
     *
     * @param value        what the impression is worth, in the unit of the outlook's values; 0 or more
     * @param budgetLeft   ticks
     * @param auctionsLeft this one included; 1 or more
     * @return ticks, 0 to {@code budgetLeft}; not always a whole number
     */
    double bid(double value, double budgetLeft, double auctionsLeft);
}
