package io.sextant.bidder.strategy;

/**
 * Steers a campaign to a target cost per click: as many clicks as it can get, at no more than the target on average. Every
 * click pays the target into an account, one click's worth is lent to begin with, and impressions are paid from it. No bid is
 * higher than what is in the account, so {@code cost / (clicks + 1)} is never above the target, whatever the model and the
 * market do. What is in the account is planned to be spent in the next part of the auctions that are left: with bids
 * proportional to predicted click probability, at prices learned from wins and losses. So the target is approached from below,
 * and met where the last clicks leave time to spend what they pay.
 *
 * <p>
 * One owner, which tells it what happened and lets it {@link #steer}; the {@link Steering} that comes out is immutable and
 * what event loops bid by.
 *
 * @implNote In a second-price auction the most clicks at a bound on their mean cost are bought by bids in proportion to click
 *           probability, with a factor of at least the bound: the dual of Σ click x subject to Σ (cost − target · click) x ≤ 0.
 *           Zhang and others (2016), Feedback control of real-time display advertising, steer the factor by the error alone
 *           (PID); here the factor follows from a model of prices and predictions, and the error from what the account says.
 */
public final class CostPerClickControl {
    /** Spends the account in the next quarter of the auctions left; see docs/money.md for others. */
    public static final double PART = 0.25;

    /** Clicks by which a prediction's mean is believed as much as the clicks themselves. */
    private static final double PRIOR_CLICKS = 10;
    private static final double CREDIT_CLICKS = 1;
    /** The factor grows at most so many times over at once: prices above all bids so far are unknown. */
    private static final double GROWTH_MAX = 4;
    private static final int PREDICTIONS = 4096;
    private static final int POINTS = 32;
    private static final int HALVINGS = 40;
    /** Before this many auctions nothing is known. */
    private static final int AUCTIONS_MIN = 100;

    private final double target;
    private final double part;
    private final PriceLearner prices;
    private final double[] predictions = new double[PREDICTIONS];
    private long watched;
    private double cost;
    private long clicks;
    private double expectedClicks;
    private double factor;

    /**
     * Starts a period.
     *
     * @param target       cost of a click, ticks; above 0
     * @param highestPrice highest price that is told from others, and the highest bid; ticks
     * @param part         of the auctions left, in which what is in the account is to be spent: little follows the target
     *                     closely, much buys while it is cheap; above 0, at most 1, as a rule {@link #PART}
     */
    public CostPerClickControl(double target, int highestPrice, double part) {
        if (!(target > 0) || !(part > 0 && part <= 1)) {
            throw new IllegalArgumentException(
                    "the target cost of a click is " + target + ", must be above 0, the part "
                            + part + ", must be above 0 and at most 1");
        }
        this.target = target;
        this.part = part;
        this.prices = new PriceLearner(highestPrice, Double.POSITIVE_INFINITY);
        this.factor = target;
    }

    /**
     * What bids follow until the next one.
     *
     * @param bidPerPctr ticks for a click that is certain
     * @param caution    what the account should hold, ticks; with less in it bids fall in proportion, so that it is never
     *                   empty while there are clicks to come that would fill it. 0 for none
     */
    public record Steering(double bidPerPctr, double caution) {
        /**
         * The bid for an impression. Hot path.
         *
         * @param pctr    predicted click probability
         * @param account what is in the account, ticks, less what bids under way may still cost
         * @return ticks, 0 or more
         */
        public double bid(double pctr, double account) {
            double share = account < caution ? account / caution : 1;
            return Math.max(0, Math.min(account, share * bidPerPctr * pctr));
        }
    }

    /** What clicks have paid in and impressions have not yet cost, ticks. */
    public double account() {
        return target * (clicks + CREDIT_CLICKS) - cost;
    }

    /** An impression was offered, whether bid for or not. */
    public void offered(double pctr) {
        predictions[(int) (watched++ % PREDICTIONS)] = pctr;
    }

    /** An impression was won at {@code price} ticks. */
    public void won(double pctr, long price) {
        prices.won(price);
        cost += price;
        expectedClicks += pctr;
    }

    /** An impression was lost, or nothing was heard of it: its price is above {@code bid} ticks. */
    public void lost(long bid) {
        prices.lost(bid);
    }

    /** A won impression was clicked. */
    public void clicked() {
        clicks++;
    }

    /**
     * Works out how to bid from now on.
     *
     * @param auctionsLeft in the period; 1 or more
     */
    public Steering steer(long auctionsLeft) {
        if (prices.seen() < AUCTIONS_MIN || watched < AUCTIONS_MIN) {
            return new Steering(factor, target);
        }
        int known = (int) Math.min(watched, PREDICTIONS);
        double[] sample = new double[known];
        System.arraycopy(predictions, 0, sample, 0, known);
        double calibration = (clicks + PRIOR_CLICKS) / (expectedClicks + PRIOR_CLICKS);
        double low = target * calibration;
        double high = Math.max(low, factor * GROWTH_MAX);
        PriceDistribution distribution = prices.distribution();
        ValueDistribution values = ValueDistribution.quantiles(sample, POINTS);
        double auctions = Math.max(1, part * auctionsLeft);
        // From the value of a click upwards, a higher bid always costs more than the clicks it adds pay in.
        if (drain(distribution, values, calibration, high, auctions) <= account()) {
            low = high;
        }
        for (int i = 0; i < HALVINGS && low < high; i++) {
            double middle = (low + high) / 2;
            if (drain(distribution, values, calibration, middle, auctions) <= account()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        factor = low;
        double toCome = clicksWon(distribution, values, calibration, factor) * auctionsLeft;
        return new Steering(factor, target * Math.min(1, toCome));
    }

    /**
     * What so many auctions may take out of the account, ticks: their cost, less what the expected clicks pay in, plus a
     * reserve of one standard deviation of that: clicks come as a Poisson process does, and an account that is empty buys no
     * more clicks to fill it. When less than one click is to be expected until the end, there is less to keep it for.
     */
    private double drain(PriceDistribution distribution, ValueDistribution values, double calibration, double perPctr,
            double auctions) {
        double cost = 0;
        for (int i = 0; i < values.size(); i++) {
            cost += distribution.cost(perPctr * values.point(i));
        }
        double won = auctions * clicksWon(distribution, values, calibration, perPctr);
        return auctions * cost / values.size() - target * (won - Math.sqrt(won) * Math.min(1, won / part));
    }

    /** Clicks that an auction is expected to bring. */
    private static double clicksWon(PriceDistribution distribution, ValueDistribution values, double calibration,
            double perPctr) {
        double won = 0;
        for (int i = 0; i < values.size(); i++) {
            double pctr = values.point(i);
            won += calibration * pctr * distribution.winRate(perPctr * pctr);
        }
        return won / values.size();
    }
}
