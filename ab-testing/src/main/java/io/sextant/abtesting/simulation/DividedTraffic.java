package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.TrafficTotal;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The same users divided anew among three arms of unequal shares, most of them doing nothing: how often totals, held
 * against the shares, are called different.
 */
record DividedTraffic(int runs, int users, long seed) implements Simulation {
    private static final TrafficTotal SPEND = new TrafficTotal(4);
    private static final TrafficTotal CLICKS = new TrafficTotal(0);
    private static final double RATE = 0.1;
    private static final double ACTIVE = 0.3;
    private static final double TREATMENT_SHARE = 0.2;
    private static final double CONTROL_SHARE = 0.5;

    @Override
    public String name() {
        return "totals of divided traffic";
    }

    @Override
    public double[] run(int run) {
        var units = new SimulatedUnits(seed + run, RATE);
        var random = new SplittableRandom(~(seed + run));
        var treatment = new UnitMoments(SimulatedUnits.COLUMNS);
        var control = new UnitMoments(SimulatedUnits.COLUMNS);
        for (int i = 0; i < users; i++) {
            boolean active = random.nextDouble() < ACTIVE;
            double place = random.nextDouble();
            double[] unit = units.next();
            if (active && place < TREATMENT_SHARE) {
                treatment.add(unit);
            } else if (active && place < TREATMENT_SHARE + CONTROL_SHARE) {
                control.add(unit);
            }
        }
        return new double[]{
            found(SPEND.relative(treatment, TREATMENT_SHARE, control, CONTROL_SHARE).pValue()),
            found(CLICKS.relative(treatment, TREATMENT_SHARE, control, CONTROL_SHARE).pValue()),
            found(CLICKS.relative(treatment, TREATMENT_SHARE, control, CONTROL_SHARE, 2).pValue())};
    }

    private static double found(double pValue) {
        return pValue < 0.05 ? 1 : 0;
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.near(this, "fixed test of spend calls a difference", outcomes, 0, 0.05),
                Finding.near(this, "fixed test of clicks calls a difference", outcomes, 1, 0.05),
                Finding.near(this, "with CUPED, clicks", outcomes, 2, 0.05));
    }
}
