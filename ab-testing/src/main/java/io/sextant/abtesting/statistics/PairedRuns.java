package io.sextant.abtesting.statistics;

import io.sextant.abtesting.report.ConfidenceInterval;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Differences of two arms, one a run, where the run is the unit of replication: arms that train their own models differ
 * between runs by more than their requests tell. Immutable and thread-safe.
 *
 * @param runs              number of runs, 2 or more
 * @param mean              of the differences
 * @param standardDeviation of the differences, with n - 1
 */
public record PairedRuns(int runs, double mean, double standardDeviation) {
    private static final int RUNS_MAX = 1_000_000;

    /**
     * Takes the runs' differences.
     *
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static PairedRuns of(double... differences) {
        if (differences.length < 2) {
            throw new IllegalArgumentException(
                    differences.length + " runs do not tell how much runs differ; it takes 2");
        }
        var moments = new UnitMoments(1);
        for (double difference : differences) {
            moments.add(difference);
        }
        return new PairedRuns(differences.length, moments.mean(0), Math.sqrt(moments.covariance(0, 0)));
    }

    /** Where the true mean lies with confidence {@code level}: Student's t with n - 1 degrees of freedom. */
    public ConfidenceInterval interval(double level) {
        double reach = quantile(runs, 1 - (1 - level) / 2) * standardDeviation / Math.sqrt(runs);
        return new ConfidenceInterval(mean - reach, mean + reach, level);
    }

    /** Chance of a mean at least as far from 0, to either side, if the truth is 0. */
    public double pValue() {
        double t = Math.abs(mean) / (standardDeviation / Math.sqrt(runs));
        return 2 * TDistribution.of(runs - 1).survivalProbability(t);
    }

    /**
     * Runs after which a true difference of {@code effect} is found with chance {@code power}, if runs differ as these do.
     *
     * @param effect not 0, in the differences' unit
     * @param level  confidence of the test, above 0 and below 1
     * @param power  above 0 and below 1
     * @return at least 2, at most a million
     * @implNote The smallest n with n at least (t(1 - (1 - level) / 2) + t(power))² s² / effect², both with n - 1 degrees of
     *           freedom; within a run of the exact figure by the noncentral t.
     */
    public int runsNeeded(double effect, double level, double power) {
        for (int n = 2; n < RUNS_MAX; n++) {
            double reach = quantile(n, 1 - (1 - level) / 2) + quantile(n, power);
            if (n >= reach * reach * standardDeviation * standardDeviation / (effect * effect)) {
                return n;
            }
        }
        return RUNS_MAX;
    }

    /**
     * The true difference that so many runs find with chance {@code power}, if runs differ as these do: the converse of
     * {@link #runsNeeded}.
     *
     * @param count at least 2
     * @return above 0, in the differences' unit
     */
    public double effectFound(int count, double level, double power) {
        return (quantile(count, 1 - (1 - level) / 2) + quantile(count, power)) * standardDeviation / Math.sqrt(count);
    }

    private static double quantile(int runs, double share) {
        return TDistribution.of(runs - 1).inverseCumulativeProbability(share);
    }
}
