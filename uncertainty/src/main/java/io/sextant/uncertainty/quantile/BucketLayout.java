package io.sextant.uncertainty.quantile;

/**
 * Which fixed-point values share a bucket: the layout of an HdrHistogram of three significant digits from 1 to
 * {@link #MAX_UNITS}. Thread-safe.
 *
 * @implNote Up to 2,048 each value is a bucket of its own. From there on each doubling of the value is divided into 1,024
 *           buckets of one width, so a bucket is never wider than a thousandth of what it holds. Buckets are numbered from
 *           0 without gaps.
 */
final class BucketLayout {
    /** Largest fixed-point value. */
    static final long MAX_UNITS = 10_000_000_000L;
    private static final int HALF_BITS = 10;
    private static final int HALF = 1 << HALF_BITS;
    private static final long SINGLE = 2L * HALF - 1;
    /** Leading zeros of the values that are buckets of their own, at least. */
    private static final int SINGLE_ZEROS = Long.SIZE - HALF_BITS - 1;
    /** Number of buckets. */
    static final int LENGTH = index(MAX_UNITS) + 1;

    private BucketLayout() {}

    /** The bucket of a value from 0 to {@link #MAX_UNITS}. */
    static int index(long units) {
        int widthBits = SINGLE_ZEROS - Long.numberOfLeadingZeros(units | SINGLE);
        return (widthBits << HALF_BITS) + (int) (units >>> widthBits);
    }

    /** The smallest value in a bucket. */
    static long lowest(int index) {
        int widthBits = widthBits(index);
        return (long) (index - (widthBits << HALF_BITS)) << widthBits;
    }

    /** The value in the middle of a bucket. */
    static long middle(int index) {
        return lowest(index) + ((1L << widthBits(index)) >> 1);
    }

    /** The largest value in a bucket. */
    static long highest(int index) {
        return lowest(index) + (1L << widthBits(index)) - 1;
    }

    private static int widthBits(int index) {
        return Math.max(0, (index >> HALF_BITS) - 1);
    }
}
