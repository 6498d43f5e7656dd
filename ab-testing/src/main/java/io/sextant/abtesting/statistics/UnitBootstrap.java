package io.sextant.abtesting.statistics;

import io.sextant.abtesting.report.ConfidenceInterval;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The interval of a relative difference without the delta method: units are drawn anew, with replacement, many times.
 * Immutable and thread-safe.
 *
 * @param draws number of times, 100 or more
 * @param seed  the same seed gives the same interval
 */
/*
 * The Poisson bootstrap: each unit comes as often as a Poisson number of mean 1 says, which for many units is drawing with
 * replacement. Percentile interval.
 */
public record UnitBootstrap(int draws, long seed) {
    private static final int DRAWS_MIN = 100;

    /** Checks that there are enough draws for percentiles. */
    public UnitBootstrap {
        if (draws < DRAWS_MIN) {
            throw new IllegalArgumentException("draws is " + draws + ", must be at least " + DRAWS_MIN);
        }
    }

    /**
     * One arm's units.
     *
     * @param numerators   one a unit
     * @param denominators one a unit
     */
    @SuppressWarnings("ArrayRecordComponent") // columns of millions of units, read once
    public record Units(double[] numerators, double[] denominators) {}

    /** Where the difference of the logarithms of the arms' ratios lies with confidence {@code level}. */
    public ConfidenceInterval relative(Units treatment, Units control, double level) {
        double[][] above = sums(new double[][]{treatment.numerators, treatment.denominators}, 0);
        double[][] below = sums(new double[][]{control.numerators, control.denominators}, 1);
        double[] differences = new double[draws];
        for (int i = 0; i < draws; i++) {
            differences[i] = Math.log(above[i][0] / above[i][1]) - Math.log(below[i][0] / below[i][1]);
        }
        return interval(differences, level);
    }

    /**
     * One arm's sums, its units drawn anew, for metrics that share the draws.
     *
     * @param columns [columns][units]
     * @param stream  another one for each arm: arms are drawn independently of each other
     * @return [draws][columns]
     */
    public double[][] sums(double[][] columns, long stream) {
        var random = new SplittableRandom(new SplittableRandom(seed + stream).nextLong());
        double[][] sums = new double[draws][columns.length];
        int units = columns.length == 0 ? 0 : columns[0].length;
        for (double[] sum : sums) {
            for (int i = 0; i < units; i++) {
                int times = poisson(random);
                for (int j = 0; times > 0 && j < sum.length; j++) {
                    sum[j] += times * columns[j][i];
                }
            }
        }
        return sums;
    }

    /** Percentile interval of what the draws gave. */
    public static ConfidenceInterval interval(double[] values, double level) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new ConfidenceInterval(percentile(sorted, (1 - level) / 2), percentile(sorted, 1 - (1 - level) / 2),
                level);
    }

    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static int poisson(SplittableRandom random) {
        double left = random.nextDouble() - Math.exp(-1);
        double share = Math.exp(-1);
        int times = 0;
        while (left > 0 && share > 0) {
            times++;
            share /= times;
            left -= share;
        }
        return times;
    }
}
