package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.SequentialTest;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two arms alike whose users come back day after day, and somebody who looks every evening: not the users one after another
 * that the sequential test was proved for.
 */
record ReturningUsers(int runs, int users, int days, long seed) implements Simulation {
    private static final double RATE = 0.1;
    private static final double VISITS_A_DAY = 0.3;
    private static final int IMPRESSIONS_MAX = 5;
    private static final double EXPECTED_EFFECT = 0.3;
    private static final double RATE_MAX = 0.5;

    @Override
    public String name() {
        return "users who come back";
    }

    @Override
    public double[] run(int run) {
        var random = new SplittableRandom(seed + run);
        double[] rate = new double[users];
        double[][] sums = new double[users][2];
        for (int i = 0; i < users; i++) {
            rate[i] = Math.min(RATE_MAX, -RATE * Math.log(1 - random.nextDouble()));
        }
        var test = new SequentialTest(EXPECTED_EFFECT, 0.95);
        boolean settled = false;
        boolean peeked = false;
        double last = 1;
        for (int day = 0; day < days; day++) {
            for (int i = 0; i < users; i++) {
                if (random.nextDouble() < VISITS_A_DAY) {
                    visit(random, rate[i], sums[i]);
                }
            }
            Estimate difference = difference(sums);
            settled |= test.look(difference);
            last = difference.pValue();
            peeked |= last < 0.05;
        }
        return new double[]{settled ? 1 : 0, peeked ? 1 : 0, last < 0.05 ? 1 : 0};
    }

    private static void visit(SplittableRandom random, double rate, double[] sums) {
        int impressions = 1 + random.nextInt(IMPRESSIONS_MAX);
        for (int i = 0; i < impressions; i++) {
            sums[0] += random.nextDouble() < rate ? 1 : 0;
        }
        sums[1] += impressions;
    }

    private static Estimate difference(double[][] sums) {
        var arms = new UnitMoments[]{new UnitMoments(2), new UnitMoments(2)};
        for (int i = 0; i < sums.length; i++) {
            arms[i % 2].add(sums[i]);
        }
        return SimulatedUnits.CTR.relative(arms[0], arms[1]);
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.atMost(this, "sequential test, every evening, calls a difference", outcomes, 0, 0.05,
                false), Finding.shown(this, "fixed test calls one on some evening", outcomes, outcomes.mean(1)),
                Finding.near(this, "fixed test on the last evening", outcomes, 2, 0.05));
    }
}
