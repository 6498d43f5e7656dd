package io.sextant.abtesting.statistics;

/**
 * How many units it takes to find a difference between an arm and control, and how surely so many find it.
 *
 * @param relativeVariance of what one unit adds to the metric, over the metric squared; see {@link #ofRate}
 * @param treatmentShare   of all units, above 0 and below 1
 * @param controlShare     of all units, above 0; the two at most 1
 * @param level            confidence of the two-sided test, above 0 and below 1; with several arms {@link MultipleArms#each}
 */
/*
 * The difference of logarithms has the variance v (1 / n_treatment + 1 / n_control) with v the relative variance, so
 * n = v (1 / share_treatment + 1 / share_control) (z(1 - (1 - level) / 2) + z(power))^2 / ln(1 + effect)^2.
 */
public record PowerAnalysis(double relativeVariance, double treatmentShare, double controlShare, double level) {

    /** Checks the ranges. */
    public PowerAnalysis {
        if (!(relativeVariance > 0) || !(treatmentShare > 0) || !(controlShare > 0)
                || !(treatmentShare + controlShare <= 1 + 1e-9) || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException("relative variance " + relativeVariance + ", shares " + treatmentShare
                    + " and " + controlShare + ", level " + level
                    + ": must be above 0, above 0 and together at most 1, and above 0 and below 1");
        }
    }

    /**
     * The relative variance of a click-through rate over users.
     *
     * @param rate               clicks an impression, above 0 and below 1
     * @param impressionsPerUnit mean, above 0
     * @param designEffect       how many times the variance is what it would be if impressions of one unit were independent,
     *                           at least 1
     */
    public static double ofRate(double rate, double impressionsPerUnit, double designEffect) {
        return designEffect * (1 - rate) / (rate * impressionsPerUnit);
    }

    /**
     * Units of all arms together, the ones not compared included.
     *
     * @param effect relative, 0.05 for 5 % more, -0.05 for 5 % less; above -1 and not 0
     * @param power  chance of finding it, above 0 and below 1
     */
    public double units(double effect, double power) {
        double reach = Estimate.quantile(1 - (1 - level) / 2) + Estimate.quantile(power);
        double log = Math.log1p(effect);
        return relativeVariance * (1 / treatmentShare + 1 / controlShare) * reach * reach / (log * log);
    }

    /** Chance of finding a relative {@code effect} with so many units, in the right direction. */
    public double power(double effect, double units) {
        double error = Math.sqrt(relativeVariance * (1 / treatmentShare + 1 / controlShare) / units);
        return Estimate.cumulative(Math.abs(Math.log1p(effect)) / error - Estimate.quantile(1 - (1 - level) / 2));
    }

    /** The smallest relative rise that so many units find with chance {@code power}. */
    public double smallestEffect(double units, double power) {
        double reach = Estimate.quantile(1 - (1 - level) / 2) + Estimate.quantile(power);
        return Math.expm1(reach * Math.sqrt(relativeVariance * (1 / treatmentShare + 1 / controlShare) / units));
    }
}
