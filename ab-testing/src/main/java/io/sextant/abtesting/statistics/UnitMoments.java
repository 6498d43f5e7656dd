package io.sextant.abtesting.statistics;

import java.util.Arrays;

/**
 * Number, means and covariances of what units of allocation did, unit by unit: one column a quantity, for example clicks
 * and impressions of a user. Assumes one thread.
 */
/*
 * Welford's update, and the merge of Chan, Golub and LeVeque (1979): sums of squares of millions of units minus the square
 * of their sum would leave few digits.
 */
public final class UnitMoments {
    private final double[] means;
    /** [columns * columns], sums of products of deviations. */
    private final double[] products;
    private final double[] deviations;
    private long units;

    /**
     * Makes an empty one.
     *
     * @param columns quantities a unit, 1 or more
     */
    public UnitMoments(int columns) {
        this.means = new double[columns];
        this.products = new double[columns * columns];
        this.deviations = new double[columns];
    }

    /**
     * Adds one unit.
     *
     * @param values one number a column
     * @throws IllegalArgumentException if there are more or fewer
     */
    public void add(double... values) {
        if (values.length != means.length) {
            throw new IllegalArgumentException(values.length + " values for " + means.length + " columns");
        }
        units++;
        for (int i = 0; i < means.length; i++) {
            deviations[i] = values[i] - means[i];
            means[i] += deviations[i] / units;
        }
        for (int i = 0; i < means.length; i++) {
            for (int j = 0; j < means.length; j++) {
                products[i * means.length + j] += deviations[i] * (values[j] - means[j]);
            }
        }
    }

    /** This and another's units as one. */
    public UnitMoments plus(UnitMoments other) {
        var sum = new UnitMoments(means.length);
        sum.units = units + other.units;
        if (sum.units == 0) {
            return sum;
        }
        double weight = (double) units * other.units / sum.units;
        for (int i = 0; i < means.length; i++) {
            sum.means[i] = means[i] + (other.means[i] - means[i]) * other.units / sum.units;
            for (int j = 0; j < means.length; j++) {
                int at = i * means.length + j;
                sum.products[at] = products[at] + other.products[at]
                        + (other.means[i] - means[i]) * (other.means[j] - means[j]) * weight;
            }
        }
        return sum;
    }

    /** Units added. */
    public long units() {
        return units;
    }

    /** Mean of a column; 0 before the first unit. */
    public double mean(int column) {
        return means[column];
    }

    /** Sum of a column. */
    public double sum(int column) {
        return units * means[column];
    }

    /** Covariance of two columns, or a column's variance, with n - 1; NaN below two units. */
    public double covariance(int column, int other) {
        return units < 2 ? Double.NaN : products[column * means.length + other] / (units - 1);
    }

    /** Sum over units of the product of two columns, not held against their means. */
    double sumOfProducts(int column, int other) {
        return products[column * means.length + other] + units * means[column] * means[other];
    }

    /** Variance of a weighted sum of the columns. */
    double variance(double... weights) {
        return covariance(weights, weights);
    }

    /** Covariance of two weighted sums of the columns. */
    double covariance(double[] weights, double[] others) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < others.length; j++) {
                sum += weights[i] * others[j] * covariance(i, j);
            }
        }
        return sum;
    }

    @Override
    public String toString() {
        return units + " units, means " + Arrays.toString(means);
    }
}
