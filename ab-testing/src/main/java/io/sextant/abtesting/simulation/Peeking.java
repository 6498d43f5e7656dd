package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.SequentialTest;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.List;

/** Two arms, and somebody who looks after every user and stops when the difference is settled. */
record Peeking(int runs, int users, long seed) implements Simulation {
    private static final double RATE = 0.1;
    private static final double LEVEL = 0.95;
    /** Before that many users nobody looks: nothing is nearly normal yet. */
    private static final int FIRST_LOOK = 100;
    private static final double EXPECTED_EFFECT = 0.3;
    private static final double LARGE_EFFECT = 0.6;

    @Override
    public String name() {
        return "looking all the time";
    }

    @Override
    public double[] run(int run) {
        var same = new SimulatedUnits(seed + run, RATE);
        Watched alike = watch(same, same, EXPECTED_EFFECT);
        Watched different = watch(new SimulatedUnits(~(seed + run), RATE * (1 + LARGE_EFFECT)), same, LARGE_EFFECT);
        return new double[]{alike.settledAt < Integer.MAX_VALUE ? 1 : 0, alike.peeked ? 1 : 0,
            different.settledAt < Integer.MAX_VALUE ? 1 : 0,
            Math.min(different.settledAt, users) / (double) users, alike.agrees && different.agrees ? 1 : 0};
    }

    /**
     * What came of it.
     *
     * @param settledAt users after which the sequential test called a difference; the largest number if it did not
     * @param peeked    whether the fixed test would have, at any look
     * @param agrees    whether test, p value and interval said the same at the end
     */
    private record Watched(int settledAt, boolean peeked, boolean agrees) {}

    private Watched watch(SimulatedUnits treatment, SimulatedUnits control, double effect) {
        var test = new SequentialTest(effect, LEVEL);
        var arms = new UnitMoments[]{new UnitMoments(SimulatedUnits.COLUMNS),
            new UnitMoments(SimulatedUnits.COLUMNS)};
        int settledAt = Integer.MAX_VALUE;
        boolean peeked = false;
        for (int user = 0; user < users; user++) {
            arms[user % 2].add((user % 2 == 0 ? treatment : control).next());
            if (user < FIRST_LOOK) {
                continue;
            }
            Estimate difference = SimulatedUnits.CTR.relative(arms[0], arms[1]);
            if (test.look(difference)) {
                settledAt = Math.min(settledAt, user);
            }
            peeked |= difference.pValue() < 1 - LEVEL;
        }
        boolean settled = settledAt < Integer.MAX_VALUE;
        boolean outside = test.interval().low() > 0 || test.interval().high() < 0;
        return new Watched(settledAt, peeked, settled == test.pValue() < 1 - LEVEL && settled == outside);
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.atMost(this, "sequential test calls a difference that is not there", outcomes, 0, 0.05,
                false), Finding.atLeast(this, "fixed test calls one at some look", outcomes, 1, 0.2),
                Finding.atLeast(this, "sequential test finds +60 % before the end", outcomes, 2, 0.99),
                new Finding(name(), "part of the users that it takes to find it", outcomes.runs(), outcomes.mean(3),
                        0.0,
                        0.4),
                Finding.atLeast(this, "test, p value and interval say the same", outcomes, 4, 1));
    }
}
