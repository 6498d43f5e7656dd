package io.sextant.abtesting.statistics;

import io.sextant.abtesting.report.ConfidenceInterval;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A number measured on many units, nearly normal.
 *
 * @param value         the number
 * @param standardError its standard deviation over repetitions, at least 0
 */
public record Estimate(double value, double standardError) {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Where the truth lies with confidence {@code level}, above 0 and below 1. */
    public ConfidenceInterval interval(double level) {
        double reach = quantile(1 - (1 - level) / 2) * standardError;
        return new ConfidenceInterval(value - reach, value + reach, level);
    }

    /** Chance of a value at least as far from 0, to either side, if the truth is 0. */
    public double pValue() {
        return 2 * NORMAL.survivalProbability(Math.abs(value) / standardError);
    }

    /** This minus another, measured on other units. */
    public Estimate minus(Estimate other) {
        return new Estimate(value - other.value, Math.hypot(standardError, other.standardError));
    }

    /** This and a number that is known exactly. */
    Estimate plus(double constant) {
        return new Estimate(value + constant, standardError);
    }

    /** The natural logarithm, by the delta method; for differences in percent. */
    public Estimate log() {
        return new Estimate(Math.log(value), standardError / Math.abs(value));
    }

    static double quantile(double share) {
        return NORMAL.inverseCumulativeProbability(share);
    }

    static double cumulative(double value) {
        return NORMAL.cumulativeProbability(value);
    }
}
