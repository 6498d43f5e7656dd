package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.MultipleArms;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.Arrays;
import java.util.List;

/** Four arms that are like control: how often at least one of them is called different. */
record ManyArms(int runs, int users, long seed) implements Simulation {
    private static final double RATE = 0.1;
    private static final int TREATMENTS = 4;

    @Override
    public String name() {
        return "four arms against control";
    }

    @Override
    public double[] run(int run) {
        var units = new SimulatedUnits(seed + run, RATE);
        UnitMoments control = units.arm(users);
        double[] pValues = new double[TREATMENTS];
        for (int i = 0; i < TREATMENTS; i++) {
            pValues[i] = SimulatedUnits.CTR.relative(units.arm(users), control).pValue();
        }
        return new double[]{any(MultipleArms.holm(pValues)), any(pValues)};
    }

    private static double any(double[] pValues) {
        return Arrays.stream(pValues).anyMatch(p -> p < 0.05) ? 1 : 0;
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.atMost(this, "any arm called different, after Holm", outcomes, 0, 0.05, true),
                Finding.atLeast(this, "any arm called different, each by itself", outcomes, 1, 0.09));
    }
}
