package io.sextant.uncertainty.quantile;

import io.sextant.protocol.event.SparseHistogram;

/** Checks and adds {@link SparseHistogram} messages without unfolding them. Thread-safe. */
public final class SparseHistograms {
    private SparseHistograms() {}

    /**
     * Checks what a message from outside claims.
     *
     * @throws IllegalArgumentException naming what contradicts itself: buckets ascend from 0 to {@link QuantileSketch#MAX},
     *                                  their counts are positive and add up to the count, and sums are not negative
     */
    public static void check(SparseHistogram sparse) {
        int buckets = sparse.getBucketValueCount();
        require(sparse.getBucketCountCount() == buckets,
                "has " + buckets + " bucket values but " + sparse.getBucketCountCount() + " counts");
        long count = 0;
        long previous = -1;
        for (int i = 0; i < buckets; i++) {
            long value = sparse.getBucketValue(i);
            require(value > previous && value <= QuantileSketch.maxUnits(),
                    "bucket value " + value + " does not ascend from 0 to " + QuantileSketch.maxUnits());
            long bucketCount = sparse.getBucketCount(i);
            require(bucketCount > 0 && count + bucketCount > 0, "bucket count " + bucketCount + " is out of range");
            count += bucketCount;
            previous = value;
        }
        require(count == sparse.getCount(), "count is " + sparse.getCount() + " but its buckets hold " + count);
        require(sparse.getSum() >= 0, "sum is " + sparse.getSum());
        require(sparse.getSumOfSquares() >= 0 && Double.isFinite(sparse.getSumOfSquares()),
                "sum of squares is " + sparse.getSumOfSquares());
    }

    /**
     * The distribution of both together.
     *
     * @param a ascending, as {@link #check} demands
     * @param b ascending, as {@link #check} demands
     */
    public static SparseHistogram add(SparseHistogram a, SparseHistogram b) {
        var both = SparseHistogram.newBuilder().setSum(Math.addExact(a.getSum(), b.getSum()))
                .setCount(a.getCount() + b.getCount()).setSumOfSquares(a.getSumOfSquares() + b.getSumOfSquares());
        int i = 0;
        int j = 0;
        while (i < a.getBucketValueCount() || j < b.getBucketValueCount()) {
            long valueA = i < a.getBucketValueCount() ? a.getBucketValue(i) : Long.MAX_VALUE;
            long valueB = j < b.getBucketValueCount() ? b.getBucketValue(j) : Long.MAX_VALUE;
            long bucketCount = 0;
            if (valueA <= valueB) {
                bucketCount += a.getBucketCount(i++);
            }
            if (valueB <= valueA) {
                bucketCount += b.getBucketCount(j++);
            }
            both.addBucketValue(Math.min(valueA, valueB)).addBucketCount(bucketCount);
        }
        return both.build();
    }

    private static void require(boolean holds, String contradiction) {
        if (!holds) {
            throw new IllegalArgumentException("histogram " + contradiction);
        }
    }
}
