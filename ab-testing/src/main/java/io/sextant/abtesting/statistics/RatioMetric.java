package io.sextant.abtesting.statistics;

/**
 * A metric that is a sum over units over another one, such as clicks an impression where the unit is a user.
 *
 * <p>
 * Its error is that of the units, by the delta method: impressions of one user are not independent of each other, and a
 * test that treats them so is too sure of itself. Immutable and thread-safe.
 *
 * @param numerator   column of {@link UnitMoments}
 * @param denominator column of {@link UnitMoments}
 */
/*
 * Deng, Knoblich and Lu (2018), Applying the Delta Method in Metric Analytics, section 3: with ratio R of the means of y
 * and x over n units, Var(R) = Var(y - R x) / (n mean(x)^2).
 */
public record RatioMetric(int numerator, int denominator) {
    /** A mean over units: the denominator is a column of ones, or the number of units. */
    public static final int UNITS = -1;

    /**
     * The metric of an arm.
     *
     * @return NaN where the denominator is 0 or there are fewer than two units
     */
    public Estimate of(UnitMoments arm) {
        double ratio = ratio(arm);
        double variance = arm.variance(linearised(arm, width())) / arm.units();
        return new Estimate(ratio, Math.sqrt(variance));
    }

    /** Difference of two arms' logarithms: 0.05 is 5 % more than control, nearly. */
    public Estimate relative(UnitMoments treatment, UnitMoments control) {
        return of(treatment).log().minus(of(control).log());
    }

    double ratio(UnitMoments arm) {
        return arm.mean(numerator) / (denominator == UNITS ? 1 : arm.mean(denominator));
    }

    /** Weights of the columns whose sum over a unit is what it adds to the metric, in the metric's unit. */
    double[] linearised(UnitMoments arm, int columns) {
        double[] weights = new double[columns];
        double scale = denominator == UNITS ? 1 : arm.mean(denominator);
        weights[numerator] += 1 / scale;
        if (denominator != UNITS) {
            weights[denominator] -= ratio(arm) / scale;
        }
        return weights;
    }

    private int width() {
        return Math.max(numerator, denominator) + 1;
    }
}
