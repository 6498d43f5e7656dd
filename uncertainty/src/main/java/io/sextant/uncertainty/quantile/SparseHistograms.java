package io.sextant.uncertainty.quantile;

import io.sextant.protocol.event.SparseHistogram;

/** Checks {@link SparseHistogram} messages. Thread-safe. */
public final class SparseHistograms {
    /** One fixed-point unit, in the units of the rest. */
    private static final int SUM_REST_END = 1_000_000;

    private SparseHistograms() {}

    /**
     * Checks what a message from outside claims.
     *
     * @throws IllegalArgumentException naming what contradicts itself: buckets ascend from 0 to {@link QuantileSketch#MAX},
     *                                  their counts are positive and add up to the count, and sums are not negative
     */
    public static void check(SparseHistogram sparse) {
        int buckets = sparse.getBucketValueCount();
        if (sparse.getBucketCountCount() != buckets) {
            throw contradiction("has " + buckets + " bucket values but " + sparse.getBucketCountCount() + " counts");
        }
        long count = 0;
        long previous = -1;
        for (int i = 0; i < buckets; i++) {
            long value = sparse.getBucketValue(i);
            if (value <= previous || value > BucketLayout.MAX_UNITS) {
                throw contradiction(
                        "bucket value " + value + " does not ascend from 0 to " + BucketLayout.MAX_UNITS);
            }
            long bucketCount = sparse.getBucketCount(i);
            if (bucketCount <= 0 || count + bucketCount <= 0) {
                throw contradiction("bucket count " + bucketCount + " is out of range");
            }
            count += bucketCount;
            previous = value;
        }
        if (count != sparse.getCount()) {
            throw contradiction("count is " + sparse.getCount() + " but its buckets hold " + count);
        }
        if (sparse.getSum() < 0 || sparse.getSumRest() < 0 || sparse.getSumRest() >= SUM_REST_END) {
            throw contradiction("sum is " + sparse.getSum() + ", its rest " + sparse.getSumRest());
        }
        double squares = sparse.getSumOfSquares();
        if (!(squares >= 0 && squares <= count * QuantileSketch.MAX * QuantileSketch.MAX)) {
            throw contradiction("sum of squares is " + squares);
        }
    }

    private static IllegalArgumentException contradiction(String what) {
        return new IllegalArgumentException("histogram " + what);
    }
}
