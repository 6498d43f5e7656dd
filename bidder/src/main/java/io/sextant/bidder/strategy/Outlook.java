package io.sextant.bidder.strategy;

/**
 * What is ahead of a budget, as a plan is made.
 *
 * @param prices   of the auctions to come
 * @param values   of the impressions to come
 * @param budget   that is to be spent, ticks of {@code prices}; 0 or more
 * @param auctions to spend it in, 1 or more
 */
public record Outlook(PriceDistribution prices, ValueDistribution values, double budget, int auctions) {
    public Outlook {
        if (!(budget >= 0) || auctions < 1) {
            throw new IllegalArgumentException("a budget of " + budget + " for " + auctions
                    + " auctions; there must be at least 0, and at least one auction");
        }
    }
}
