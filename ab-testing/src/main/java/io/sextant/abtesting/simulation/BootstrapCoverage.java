package io.sextant.abtesting.simulation;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.UnitBootstrap;
import java.util.List;

/** Two arms of the same users: how often the bootstrap's interval of their difference holds 0. */
record BootstrapCoverage(int runs, int users, long seed) implements Simulation {
    private static final double RATE = 0.1;
    private static final int DRAWS = 400;

    @Override
    public String name() {
        return "bootstrap of units";
    }

    @Override
    public double[] run(int run) {
        var units = new SimulatedUnits(seed + run, RATE);
        double[][] treatment = columns(units);
        double[][] control = columns(units);
        var bootstrap = new UnitBootstrap(DRAWS, seed + run);
        return new double[]{holds(bootstrap, treatment, control, 0, 1), holds(bootstrap, treatment, control, 4, 0)};
    }

    private double[][] columns(SimulatedUnits units) {
        double[][] columns = new double[SimulatedUnits.COLUMNS][users];
        for (int i = 0; i < users; i++) {
            double[] unit = units.next();
            for (int j = 0; j < columns.length; j++) {
                columns[j][i] = unit[j];
            }
        }
        return columns;
    }

    private static double holds(UnitBootstrap bootstrap, double[][] treatment, double[][] control, int numerator,
            int denominator) {
        ConfidenceInterval interval = bootstrap.relative(
                new UnitBootstrap.Units(treatment[numerator], treatment[denominator]),
                new UnitBootstrap.Units(control[numerator], control[denominator]), 0.95);
        return interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(coverage("95 % interval of the difference in CTR holds 0", outcomes, 0),
                coverage("95 % interval of the difference in eCPC holds 0", outcomes, 1));
    }

    /** Percentiles of so few draws are a little too near to each other. */
    private Finding coverage(String what, Outcomes outcomes, int column) {
        double reach = 3 * Math.sqrt(0.95 * 0.05 / outcomes.runs());
        return new Finding(name(), what, outcomes.runs(), outcomes.mean(column), 0.94 - reach,
                Math.min(1, 0.95 + reach));
    }
}
