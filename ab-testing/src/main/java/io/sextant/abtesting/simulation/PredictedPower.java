package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.PowerAnalysis;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.List;

/** Arms that differ, with as many users as the power analysis asks for after a pilot. */
record PredictedPower(int runs, long seed, int usersAnArm) implements Simulation {
    private static final double RATE = 0.1;
    private static final double TREATED = 0.107;
    private static final double POWER = 0.8;
    private static final double LEVEL = 0.95;
    private static final int PILOT = 200_000;

    static PredictedPower planned(int runs, long seed) {
        var pilot = new SimulatedUnits(~seed, RATE);
        var treated = new SimulatedUnits(~seed + 1, TREATED);
        double effect = treated.trueCtr() / pilot.trueCtr() - 1;
        // of both arms: more clicks vary less, relative to their number
        double variance = (relativeVariance(pilot) + relativeVariance(treated)) / 2;
        var analysis = new PowerAnalysis(variance, 0.5, 0.5, LEVEL);
        return new PredictedPower(runs, seed, (int) Math.ceil(analysis.units(effect, POWER) / 2));
    }

    private static double relativeVariance(SimulatedUnits pilot) {
        Estimate ctr = SimulatedUnits.CTR.of(pilot.arm(PILOT));
        double relative = ctr.standardError() / ctr.value();
        return PILOT * relative * relative;
    }

    @Override
    public String name() {
        return "power as planned";
    }

    @Override
    public double[] run(int run) {
        UnitMoments treatment = new SimulatedUnits(seed + 2L * run, TREATED).arm(usersAnArm);
        UnitMoments control = new SimulatedUnits(seed + 2L * run + 1, RATE).arm(usersAnArm);
        Estimate difference = SimulatedUnits.CTR.relative(treatment, control);
        return new double[]{difference.pValue() < 1 - LEVEL && difference.value() > 0 ? 1 : 0};
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.near(this, "fixed test finds the planned effect, planned at 80 %", outcomes, 0, POWER));
    }
}
