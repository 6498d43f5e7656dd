package io.sextant.abtesting.statistics;

import java.util.SplittableRandom;

/**
 * Users whose impressions and taste for clicking differ, so that impressions of one user are not independent: between 1
 * and 9 impressions, and a click-through rate that varies as much as it is large.
 */
final class SimulatedUnits {
    static final RatioMetric CTR = new RatioMetric(0, 1);
    static final RatioMetric PAST_CTR = new RatioMetric(2, 3);

    private final SplittableRandom random;
    private final double rate;

    SimulatedUnits(long seed, double rate) {
        this.random = new SplittableRandom(seed);
        this.rate = rate;
    }

    /** Clicks, impressions, and both of the time before, of the next user. */
    double[] next() {
        // an exponential taste of mean 1, cut where the rate would pass one half
        double taste = Math.min(-Math.log(1 - random.nextDouble()), 0.5 / rate);
        int impressions = 1 + random.nextInt(9);
        int pastImpressions = 1 + random.nextInt(9);
        return new double[]{clicks(impressions, taste), impressions, clicks(pastImpressions, taste), pastImpressions};
    }

    private int clicks(int impressions, double taste) {
        int clicks = 0;
        for (int i = 0; i < impressions; i++) {
            clicks += random.nextDouble() < rate * taste ? 1 : 0;
        }
        return clicks;
    }

    UnitMoments arm(int users) {
        var arm = new UnitMoments(4);
        for (int i = 0; i < users; i++) {
            arm.add(next());
        }
        return arm;
    }

    /** The mean taste is a little below 1 for being cut: E min(X, c) = 1 - exp(-c). */
    double trueCtr() {
        return rate * -Math.expm1(-0.5 / rate);
    }
}
