package io.sextant.abtesting.statistics;

/**
 * Takes out of a difference between arms what their units showed already before the test began.
 *
 * <p>
 * The expectation stays; the variance falls by the share that the past explains. Immutable and thread-safe.
 *
 * @param metric of the test
 * @param past   the same, or another one, of the time before; columns of the same {@link UnitMoments}
 */
/*
 * Deng, Xu, Kohavi and Walker (2013), Improving the Sensitivity of Online Controlled Experiments by Utilizing
 * Pre-Experiment Data, eq. 4 and 5, on the units' linearised contributions where the metric is a ratio: adjusted =
 * metric - theta (past - past of all arms), theta = Cov(metric, past) / Var(past) over all units.
 */
public record Cuped(RatioMetric metric, RatioMetric past) {
    /**
     * Difference of the adjusted metric, treatment minus control.
     *
     * @throws IllegalArgumentException if the past does not vary: there is nothing to adjust by
     */
    public Estimate difference(UnitMoments treatment, UnitMoments control) {
        double theta = theta(treatment, control);
        Estimate adjusted = adjusted(treatment, theta);
        return adjusted.minus(adjusted(control, theta));
    }

    /**
     * Difference of the logarithms of the adjusted metrics, treatment minus control: 0.05 is 5 % more, nearly.
     *
     * @throws IllegalArgumentException if the past does not vary: there is nothing to adjust by
     */
    public Estimate relative(UnitMoments treatment, UnitMoments control) {
        double theta = theta(treatment, control);
        double common = theta * past.ratio(treatment.plus(control));
        Estimate adjusted = adjusted(treatment, theta).plus(common).log();
        return adjusted.minus(adjusted(control, theta).plus(common).log());
    }

    /** Share of the variance of the difference that the past takes out, 0..1. */
    public double varianceExplained(UnitMoments treatment, UnitMoments control) {
        double plain = metric.of(treatment).minus(metric.of(control)).standardError();
        double adjusted = difference(treatment, control).standardError();
        return 1 - adjusted * adjusted / (plain * plain);
    }

    private double theta(UnitMoments treatment, UnitMoments control) {
        double covariance = 0;
        double variance = 0;
        for (UnitMoments arm : new UnitMoments[]{treatment, control}) {
            double[] now = metric.linearised(arm, width());
            double[] then = past.linearised(arm, width());
            covariance += arm.covariance(now, then) * (arm.units() - 1);
            variance += arm.covariance(then, then) * (arm.units() - 1);
        }
        if (!(variance > 0)) {
            throw new IllegalArgumentException("the metric of the time before is the same for all units");
        }
        return covariance / variance;
    }

    /* What all arms have in common cancels in the difference, so the past's own value will do. */
    private Estimate adjusted(UnitMoments arm, double theta) {
        double[] weights = metric.linearised(arm, width());
        double[] then = past.linearised(arm, width());
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= theta * then[i];
        }
        return new Estimate(metric.ratio(arm) - theta * past.ratio(arm),
                Math.sqrt(arm.variance(weights) / arm.units()));
    }

    private int width() {
        return 1 + Math.max(Math.max(metric.numerator(), metric.denominator()),
                Math.max(past.numerator(), past.denominator()));
    }
}
