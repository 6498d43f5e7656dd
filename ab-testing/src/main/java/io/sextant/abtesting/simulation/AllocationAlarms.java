package io.sextant.abtesting.simulation;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.abtesting.statistics.SampleRatioMismatch;
import java.util.List;

/** The product's own allocation under ever new salts: how often the test of the shares calls it unsound. */
record AllocationAlarms(int runs, int units, long seed) implements Simulation {
    private static final List<Double> SHARES = List.of(0.45, 0.35, 0.2);
    /** What a fault of counting may lose of one arm. */
    private static final double LOST = 0.1;

    @Override
    public String name() {
        return "sample ratio";
    }

    @Override
    public double[] run(int run) {
        var arms = List.of(arm("control", SHARES.get(0)), arm("random", SHARES.get(1)), arm("uncertainty",
                SHARES.get(2)));
        var allocator = new ArmAllocator(arms, "salt-" + seed + "-" + run);
        long[] counts = new long[SHARES.size()];
        for (int unit = 0; unit < units; unit++) {
            counts[allocator.allocate(allocator.unitHash("user-" + unit))]++;
        }
        double[] shares = SHARES.stream().mapToDouble(Double::doubleValue).toArray();
        SampleRatioMismatch sound = SampleRatioMismatch.of(counts, shares);
        long[] lossy = counts.clone();
        lossy[0] -= Math.round(LOST * lossy[0]);
        return new double[]{sound.pValue() < 0.05 ? 1 : 0, sound.suspected() ? 1 : 0,
            SampleRatioMismatch.of(lossy, shares).suspected() ? 1 : 0};
    }

    private static Arm arm(String name, double share) {
        return new Arm(name, share, Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE);
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        return List.of(Finding.near(this, "p value below 0.05 though all is sound", outcomes, 0, 0.05),
                Finding.atMost(this, "alarm though all is sound", outcomes, 1, SampleRatioMismatch.LEVEL, true),
                Finding.atLeast(this, "alarm where a tenth of control's units is lost", outcomes, 2, 0.95));
    }
}
