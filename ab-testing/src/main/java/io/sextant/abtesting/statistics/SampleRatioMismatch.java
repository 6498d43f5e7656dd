package io.sextant.abtesting.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Whether units were allocated as the arms' shares say. Where they were not, no difference between arms can be believed:
 * something decides who is counted. To be asked for each kind of unit by itself.
 *
 * @param pValue    chance of shares at least as far off if the allocation is sound
 * @param suspected whether that is below {@value #LEVEL}
 */
public record SampleRatioMismatch(double pValue, boolean suspected) {
    /** Small, because the test is looked at often and a false alarm stops an experiment. */
    public static final double LEVEL = 0.0005;

    /**
     * Pearson's chi-square test of the arms' numbers of units.
     *
     * @param units  allocated to each arm, in all 1 or more
     * @param shares of each arm, above 0; need not add up to 1
     * @throws IllegalArgumentException if lengths differ, or there are fewer than two arms, no units, or no shares
     */
    public static SampleRatioMismatch of(long[] units, double[] shares) {
        long all = Arrays.stream(units).sum();
        double whole = Arrays.stream(shares).sum();
        if (units.length != shares.length || units.length < 2 || all < 1
                || Arrays.stream(shares).anyMatch(share -> !(share > 0))) {
            throw new IllegalArgumentException("no test of " + Arrays.toString(units) + " units against shares "
                    + Arrays.toString(shares) + ": it takes two arms or more, a unit, and shares above 0");
        }
        double sum = 0;
        for (int i = 0; i < units.length; i++) {
            double expected = all * shares[i] / whole;
            sum += (units[i] - expected) * (units[i] - expected) / expected;
        }
        double pValue = ChiSquaredDistribution.of(units.length - 1).survivalProbability(sum);
        return new SampleRatioMismatch(pValue, pValue < LEVEL);
    }
}
