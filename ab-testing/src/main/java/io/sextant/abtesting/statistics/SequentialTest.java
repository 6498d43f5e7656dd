package io.sextant.abtesting.statistics;

import io.sextant.abtesting.report.ConfidenceInterval;

/**
 * A test that may be looked at whenever one likes and stopped when it says so: over all looks together it is wrong at most
 * {@code 1 - level} of the time. Assumes one thread.
 */
/*
 * The mixture sequential probability ratio test of Johari, Koomen, Pekelis and Walsh (2017), Peeking at A/B Tests, section
 * 4, for an estimate that is nearly normal with variance V: with a normal mixture of variance t^2 over the true difference,
 *   Lambda = sqrt(V / (V + t^2)) exp(t^2 d^2 / (2 V (V + t^2))),   p = min over all looks of 1 / Lambda,
 * and the interval around d has the half width sqrt(V (V + t^2) / t^2 (2 ln(1 / (1 - level)) + ln((V + t^2) / V))).
 * The interval kept is the intersection over all looks.
 */
public final class SequentialTest {
    private final double mixtureVariance;
    private final double level;
    private double pValue = 1;
    private double low = Double.NEGATIVE_INFINITY;
    private double high = Double.POSITIVE_INFINITY;

    /**
     * Makes one that has seen nothing.
     *
     * @param effect size of the difference that it is to find soonest, in the estimate's unit, above 0; any size is found
     * @param level  confidence, above 0 and below 1
     */
    public SequentialTest(double effect, double level) {
        if (!(effect > 0) || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException("effect is " + effect + " and level " + level
                    + ", must be above 0, and above 0 and below 1");
        }
        this.mixtureVariance = effect * effect;
        this.level = level;
    }

    /**
     * Looks at the difference as it is now. An estimate without a finite error above 0 is passed over.
     *
     * @return whether the difference is settled not to be 0
     */
    public boolean look(Estimate difference) {
        double variance = difference.standardError() * difference.standardError();
        if (variance > 0 && Double.isFinite(variance) && Double.isFinite(difference.value())) {
            double sum = variance + mixtureVariance;
            double logLambda = 0.5 * Math.log(variance / sum)
                    + mixtureVariance * difference.value() * difference.value() / (2 * variance * sum);
            pValue = Math.min(pValue, Math.exp(-logLambda));
            double reach = Math.sqrt(variance * sum / mixtureVariance
                    * (-2 * Math.log1p(-level) + Math.log(sum / variance)));
            low = Math.max(low, difference.value() - reach);
            high = Math.min(high, difference.value() + reach);
        }
        return pValue < 1 - level;
    }

    /** Always valid: 1 before the first look, never rising. */
    public double pValue() {
        return pValue;
    }

    /** Always valid: everything before the first look, never growing. Empty, its low above its high, in at most 1 - level. */
    public ConfidenceInterval interval() {
        return new ConfidenceInterval(low, high, level);
    }
}
