package io.sextant.bidder.strategy;

import java.util.List;

/**
 * How likely the market price of an auction is to be each whole number of ticks, a tick being whatever amount of money the
 * owner counts in. A bid at or above the price wins and pays the price. Chances may sum to less than 1: the rest is prices
 * above the highest, at which nobody here has ever won. Immutable and thread-safe.
 */
public final class PriceDistribution {
    private static final double SLACK = 1e-9;

    private final double[] chances;
    private final double[] winRates;
    private final double[] costs;

    private PriceDistribution(double[] chances) {
        this.chances = chances;
        this.winRates = new double[chances.length];
        this.costs = new double[chances.length];
        double won = 0;
        double paid = 0;
        for (int price = 0; price < chances.length; price++) {
            won += chances[price];
            paid += price * chances[price];
            winRates[price] = won;
            costs[price] = paid;
        }
    }

    /**
     * From the chance of each price, beginning with 0 ticks.
     *
     * @throws IllegalArgumentException if there is none, one is negative or not a number, or they sum to more than 1
     */
    public static PriceDistribution of(double... chances) {
        double sum = 0;
        for (double chance : chances) {
            if (!(chance >= 0)) {
                throw new IllegalArgumentException("the chance of a price is " + chance + ", must be at least 0");
            }
            sum += chance;
        }
        if (chances.length == 0 || sum > 1 + SLACK) {
            throw new IllegalArgumentException(
                    chances.length + " chances of prices sum to " + sum + ", must be at most 1, of at least one price");
        }
        return new PriceDistribution(chances.clone());
    }

    /**
     * From how often each price was seen, beginning with 0 ticks.
     *
     * @throws IllegalArgumentException if a count is negative, or all are 0
     */
    public static PriceDistribution ofCounts(List<Long> counts) {
        long sum = counts.stream().mapToLong(Long::longValue).sum();
        if (sum <= 0 || counts.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    "counts of prices sum to " + sum + "; none may be negative, and one must be above 0");
        }
        return new PriceDistribution(counts.stream().mapToDouble(count -> (double) count / sum).toArray());
    }

    /** The highest price with a chance of its own, ticks. */
    public int highest() {
        return chances.length - 1;
    }

    /** Chance that the price is {@code price}, which is 0 to {@link #highest}. */
    public double chance(int price) {
        return chances[price];
    }

    /**
     * Chance that a bid wins. Between whole ticks, as if a price were spread evenly over the tick below it: a curve without
     * steps can be solved for a bid.
     *
     * @param bid ticks
     */
    public double winRate(double bid) {
        return between(winRates, bid);
    }

    /**
     * What a bid is expected to pay, auctions that it loses included; between whole ticks as {@link #winRate}.
     *
     * @param bid ticks
     * @return ticks an auction
     */
    public double cost(double bid) {
        return between(costs, bid);
    }

    private static double between(double[] sums, double bid) {
        if (!(bid > 0)) {
            return sums[0];
        }
        if (bid >= sums.length - 1) {
            return sums[sums.length - 1];
        }
        int below = (int) bid;
        return sums[below] + (bid - below) * (sums[below + 1] - sums[below]);
    }
}
