package io.sextant.uncertainty.quantile;

import io.sextant.protocol.event.SparseHistogram;
import org.HdrHistogram.Histogram;

/**
 * Distribution of many numbers from 0 to {@link #MAX}: quantiles to three significant digits, exact sum and count. Sketches
 * of parts add up to the sketch of the whole. Takes about 200 kB: meant to be reused, see {@link #reset}.
 *
 * <p>
 * Threading: assumes one thread.
 *
 * @implNote An HdrHistogram over fixed-point values round(x · 10⁹); numbers below 10⁻⁶ have fewer digits. The sum is kept
 *           in whole fixed-point units, so it does not depend on the order of recording.
 */
public final class QuantileSketch {
    /** Largest number that is kept apart; larger ones are recorded as this. */
    public static final double MAX = 10;
    static final double UNITS = 1e9;
    private static final long MAX_UNITS = (long) (MAX * UNITS);
    private static final int DIGITS = 3;
    /** Never recorded into: only asked which values share a bucket. */
    private static final Histogram LAYOUT = new Histogram(1, MAX_UNITS, DIGITS);

    private final Histogram histogram = new Histogram(1, MAX_UNITS, DIGITS);
    private long sum;
    private double sumOfSquares;

    /** The distribution that {@code sparse} describes; errors as of {@link #add(SparseHistogram)}. */
    public static QuantileSketch of(SparseHistogram sparse) {
        var sketch = new QuantileSketch();
        sketch.add(sparse);
        return sketch;
    }

    /**
     * Records one number.
     *
     * @param x 0 or more; beyond {@link #MAX} it counts as that
     * @throws IllegalArgumentException if x is negative or not a number
     */
    public void record(double x) {
        if (!(x >= 0)) {
            throw new IllegalArgumentException("recorded number is " + x + ", must be 0 or more");
        }
        long units = Math.round(Math.min(x, MAX) * UNITS);
        histogram.recordValue(units);
        sum = Math.addExact(sum, units);
        double kept = Math.min(x, MAX);
        sumOfSquares += kept * kept;
    }

    /** Adds everything that {@code other} holds. */
    public void add(QuantileSketch other) {
        histogram.add(other.histogram);
        sum = Math.addExact(sum, other.sum);
        sumOfSquares += other.sumOfSquares;
    }

    /**
     * Adds everything that {@code sparse} describes.
     *
     * @throws IllegalArgumentException if it contradicts itself or is out of range; then nothing is added
     */
    public void add(SparseHistogram sparse) {
        SparseHistograms.check(sparse);
        for (int i = 0; i < sparse.getBucketValueCount(); i++) {
            histogram.recordValueWithCount(sparse.getBucketValue(i), sparse.getBucketCount(i));
        }
        sum = Math.addExact(sum, sparse.getSum());
        sumOfSquares += sparse.getSumOfSquares();
    }

    /** Forgets everything. */
    public void reset() {
        histogram.reset();
        sum = 0;
        sumOfSquares = 0;
    }

    /** How many numbers were recorded. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** Mean of what was recorded, exact to 10⁻⁹; 0 when nothing was. */
    public double mean() {
        return count() == 0 ? 0 : sum / UNITS / count();
    }

    /** Sample standard deviation, over N - 1; 0 for fewer than two numbers. */
    public double standardDeviation() {
        long count = count();
        if (count < 2) {
            return 0;
        }
        double mean = mean();
        // Rounding can push the difference of two nearly equal numbers below 0.
        return Math.sqrt(Math.max(0, sumOfSquares - count * mean * mean) / (count - 1));
    }

    /**
     * The number that a share {@code q} of what was recorded does not exceed, to three significant digits; 0 when nothing
     * was recorded.
     *
     * @param q 0 to 1
     */
    public double quantile(double q) {
        return count() == 0 ? 0 : Math.min(MAX, histogram.getValueAtPercentile(100 * q) / UNITS);
    }

    /** The non-empty buckets, ascending by their lowest value, with exact sum, count and sum of squares. */
    public SparseHistogram toSparse() {
        var sparse = SparseHistogram.newBuilder().setSum(sum).setCount(count()).setSumOfSquares(sumOfSquares);
        for (var bucket : histogram.recordedValues()) {
            sparse.addBucketValue(histogram.lowestEquivalentValue(bucket.getValueIteratedTo()));
            sparse.addBucketCount(bucket.getCountAddedInThisIterationStep());
        }
        return sparse.build();
    }

    /**
     * The number that stands for a bucket: its middle, or {@code special} if the bucket holds that.
     *
     * @param bucketValue a bucket's fixed-point value, as in {@link #toSparse}
     * @param special     a number that must survive unchanged
     */
    public static double representative(long bucketValue, double special) {
        return LAYOUT.valuesAreEquivalent(bucketValue, Math.round(special * UNITS)) ? special
                : LAYOUT.medianEquivalentValue(bucketValue) / UNITS;
    }

    static long maxUnits() {
        return MAX_UNITS;
    }
}
