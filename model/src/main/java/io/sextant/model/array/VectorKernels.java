package io.sextant.model.array;

import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the JDK's vectors. One width a process, so that the compiler knows it; chosen by {@link KernelChoice}.
 *
 * <p>
 * {@link #project} goes by tiles: a tile holds the sums of some rows and some vectors of outputs in registers, reads each
 * weight once for all its rows and each input once for all its outputs. 12 rows by 2 vectors fill the 32 registers of 512
 * bits, 6 by 2 the 16 of 256 bits; what rows are left over go by 4, 2 and 1, with twice as many outputs, so that there are
 * always enough sums under way to hide a fused multiply-add's latency. The tiles are written out because the compiler
 * keeps only local variables in registers, and do nothing else because it stops inlining in methods that do too much.
 */
final class VectorKernels implements Kernels {
    private static final String BITS = "sextant.vector-bits";
    private static final List<Integer> WIDTHS = List.of(512, 256, 128);
    private static final VectorSpecies<Float> SPECIES = species();
    private static final int LANES = SPECIES.length();
    private static final long LANE_MASK = (1L << LANES) - 1;
    /** Lane l holds 1 << l. */
    private static final IntVector LANE_BITS = IntVector
            .broadcast(VectorSpecies.of(int.class, SPECIES.vectorShape()), 1)
            .lanewise(VectorOperators.LSHL,
                    IntVector.zero(VectorSpecies.of(int.class, SPECIES.vectorShape())).addIndex(1));
    /** Whether there are registers for the large tiles. */
    private static final boolean WIDE = LANES == 16;
    private static final int TALL = WIDE ? 12 : 6;

    private static VectorSpecies<Float> species() {
        int bits = Integer.getInteger(BITS, FloatVector.SPECIES_PREFERRED.vectorBitSize());
        for (int width : WIDTHS) {
            if (width <= bits) {
                return VectorShape.forBitSize(width).withLanes(float.class);
            }
        }
        throw new IllegalArgumentException(BITS + " = " + bits + ": must be one of " + WIDTHS);
    }

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void project(float[] x, int xAt, int xStride, int rows, int[] list, int count, float[] w, int inputs,
            float[] init, int outputs, boolean rectify, float[] out, int outAt) {
        int tall = count == inputs || !WIDE ? rows / TALL * TALL : 0;
        if (tall > 0) {
            tall(x, xAt, xStride, tall, list, count, w, inputs, init, outputs, out, outAt);
        }
        if (tall < rows) {
            rest(x, xAt, xStride, tall, rows, list, count, w, inputs, init, outputs, out, outAt);
        }
        if (rectify) {
            rectify(out, outAt, rows * outputs);
        }
    }

    private static void tall(float[] x, int xAt, int xStride, int rows, int[] list, int count, float[] w, int inputs,
            float[] init, int outputs, float[] out, int outAt) {
        for (int column = 0; column < outputs; column += 2 * LANES) {
            int w0 = weightsAt(column, inputs);
            for (int row = 0; row < rows; row += TALL) {
                int xRow = xAt + row * xStride;
                int at = outAt + row * outputs + column;
                if (WIDE) {
                    tile12x2(x, xRow, xStride, count, w, w0, init, column, out, at, outputs);
                } else {
                    tile6x2(x, xRow, xStride, list, count, w, w0, init, column, out, at, outputs);
                }
            }
        }
    }

    private static void rest(float[] x, int xAt, int xStride, int first, int rows, int[] list, int count, float[] w,
            int inputs, float[] init, int outputs, float[] out, int outAt) {
        for (int column = 0; column < outputs; column += 4 * LANES) {
            int w0 = weightsAt(column, inputs);
            int w2 = weightsAt(column + 2 * LANES, inputs);
            int row = first;
            while (WIDE && rows - row >= 5 && rows - row != 8) {
                tile5x4(x, xAt + row * xStride, xStride, list, count, w, w0, w2, init, column, out,
                        outAt + row * outputs + column, outputs);
                row += 5;
            }
            while (WIDE && rows - row >= 4) {
                tile4x4(x, xAt + row * xStride, xStride, list, count, w, w0, w2, init, column, out,
                        outAt + row * outputs + column, outputs);
                row += 4;
            }
            while (rows - row >= 2) {
                tile2x4(x, xAt + row * xStride, xStride, list, count, w, w0, w2, init, column, out,
                        outAt + row * outputs + column, outputs);
                row += 2;
            }
            if (rows > row) {
                tile1x4(x, xAt + row * xStride, list, count, w, w0, w2, init, column, out,
                        outAt + row * outputs + column);
            }
        }
    }

    /** Where the weights of output {@code column} begin. */
    private static int weightsAt(int column, int inputs) {
        return column / PANEL * PANEL * inputs + column % PANEL;
    }

    private static void tile12x2(float[] x, int xAt, int xStride, int count, float[] w, int w0,
            float[] init, int column, float[] out, int outAt, int outStride) {
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int x4 = x3 + xStride;
        int x5 = x4 + xStride;
        int x6 = x5 + xStride;
        int x7 = x6 + xStride;
        int x8 = x7 + xStride;
        int x9 = x8 + xStride;
        int x10 = x9 + xStride;
        int x11 = x10 + xStride;
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector s0a = ia;
        FloatVector s1a = ia;
        FloatVector s2a = ia;
        FloatVector s3a = ia;
        FloatVector s4a = ia;
        FloatVector s5a = ia;
        FloatVector s6a = ia;
        FloatVector s7a = ia;
        FloatVector s8a = ia;
        FloatVector s9a = ia;
        FloatVector s10a = ia;
        FloatVector s11a = ia;
        FloatVector s0b = ib;
        FloatVector s1b = ib;
        FloatVector s2b = ib;
        FloatVector s3b = ib;
        FloatVector s4b = ib;
        FloatVector s5b = ib;
        FloatVector s6b = ib;
        FloatVector s7b = ib;
        FloatVector s8b = ib;
        FloatVector s9b = ib;
        FloatVector s10b = ib;
        FloatVector s11b = ib;
        for (int k = 0; k < count; k++) {
            int row = k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
            s1a = v1.fma(wa, s1a);
            s1b = v1.fma(wb, s1b);
            FloatVector v2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
            s2a = v2.fma(wa, s2a);
            s2b = v2.fma(wb, s2b);
            FloatVector v3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
            s3a = v3.fma(wa, s3a);
            s3b = v3.fma(wb, s3b);
            FloatVector v4 = FloatVector.broadcast(SPECIES, x[x4 + k]);
            s4a = v4.fma(wa, s4a);
            s4b = v4.fma(wb, s4b);
            FloatVector v5 = FloatVector.broadcast(SPECIES, x[x5 + k]);
            s5a = v5.fma(wa, s5a);
            s5b = v5.fma(wb, s5b);
            FloatVector v6 = FloatVector.broadcast(SPECIES, x[x6 + k]);
            s6a = v6.fma(wa, s6a);
            s6b = v6.fma(wb, s6b);
            FloatVector v7 = FloatVector.broadcast(SPECIES, x[x7 + k]);
            s7a = v7.fma(wa, s7a);
            s7b = v7.fma(wb, s7b);
            FloatVector v8 = FloatVector.broadcast(SPECIES, x[x8 + k]);
            s8a = v8.fma(wa, s8a);
            s8b = v8.fma(wb, s8b);
            FloatVector v9 = FloatVector.broadcast(SPECIES, x[x9 + k]);
            s9a = v9.fma(wa, s9a);
            s9b = v9.fma(wb, s9b);
            FloatVector v10 = FloatVector.broadcast(SPECIES, x[x10 + k]);
            s10a = v10.fma(wa, s10a);
            s10b = v10.fma(wb, s10b);
            FloatVector v11 = FloatVector.broadcast(SPECIES, x[x11 + k]);
            s11a = v11.fma(wa, s11a);
            s11b = v11.fma(wb, s11b);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s1a.intoArray(out, outAt + outStride);
        s1b.intoArray(out, outAt + outStride + LANES);
        s2a.intoArray(out, outAt + 2 * outStride);
        s2b.intoArray(out, outAt + 2 * outStride + LANES);
        s3a.intoArray(out, outAt + 3 * outStride);
        s3b.intoArray(out, outAt + 3 * outStride + LANES);
        s4a.intoArray(out, outAt + 4 * outStride);
        s4b.intoArray(out, outAt + 4 * outStride + LANES);
        s5a.intoArray(out, outAt + 5 * outStride);
        s5b.intoArray(out, outAt + 5 * outStride + LANES);
        s6a.intoArray(out, outAt + 6 * outStride);
        s6b.intoArray(out, outAt + 6 * outStride + LANES);
        s7a.intoArray(out, outAt + 7 * outStride);
        s7b.intoArray(out, outAt + 7 * outStride + LANES);
        s8a.intoArray(out, outAt + 8 * outStride);
        s8b.intoArray(out, outAt + 8 * outStride + LANES);
        s9a.intoArray(out, outAt + 9 * outStride);
        s9b.intoArray(out, outAt + 9 * outStride + LANES);
        s10a.intoArray(out, outAt + 10 * outStride);
        s10b.intoArray(out, outAt + 10 * outStride + LANES);
        s11a.intoArray(out, outAt + 11 * outStride);
        s11b.intoArray(out, outAt + 11 * outStride + LANES);
    }

    private static void tile6x2(float[] x, int xAt, int xStride, int[] list, int count, float[] w, int w0,
            float[] init, int column, float[] out, int outAt, int outStride) {
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int x4 = x3 + xStride;
        int x5 = x4 + xStride;
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector s0a = ia;
        FloatVector s1a = ia;
        FloatVector s2a = ia;
        FloatVector s3a = ia;
        FloatVector s4a = ia;
        FloatVector s5a = ia;
        FloatVector s0b = ib;
        FloatVector s1b = ib;
        FloatVector s2b = ib;
        FloatVector s3b = ib;
        FloatVector s4b = ib;
        FloatVector s5b = ib;
        for (int k = 0; k < count; k++) {
            int row = list[k] * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
            s1a = v1.fma(wa, s1a);
            s1b = v1.fma(wb, s1b);
            FloatVector v2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
            s2a = v2.fma(wa, s2a);
            s2b = v2.fma(wb, s2b);
            FloatVector v3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
            s3a = v3.fma(wa, s3a);
            s3b = v3.fma(wb, s3b);
            FloatVector v4 = FloatVector.broadcast(SPECIES, x[x4 + k]);
            s4a = v4.fma(wa, s4a);
            s4b = v4.fma(wb, s4b);
            FloatVector v5 = FloatVector.broadcast(SPECIES, x[x5 + k]);
            s5a = v5.fma(wa, s5a);
            s5b = v5.fma(wb, s5b);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s1a.intoArray(out, outAt + outStride);
        s1b.intoArray(out, outAt + outStride + LANES);
        s2a.intoArray(out, outAt + 2 * outStride);
        s2b.intoArray(out, outAt + 2 * outStride + LANES);
        s3a.intoArray(out, outAt + 3 * outStride);
        s3b.intoArray(out, outAt + 3 * outStride + LANES);
        s4a.intoArray(out, outAt + 4 * outStride);
        s4b.intoArray(out, outAt + 4 * outStride + LANES);
        s5a.intoArray(out, outAt + 5 * outStride);
        s5b.intoArray(out, outAt + 5 * outStride + LANES);
    }

    private static void tile5x4(float[] x, int xAt, int xStride, int[] list, int count, float[] w, int w0, int w2,
            float[] init, int column, float[] out, int outAt, int outStride) {
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int x4 = x3 + xStride;
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector ic = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector id = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = ia;
        FloatVector s1a = ia;
        FloatVector s2a = ia;
        FloatVector s3a = ia;
        FloatVector s4a = ia;
        FloatVector s0b = ib;
        FloatVector s1b = ib;
        FloatVector s2b = ib;
        FloatVector s3b = ib;
        FloatVector s4b = ib;
        FloatVector s0c = ic;
        FloatVector s1c = ic;
        FloatVector s2c = ic;
        FloatVector s3c = ic;
        FloatVector s4c = ic;
        FloatVector s0d = id;
        FloatVector s1d = id;
        FloatVector s2d = id;
        FloatVector s3d = id;
        FloatVector s4d = id;
        for (int k = 0; k < count; k++) {
            int row = list[k] * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector wc = FloatVector.fromArray(SPECIES, w, w2 + row);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, w2 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            s0c = v0.fma(wc, s0c);
            s0d = v0.fma(wd, s0d);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
            s1a = v1.fma(wa, s1a);
            s1b = v1.fma(wb, s1b);
            s1c = v1.fma(wc, s1c);
            s1d = v1.fma(wd, s1d);
            FloatVector v2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
            s2a = v2.fma(wa, s2a);
            s2b = v2.fma(wb, s2b);
            s2c = v2.fma(wc, s2c);
            s2d = v2.fma(wd, s2d);
            FloatVector v3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
            s3a = v3.fma(wa, s3a);
            s3b = v3.fma(wb, s3b);
            s3c = v3.fma(wc, s3c);
            s3d = v3.fma(wd, s3d);
            FloatVector v4 = FloatVector.broadcast(SPECIES, x[x4 + k]);
            s4a = v4.fma(wa, s4a);
            s4b = v4.fma(wb, s4b);
            s4c = v4.fma(wc, s4c);
            s4d = v4.fma(wd, s4d);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s0c.intoArray(out, outAt + 2 * LANES);
        s0d.intoArray(out, outAt + 3 * LANES);
        s1a.intoArray(out, outAt + outStride);
        s1b.intoArray(out, outAt + outStride + LANES);
        s1c.intoArray(out, outAt + outStride + 2 * LANES);
        s1d.intoArray(out, outAt + outStride + 3 * LANES);
        s2a.intoArray(out, outAt + 2 * outStride);
        s2b.intoArray(out, outAt + 2 * outStride + LANES);
        s2c.intoArray(out, outAt + 2 * outStride + 2 * LANES);
        s2d.intoArray(out, outAt + 2 * outStride + 3 * LANES);
        s3a.intoArray(out, outAt + 3 * outStride);
        s3b.intoArray(out, outAt + 3 * outStride + LANES);
        s3c.intoArray(out, outAt + 3 * outStride + 2 * LANES);
        s3d.intoArray(out, outAt + 3 * outStride + 3 * LANES);
        s4a.intoArray(out, outAt + 4 * outStride);
        s4b.intoArray(out, outAt + 4 * outStride + LANES);
        s4c.intoArray(out, outAt + 4 * outStride + 2 * LANES);
        s4d.intoArray(out, outAt + 4 * outStride + 3 * LANES);
    }

    private static void tile4x4(float[] x, int xAt, int xStride, int[] list, int count, float[] w, int w0, int w2,
            float[] init, int column, float[] out, int outAt, int outStride) {
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector ic = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector id = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = ia;
        FloatVector s1a = ia;
        FloatVector s2a = ia;
        FloatVector s3a = ia;
        FloatVector s0b = ib;
        FloatVector s1b = ib;
        FloatVector s2b = ib;
        FloatVector s3b = ib;
        FloatVector s0c = ic;
        FloatVector s1c = ic;
        FloatVector s2c = ic;
        FloatVector s3c = ic;
        FloatVector s0d = id;
        FloatVector s1d = id;
        FloatVector s2d = id;
        FloatVector s3d = id;
        for (int k = 0; k < count; k++) {
            int row = list[k] * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector wc = FloatVector.fromArray(SPECIES, w, w2 + row);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, w2 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            s0c = v0.fma(wc, s0c);
            s0d = v0.fma(wd, s0d);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
            s1a = v1.fma(wa, s1a);
            s1b = v1.fma(wb, s1b);
            s1c = v1.fma(wc, s1c);
            s1d = v1.fma(wd, s1d);
            FloatVector v2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
            s2a = v2.fma(wa, s2a);
            s2b = v2.fma(wb, s2b);
            s2c = v2.fma(wc, s2c);
            s2d = v2.fma(wd, s2d);
            FloatVector v3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
            s3a = v3.fma(wa, s3a);
            s3b = v3.fma(wb, s3b);
            s3c = v3.fma(wc, s3c);
            s3d = v3.fma(wd, s3d);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s0c.intoArray(out, outAt + 2 * LANES);
        s0d.intoArray(out, outAt + 3 * LANES);
        s1a.intoArray(out, outAt + outStride);
        s1b.intoArray(out, outAt + outStride + LANES);
        s1c.intoArray(out, outAt + outStride + 2 * LANES);
        s1d.intoArray(out, outAt + outStride + 3 * LANES);
        s2a.intoArray(out, outAt + 2 * outStride);
        s2b.intoArray(out, outAt + 2 * outStride + LANES);
        s2c.intoArray(out, outAt + 2 * outStride + 2 * LANES);
        s2d.intoArray(out, outAt + 2 * outStride + 3 * LANES);
        s3a.intoArray(out, outAt + 3 * outStride);
        s3b.intoArray(out, outAt + 3 * outStride + LANES);
        s3c.intoArray(out, outAt + 3 * outStride + 2 * LANES);
        s3d.intoArray(out, outAt + 3 * outStride + 3 * LANES);
    }

    private static void tile2x4(float[] x, int xAt, int xStride, int[] list, int count, float[] w, int w0, int w2,
            float[] init, int column, float[] out, int outAt, int outStride) {
        int x1 = xAt + xStride;
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector ic = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector id = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = ia;
        FloatVector s1a = ia;
        FloatVector s0b = ib;
        FloatVector s1b = ib;
        FloatVector s0c = ic;
        FloatVector s1c = ic;
        FloatVector s0d = id;
        FloatVector s1d = id;
        for (int k = 0; k < count; k++) {
            int row = list[k] * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector wc = FloatVector.fromArray(SPECIES, w, w2 + row);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, w2 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            s0c = v0.fma(wc, s0c);
            s0d = v0.fma(wd, s0d);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
            s1a = v1.fma(wa, s1a);
            s1b = v1.fma(wb, s1b);
            s1c = v1.fma(wc, s1c);
            s1d = v1.fma(wd, s1d);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s0c.intoArray(out, outAt + 2 * LANES);
        s0d.intoArray(out, outAt + 3 * LANES);
        s1a.intoArray(out, outAt + outStride);
        s1b.intoArray(out, outAt + outStride + LANES);
        s1c.intoArray(out, outAt + outStride + 2 * LANES);
        s1d.intoArray(out, outAt + outStride + 3 * LANES);
    }

    private static void tile1x4(float[] x, int xAt, int[] list, int count, float[] w, int w0, int w2,
            float[] init, int column, float[] out, int outAt) {
        FloatVector ia = FloatVector.fromArray(SPECIES, init, column);
        FloatVector ib = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector ic = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector id = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = ia;
        FloatVector s0b = ib;
        FloatVector s0c = ic;
        FloatVector s0d = id;
        for (int k = 0; k < count; k++) {
            int row = list[k] * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, w0 + row);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, w0 + row + LANES);
            FloatVector wc = FloatVector.fromArray(SPECIES, w, w2 + row);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, w2 + row + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            s0c = v0.fma(wc, s0c);
            s0d = v0.fma(wd, s0d);
        }
        s0a.intoArray(out, outAt);
        s0b.intoArray(out, outAt + LANES);
        s0c.intoArray(out, outAt + 2 * LANES);
        s0d.intoArray(out, outAt + 3 * LANES);
    }

    private static void rectify(float[] values, int at, int count) {
        for (int i = at; i < at + count; i += LANES) {
            rectified(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
        }
    }

    /** NaN stays, −0 becomes 0. */
    private static FloatVector rectified(FloatVector value) {
        return value.blend(0, value.compare(VectorOperators.LE, 0));
    }

    @Override
    public int active(float[] x, int xAt, int rows, int width, long[] bits, int[] list) {
        for (int word = 0; word < width / Long.SIZE; word++) {
            long set = 0;
            for (int lane = 0; lane < Long.SIZE; lane += LANES) {
                int at = xAt + word * Long.SIZE + lane;
                IntVector any = FloatVector.fromArray(SPECIES, x, at).reinterpretAsInts();
                for (int row = 1; row < rows; row++) {
                    any = any.or(FloatVector.fromArray(SPECIES, x, at + row * width).reinterpretAsInts());
                }
                set |= any.compare(VectorOperators.NE, 0).toLong() << lane;
            }
            bits[word] = set;
        }
        return Columns.list(bits, width, list);
    }

    @Override
    public void compact(float[] x, int xAt, int rows, int width, long[] bits, float[] out) {
        // A store overwrites lanes behind the kept ones; they belong to the row's next columns, which are stored later.
        int at = 0;
        for (int column = 0; column < width; column += LANES) {
            int set = (int) (bits[column / Long.SIZE] >>> column & LANE_MASK);
            VectorMask<Float> kept = mask(set);
            for (int row = 0; row < rows; row++) {
                FloatVector.fromArray(SPECIES, x, xAt + row * width + column).compress(kept).intoArray(out,
                        row * width + at);
            }
            at += Integer.bitCount(set);
        }
    }

    /** The lanes whose bits are set. */
    private static VectorMask<Float> mask(int set) {
        return LANE_BITS.and(set).compare(VectorOperators.NE, 0).cast(SPECIES);
    }

    @Override
    public void select(float[] w, int inputs, int outputs, int[] active, int count, float[] out) {
        int at = 0;
        for (int panel = 0; panel < outputs; panel += PANEL) {
            for (int i = 0; i < count; i++) {
                int from = panel * inputs + active[i] * PANEL;
                for (int lane = 0; lane < PANEL; lane += LANES) {
                    FloatVector.fromArray(SPECIES, w, from + lane).intoArray(out, at + lane);
                }
                at += PANEL;
            }
        }
    }

    @Override
    public void first(float[] request, float[] ad, int adAt, boolean displaced, int width, float[] out, int outAt) {
        for (int i = 0; i < width; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, request, i)
                    .add(FloatVector.fromArray(SPECIES, ad, adAt + i));
            if (displaced) {
                sum = sum.add(FloatVector.fromArray(SPECIES, out, outAt + i));
            }
            rectified(sum).intoArray(out, outAt + i);
        }
    }

    @Override
    public void drop(float[] x, int xAt, long[] mask, int maskAt, float keep, int width, float[] out, int outAt) {
        FloatVector none = FloatVector.zero(SPECIES);
        for (int i = 0; i < width; i += LANES) {
            VectorMask<Float> kept = mask((int) (mask[maskAt + i / Long.SIZE] >>> i));
            none.blend(FloatVector.fromArray(SPECIES, x, xAt + i).mul(keep), kept).intoArray(out, outAt + i);
        }
    }

    @Override
    public void gate(float[] x, int xAt, float[] activation, int activationAt, int width, float[] out, int outAt) {
        FloatVector none = FloatVector.zero(SPECIES);
        for (int i = 0; i < width; i += LANES) {
            VectorMask<Float> open = FloatVector.fromArray(SPECIES, activation, activationAt + i)
                    .compare(VectorOperators.GT, 0);
            none.blend(FloatVector.fromArray(SPECIES, x, xAt + i), open).intoArray(out, outAt + i);
        }
    }

    @Override
    public void dot(float[] x, int xAt, float[] y, int yAt, int width, float[] parts, int partsAt) {
        for (int part = 0; part < PARTS; part += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, x, xAt + part)
                    .mul(FloatVector.fromArray(SPECIES, y, yAt + part));
            for (int i = part + PARTS; i < width; i += PARTS) {
                sum = FloatVector.fromArray(SPECIES, x, xAt + i).fma(FloatVector.fromArray(SPECIES, y, yAt + i), sum);
            }
            sum.intoArray(parts, partsAt + part);
        }
    }

    @Override
    public void addDots(float[] x, int xAt, int rows, float[] y, int width, float[] parts) {
        for (int row = 0; row < rows; row++) {
            int from = xAt + row * width;
            for (int part = 0; part < PARTS; part += LANES) {
                int at = row * PARTS + part;
                FloatVector sum = FloatVector.fromArray(SPECIES, parts, at);
                for (int i = part; i < width; i += PARTS) {
                    sum = FloatVector.fromArray(SPECIES, x, from + i).fma(FloatVector.fromArray(SPECIES, y, i), sum);
                }
                sum.intoArray(parts, at);
            }
        }
    }
}
