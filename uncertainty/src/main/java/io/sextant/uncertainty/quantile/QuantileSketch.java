package io.sextant.uncertainty.quantile;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.sextant.protocol.event.SparseHistogram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Distribution of many numbers from 0 to {@link #MAX}: quantiles to three significant digits, exact sum and count. Sketches
 * of parts add up to the sketch of the whole, whatever the order. Takes 2 kB and half a kilobyte for every 64 neighbouring
 * buckets that were met, 210 kB at the most; {@link #reset} keeps it for the next use.
 *
 * <p>
 * Threading: assumes one thread.
 *
 * @implNote The buckets of an HdrHistogram over fixed-point values round(x · 10⁹); numbers below 10⁻⁶ have fewer digits. The
 *           sum is kept in whole units of 10⁻¹⁵ and that of squares in units of 2⁻⁸⁰, both in 128 bits, so neither depends on
 *           the order of recording.
 */
public final class QuantileSketch {
    /** Largest number that is kept apart; larger ones are recorded as this. */
    public static final double MAX = 10;
    static final double UNITS = 1e9;
    private static final double SUM_UNITS = 1e15;
    private static final long SUM_UNITS_A_UNIT = 1_000_000;
    private static final int SQUARES_SCALE = 80;
    private static final double SQUARES_UNIT = 0x1p-80;
    /** Of {@link #toBytes}; raised when that changes. */
    private static final int FORM = 1;

    private final BucketCounts buckets = new BucketCounts();
    private final WideSum sum = new WideSum();
    private final WideSum squares = new WideSum();

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
        double kept = Math.min(x, MAX);
        buckets.add(BucketLayout.index(Math.round(kept * UNITS)), 1);
        sum.add(Math.round(kept * SUM_UNITS));
        squares.addScaled(kept * kept, SQUARES_SCALE);
    }

    /** Adds everything that {@code other} holds. */
    public void add(QuantileSketch other) {
        buckets.add(other.buckets);
        sum.add(other.sum);
        squares.add(other.squares);
    }

    /**
     * Adds everything that {@code sparse} describes.
     *
     * @throws IllegalArgumentException if it contradicts itself or is out of range; then nothing is added
     */
    public void add(SparseHistogram sparse) {
        SparseHistograms.check(sparse);
        addChecked(sparse);
    }

    /** As {@link #add(SparseHistogram)}, for what {@link SparseHistograms#check} has passed before. */
    public void addChecked(SparseHistogram sparse) {
        for (int i = 0; i < sparse.getBucketValueCount(); i++) {
            buckets.add(BucketLayout.index(sparse.getBucketValue(i)), sparse.getBucketCount(i));
        }
        sum.addProduct(sparse.getSum(), SUM_UNITS_A_UNIT);
        sum.add(sparse.getSumRest());
        squares.addScaled(sparse.getSumOfSquares(), SQUARES_SCALE);
    }

    /**
     * Adds what a sketch gave as {@link #toBytes}.
     *
     * @throws IllegalArgumentException if the bytes are nothing of that kind; what was there may then be half changed
     */
    public void add(byte[] bytes) {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            int form = in.readRawVarint32();
            if (form != FORM) {
                throw new IllegalArgumentException("sketch is of form " + form + ", only " + FORM + " is known");
            }
            sum.add(in.readFixed64(), in.readFixed64());
            squares.add(in.readFixed64(), in.readFixed64());
            int index = -1;
            while (!in.isAtEnd()) {
                index += in.readRawVarint32();
                buckets.add(index, in.readRawVarint64());
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("sketch is cut off or damaged", e);
        }
    }

    /** Forgets everything. */
    public void reset() {
        buckets.clear();
        sum.clear();
        squares.clear();
    }

    /** How many numbers were recorded. */
    public long count() {
        return buckets.total();
    }

    /** Mean of what was recorded, every number to 10⁻¹⁵; 0 when nothing was. */
    public double mean() {
        return count() == 0 ? 0 : sum.toDouble() / SUM_UNITS / count();
    }

    /** Sample standard deviation, over N - 1; 0 for fewer than two numbers. */
    public double standardDeviation() {
        long count = count();
        if (count < 2) {
            return 0;
        }
        double mean = mean();
        // Rounding can push the difference of two nearly equal numbers below 0.
        return Math.sqrt(Math.max(0, squares.toDouble() * SQUARES_UNIT - count * mean * mean) / (count - 1));
    }

    /**
     * The number that a share {@code q} of what was recorded does not exceed, to three significant digits; 0 when nothing
     * was recorded.
     *
     * @param q 0 to 1
     */
    public double quantile(double q) {
        return quantiles(q)[0];
    }

    /**
     * As {@link #quantile}, of several shares at once.
     *
     * @param shares each 0 to 1, ascending
     */
    public double[] quantiles(double... shares) {
        double[] values = new double[shares.length];
        long count = count();
        if (count == 0) {
            return values;
        }
        // A share that is meant to be a whole number of records must not become one more by rounding.
        int[] indices = buckets.indicesAt(Arrays.stream(shares)
                .mapToLong(share -> Math.clamp((long) Math.ceil(Math.nextDown(share) * count), 1, count)).toArray());
        for (int i = 0; i < values.length; i++) {
            long units = shares[i] > 0 ? BucketLayout.highest(indices[i]) : BucketLayout.lowest(indices[i]);
            values[i] = Math.min(MAX, units / UNITS);
        }
        return values;
    }

    /**
     * The non-empty buckets, ascending by their lowest value, with exact sum and count, and sum of squares.
     *
     * @throws ArithmeticException if the sum is 9.2 · 10⁹ or more, which the message cannot hold
     */
    public SparseHistogram toSparse() {
        BigInteger[] parts = sum.toBigInteger().divideAndRemainder(BigInteger.valueOf(SUM_UNITS_A_UNIT));
        var sparse = SparseHistogram.newBuilder().setSum(parts[0].longValueExact()).setSumRest(parts[1].intValueExact())
                .setCount(count()).setSumOfSquares(squares.toDouble() * SQUARES_UNIT);
        for (int i = buckets.next(0); i >= 0; i = buckets.next(i + 1)) {
            sparse.addBucketValue(BucketLayout.lowest(i)).addBucketCount(buckets.count(i));
        }
        return sparse.build();
    }

    /** A compact form for state that is read back by {@link #add(byte[])} of the same or a later version. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(FORM);
            out.writeFixed64NoTag(sum.high());
            out.writeFixed64NoTag(sum.low());
            out.writeFixed64NoTag(squares.high());
            out.writeFixed64NoTag(squares.low());
            int previous = -1;
            for (int i = buckets.next(0); i >= 0; i = buckets.next(i + 1)) {
                out.writeUInt32NoTag(i - previous);
                out.writeUInt64NoTag(buckets.count(i));
                previous = i;
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes every byte", e);
        }
        return bytes.toByteArray();
    }

    /**
     * A number as {@link #quantile} would give it back: the largest number of its bucket. So a number and a quantile are equal
     * if they are of one bucket.
     *
     * @param x 0 to {@link #MAX}
     */
    public static double rounded(double x) {
        return Math.min(MAX, BucketLayout.highest(BucketLayout.index(Math.round(x * UNITS))) / UNITS);
    }

    /**
     * The number that stands for a bucket: its middle, or {@code special} if the bucket holds that.
     *
     * @param bucketValue a bucket's fixed-point value, as in {@link #toSparse}
     * @param special     a number that must survive unchanged
     */
    public static double representative(long bucketValue, double special) {
        int index = BucketLayout.index(bucketValue);
        return index == BucketLayout.index(Math.round(special * UNITS)) ? special : BucketLayout.middle(index) / UNITS;
    }
}
