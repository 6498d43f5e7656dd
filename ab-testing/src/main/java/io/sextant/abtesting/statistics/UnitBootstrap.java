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
    public record Units(double[] numerators, double[] denominators) {
        private double logRatio(SplittableRandom random) {
            double above = 0;
            double below = 0;
            for (int i = 0; i < numerators.length; i++) {
                int times = poisson(random);
                above += times * numerators[i];
                below += times * denominators[i];
            }
            return Math.log(above / below);
        }
    }

    /** Where the difference of the logarithms of the arms' ratios lies with confidence {@code level}. */
    public ConfidenceInterval relative(Units treatment, Units control, double level) {
        var random = new SplittableRandom(seed);
        double[] differences = new double[draws];
        for (int i = 0; i < draws; i++) {
            differences[i] = treatment.logRatio(random) - control.logRatio(random);
        }
        Arrays.sort(differences);
        return new ConfidenceInterval(percentile(differences, (1 - level) / 2),
                percentile(differences, 1 - (1 - level) / 2), level);
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
