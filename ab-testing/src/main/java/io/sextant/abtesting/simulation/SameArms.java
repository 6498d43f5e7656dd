package io.sextant.abtesting.simulation;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.Cuped;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.List;

/**
 * Two arms of the same users (A/A): how often tests that look once call a difference, and how often intervals hold the
 * truth.
 */
record SameArms(int runs, int users, long seed) implements Simulation {
    private static final double RATE = 0.1;
    private static final double LEVEL = 0.95;
    private static final Cuped CUPED = new Cuped(SimulatedUnits.CTR, SimulatedUnits.PAST_CTR);

    @Override
    public String name() {
        return "two arms alike";
    }

    @Override
    public double[] run(int run) {
        var units = new SimulatedUnits(seed + run, RATE);
        UnitMoments treatment = units.arm(users);
        UnitMoments control = units.arm(users);
        Estimate ctr = SimulatedUnits.CTR.of(control);
        Estimate independent = independent(control);
        return new double[]{found(SimulatedUnits.CTR.relative(treatment, control)),
            found(SimulatedUnits.ECPC.relative(treatment, control)),
            found(SimulatedUnits.CPM.relative(treatment, control)), found(CUPED.difference(treatment, control)),
            found(CUPED.relative(treatment, control)), found(independent(treatment).minus(independent)),
            held(ctr, units.trueCtr()), held(SimulatedUnits.CPM.of(control), SimulatedUnits.TRUE_CPM),
            held(independent, units.trueCtr()), SimulatedUnits.CTR.of(treatment).minus(ctr).value(),
            CUPED.difference(treatment, control).value(), CUPED.varianceExplained(treatment, control)};
    }

    private static double found(Estimate difference) {
        return difference.pValue() < 1 - LEVEL ? 1 : 0;
    }

    private static double held(Estimate estimate, double truth) {
        ConfidenceInterval interval = estimate.interval(LEVEL);
        return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }

    /** What treats impressions as independent of each other. */
    private static Estimate independent(UnitMoments arm) {
        double ctr = arm.mean(0) / arm.mean(1);
        return new Estimate(ctr, Math.sqrt(ctr * (1 - ctr) / (arm.mean(1) * arm.units())));
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        double explained = outcomes.mean(11);
        double fell = 1 - Math.pow(outcomes.deviation(10) / outcomes.deviation(9), 2);
        return List.of(Finding.near(this, "fixed test of CTR calls a difference", outcomes, 0, 0.05),
                Finding.near(this, "fixed test of eCPC calls a difference", outcomes, 1, 0.05),
                Finding.near(this, "fixed test of spend per thousand calls a difference", outcomes, 2, 0.05),
                Finding.near(this, "with CUPED, absolute difference", outcomes, 3, 0.05),
                Finding.near(this, "with CUPED, relative difference", outcomes, 4, 0.05),
                Finding.atLeast(this, "impressions taken as independent: calls a difference", outcomes, 5, 0.08),
                Finding.near(this, "95 % interval of CTR holds the truth", outcomes, 6, 0.95),
                Finding.near(this, "95 % interval of spend per thousand holds the truth", outcomes, 7, 0.95),
                new Finding(name(), "variance that CUPED takes out, over the runs, as it says", outcomes.runs(), fell,
                        explained - 2.5 / Math.sqrt(outcomes.runs()), explained + 2.5 / Math.sqrt(outcomes.runs())));
    }
}
