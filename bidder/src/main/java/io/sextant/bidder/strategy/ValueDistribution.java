package io.sextant.bidder.strategy;

import java.util.Arrays;

/**
 * What impressions are worth, as equally likely points: one point where only the mean is known, some quantiles where values
 * have been watched (every request shows its value, won or lost, so nothing is censored). Immutable and thread-safe.
 */
public final class ValueDistribution {
    private final double[] points;
    private final double mean;

    private ValueDistribution(double[] points) {
        this.points = points;
        this.mean = Arrays.stream(points).sum() / points.length;
    }

    /**
     * Equally likely values.
     *
     * @param points in the unit in which bids will be asked for, such as clicks an impression; at least one, none negative,
     *               one above 0
     * @throws IllegalArgumentException if a point is negative or not a number, or none is above 0
     */
    public static ValueDistribution of(double... points) {
        double[] sorted = points.clone();
        Arrays.sort(sorted);
        if (sorted.length == 0 || !(sorted[0] >= 0) || !(sorted[sorted.length - 1] > 0)
                || !Double.isFinite(sorted[sorted.length - 1])) {
            throw new IllegalArgumentException("values are " + Arrays.toString(points)
                    + ", must be numbers of at least 0, and one of them above 0");
        }
        return new ValueDistribution(sorted);
    }

    /**
     * The values of a sample, thinned out to quantiles of the same mean.
     *
     * @param sample values as they were met, at least one
     * @param count  quantiles, 1 or more
     * @throws IllegalArgumentException as {@link #of}
     */
    public static ValueDistribution quantiles(double[] sample, int count) {
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        int size = Math.min(count, sorted.length);
        double[] points = new double[size];
        for (int i = 0; i < size; i++) {
            // Means of equal slices keep the mean, which medians of slices would not.
            int from = (int) ((long) i * sorted.length / size);
            int to = (int) ((long) (i + 1) * sorted.length / size);
            points[i] = Arrays.stream(sorted, from, to).average().orElseThrow();
        }
        return of(points);
    }

    /** Mean value, above 0. */
    public double mean() {
        return mean;
    }

    int size() {
        return points.length;
    }

    /** Ascending. */
    double point(int index) {
        return points[index];
    }
}
