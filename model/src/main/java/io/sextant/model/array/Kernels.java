package io.sextant.model.array;

import java.util.stream.IntStream;

/**
 * The loops that the engine spends its time in. Two implementations, one on the JDK's vectors and one in plain Java, give
 * the same bits: lanes hold outputs, the inputs of an output are summed in their order with fused multiply-adds, and dots
 * are summed in sixteen parts that are added in a fixed tree.
 *
 * <p>
 * Matrices of activations are row-major with a stride; widths are multiples of {@link #WIDTH_UNIT}, padded with zeros.
 * Arrays that are written to have {@link #SLACK} floats behind their last row. Weights are {@link PackedMatrix panels}.
 *
 * <p>
 * Threading: immutable, shared by all event loops; nothing allocates.
 */
public interface Kernels {
    /** Every width is a multiple of this. */
    int WIDTH_UNIT = 64;
    /** Outputs that lie side by side in packed weights. */
    int PANEL = 32;
    /** Partial sums of a dot. */
    int PARTS = 16;
    /** Floats that may be overwritten behind an output's last row. */
    int SLACK = 16;

    /** What they run on, for logs and reports: "plain", or "vector" and the number of bits. */
    String name();

    /** Rows from which on weights are worth being {@link #select selected}: the large tiles read all that they are given. */
    int SELECT_ROWS = 12;

    /**
     * out = init + x · w, each output summed over the listed inputs in order.
     *
     * @param x       [rows, xStride] from {@code xAt} on; column k belongs to input {@code list[k]}
     * @param list    [count] numbers of inputs, in order; {@link #everything} for all
     * @param w       panels of [inputs, outputs]
     * @param inputs  inputs that {@code w} has
     * @param init    [outputs] what every sum starts from
     * @param outputs a multiple of {@link #WIDTH_UNIT}
     * @param rectify whether sums at or below 0 become 0
     * @param out     [rows, outputs] from {@code outAt} on, dense
     */
    void project(float[] x, int xAt, int xStride, int rows, int[] list, int count, float[] w, int inputs, float[] init,
            int outputs, boolean rectify, float[] out, int outAt);

    /**
     * Finds the columns that are not 0 in every row.
     *
     * @param x     [rows, width] from {@code xAt} on
     * @param bits  [width / 64], out: a bit for each column, set if it is active
     * @param list  [width], out: the active columns in order
     * @return how many are active
     */
    int active(float[] x, int xAt, int rows, int width, long[] bits, int[] list);

    /**
     * Keeps the active columns of every row.
     *
     * @param x    [rows, width] from {@code xAt} on
     * @param bits as {@link #active} made them
     * @param out  [rows, width], out: each row's active columns come first, what follows is undefined
     */
    void compact(float[] x, int xAt, int rows, int width, long[] bits, float[] out);

    /**
     * Keeps the weights of the active inputs.
     *
     * @param w      panels of [inputs, outputs]
     * @param active [count] numbers of inputs, in order
     * @param out    out: panels of [count, outputs]
     */
    void select(float[] w, int inputs, int outputs, int[] active, int count, float[] out);

    /** out = relu(request + ad), or relu((request + ad) + out) where {@code displaced}; all [width]. */
    void first(float[] request, float[] ad, int adAt, boolean displaced, int width, float[] out, int outAt);

    /** out = x · keep where the mask's bit is set, else 0; [width]. May work in place. */
    void drop(float[] x, int xAt, long[] mask, int maskAt, float keep, int width, float[] out, int outAt);

    /** out = x where {@code activation} is above 0, else 0; [width]. May work in place. */
    void gate(float[] x, int xAt, float[] activation, int activationAt, int width, float[] out, int outAt);

    /**
     * Sixteen partial sums of x · y: part l takes the elements l, l + 16, …, in order.
     *
     * @param width a multiple of {@link #PARTS}
     * @param parts [PARTS] from {@code partsAt} on, out
     */
    void dot(float[] x, int xAt, float[] y, int yAt, int width, float[] parts, int partsAt);

    /**
     * Goes on with the partial sums of rows: adds x · y to those of every row.
     *
     * @param x     [rows, width] from {@code xAt} on
     * @param y     [width], a multiple of {@link #PARTS}
     * @param parts [rows, PARTS], in and out
     */
    void addDots(float[] x, int xAt, int rows, float[] y, int width, float[] parts);

    /** The sum of a row's partial sums, by halves: part l and l + 8, then l + 4, l + 2, l + 1. */
    static float total(float[] parts, int row) {
        int at = row * PARTS;
        float a = (parts[at] + parts[at + 8]) + (parts[at + 4] + parts[at + 12]);
        float b = (parts[at + 1] + parts[at + 9]) + (parts[at + 5] + parts[at + 13]);
        float c = (parts[at + 2] + parts[at + 10]) + (parts[at + 6] + parts[at + 14]);
        float d = (parts[at + 3] + parts[at + 11]) + (parts[at + 7] + parts[at + 15]);
        return (a + c) + (b + d);
    }

    /** The numbers 0 to {@code count} - 1. */
    static int[] everything(int count) {
        return IntStream.range(0, count).toArray();
    }

    /** The smallest multiple of {@link #WIDTH_UNIT} that is no less than {@code width}. */
    static int padded(int width) {
        return Math.ceilDiv(width, WIDTH_UNIT) * WIDTH_UNIT;
    }
}
