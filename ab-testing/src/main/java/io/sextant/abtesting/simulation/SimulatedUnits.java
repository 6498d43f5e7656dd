package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.RatioMetric;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.SplittableRandom;

/**
 * Users whose impressions, prices and taste for clicking differ, so that impressions of one user are not independent:
 * between 1 and 9 impressions, a click-through rate that varies as much as it is large, and a price that is the user's own.
 * Assumes one thread.
 */
public final class SimulatedUnits {
    /** Numbers a unit. */
    public static final int COLUMNS = 5;
    /** Clicks an impression. */
    public static final RatioMetric CTR = new RatioMetric(0, 1);
    /** Clicks an impression of the time before. */
    public static final RatioMetric PAST_CTR = new RatioMetric(2, 3);
    /** Spend a click. */
    public static final RatioMetric ECPC = new RatioMetric(4, 0);
    /** Spend an impression. */
    public static final RatioMetric CPM = new RatioMetric(4, 1);
    /** The true spend an impression. */
    public static final double TRUE_CPM = 1;

    private static final double PRICE_DEVIATION = 0.5;
    private static final double RATE_MAX = 0.5;

    private final SplittableRandom random;
    private final double rate;

    /**
     * Starts a stream of users.
     *
     * @param seed the same seed gives the same users
     * @param rate clicks an impression, nearly; see {@link #trueCtr()}; above 0 and below 0.5
     */
    public SimulatedUnits(long seed, double rate) {
        this.random = new SplittableRandom(seed);
        this.rate = rate;
    }

    /** Clicks, impressions, both of the time before, and spend, of the next user. */
    public double[] next() {
        // an exponential taste of mean 1, cut where the rate would pass one half
        double taste = Math.min(-Math.log(1 - random.nextDouble()), RATE_MAX / rate);
        int impressions = 1 + random.nextInt(9);
        int pastImpressions = 1 + random.nextInt(9);
        double price = Math.exp(PRICE_DEVIATION * random.nextGaussian() - PRICE_DEVIATION * PRICE_DEVIATION / 2);
        return new double[]{clicks(impressions, taste), impressions, clicks(pastImpressions, taste), pastImpressions,
            impressions * price};
    }

    private int clicks(int impressions, double taste) {
        int clicks = 0;
        for (int i = 0; i < impressions; i++) {
            clicks += random.nextDouble() < rate * taste ? 1 : 0;
        }
        return clicks;
    }

    /** The next users as one arm. */
    public UnitMoments arm(int users) {
        var arm = new UnitMoments(COLUMNS);
        for (int i = 0; i < users; i++) {
            arm.add(next());
        }
        return arm;
    }

    /** The mean taste is a little below 1 for being cut: E min(X, c) = 1 - exp(-c). */
    public double trueCtr() {
        return rate * -Math.expm1(-RATE_MAX / rate);
    }
}
