package io.sextant.bidder.strategy;

/**
 * Learns market prices from auctions that were bid in: a win of a second-price auction shows the price, a loss only that it
 * is above the bid. One owner; nothing is synchronised.
 *
 * @implNote The product-limit estimate of Kaplan and Meier (1958), Nonparametric estimation from incomplete observations, with
 *           price in the place of time; for bids first Amin and others (2012), Budget optimization for sponsored search:
 *           censored learning in MDPs. A lost bid of b has price above b, so it is at risk at every price up to b. Wins and
 *           losses fade alike as new ones come in, so that prices of long ago stop counting.
 */
public final class PriceLearner {
    private final double[] won;
    private final double[] lost;
    private final double keep;
    private double weight = 1;
    private double seen;

    /**
     * Knows nothing yet.
     *
     * @param highest highest price that is told from others, ticks; 1 or more
     * @param memory  auctions after which an auction counts for 1/e of a new one; infinite for never
     */
    public PriceLearner(int highest, double memory) {
        if (highest < 1 || !(memory >= 1)) {
            throw new IllegalArgumentException("highest price " + highest + ", memory " + memory
                    + "; both must be at least 1");
        }
        this.won = new double[highest + 1];
        this.lost = new double[highest + 1];
        this.keep = Math.exp(1 / memory);
    }

    /**
     * An auction was won.
     *
     * @param price that was paid, ticks; one above the highest counts as a loss with the highest bid
     */
    public void won(long price) {
        if (price > highest()) {
            lost(highest());
            return;
        }
        double weightNow = next();
        won[(int) Math.max(0, price)] += weightNow;
    }

    /**
     * An auction was lost, or nothing was heard of it in time.
     *
     * @param bid the whole number of ticks up to which the bid would have won
     */
    public void lost(long bid) {
        if (bid >= 0) {
            double weightNow = next();
            lost[(int) Math.min(bid, highest())] += weightNow;
        }
    }

    private int highest() {
        return won.length - 1;
    }

    /** Instead of fading all that is old, what is new weighs more. Changes the arrays: call it before reading them. */
    private double next() {
        weight *= keep;
        seen++;
        if (weight > 1e100) {
            for (int i = 0; i < won.length; i++) {
                won[i] /= weight;
                lost[i] /= weight;
            }
            weight = 1;
        }
        return weight;
    }

    /** Auctions that were learned from. */
    public double seen() {
        return seen;
    }

    /**
     * What is known by now. What lies above the highest bid has no chance here: nobody knows where.
     */
    public PriceDistribution distribution() {
        double atRisk = 0;
        for (int price = 0; price < won.length; price++) {
            atRisk += won[price] + lost[price];
        }
        double[] chances = new double[won.length];
        double above = 1;
        for (int price = 0; price < won.length && atRisk > 0; price++) {
            chances[price] = above * Math.min(1, won[price] / atRisk);
            above -= chances[price];
            atRisk -= won[price] + lost[price];
        }
        return PriceDistribution.of(chances);
    }
}
