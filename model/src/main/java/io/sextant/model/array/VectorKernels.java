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
 * keeps only local variables in registers.
 */
final class VectorKernels implements Kernels {
    private static final String BITS = "sextant.vector-bits";
    private static final List<Integer> WIDTHS = List.of(512, 256, 128);
    private static final VectorSpecies<Float> SPECIES = species();
    private static final int LANES = SPECIES.length();
    private static final long LANE_MASK = (1L << LANES) - 1;
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
    public void project(float[] x, int xAt, int xStride, int rows, int inputs, float[] w, float[] init, int outputs,
            boolean rectify, float[] out, int outAt) {
        int tall = rows / TALL * TALL;
        if (tall > 0) {
            for (int column = 0; column < outputs; column += 2 * LANES) {
                int w0 = weightsAt(column, inputs);
                for (int row = 0; row < tall; row += TALL) {
                    int xRow = xAt + row * xStride;
                    int at = outAt + row * outputs + column;
                    if (WIDE) {
                        tile12x2(x, xRow, xStride, inputs, w, w0, init, column, rectify, out, at, outputs);
                    } else {
                        tile6x2(x, xRow, xStride, inputs, w, w0, init, column, rectify, out, at, outputs);
                    }
                }
            }
        }
        if (tall == rows) {
            return;
        }
        for (int column = 0; column < outputs; column += 4 * LANES) {
            int w0 = weightsAt(column, inputs);
            int w2 = weightsAt(column + 2 * LANES, inputs);
            int row = tall;
            while (WIDE && rows - row >= 4) {
                tile4x4(x, xAt + row * xStride, xStride, inputs, w, w0, w2, init, column, rectify, out,
                        outAt + row * outputs + column, outputs);
                row += 4;
            }
            while (rows - row >= 2) {
                tile2x4(x, xAt + row * xStride, xStride, inputs, w, w0, w2, init, column, rectify, out,
                        outAt + row * outputs + column, outputs);
                row += 2;
            }
            if (rows > row) {
                tile1x4(x, xAt + row * xStride, inputs, w, w0, w2, init, column, rectify, out,
                        outAt + row * outputs + column);
            }
        }
    }

    /** Where the weights of output {@code column} begin. */
    private static int weightsAt(int column, int inputs) {
        return column / PANEL * PANEL * inputs + column % PANEL;
    }

    private static void tile12x2(float[] x, int xAt, int xStride, int inputs, float[] w, int w0, float[] init,
            int column, boolean rectify, float[] out, int outAt, int outStride) {
        FloatVector i0 = FloatVector.fromArray(SPECIES, init, column);
        FloatVector i1 = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector s0a = i0;
        FloatVector s1a = i0;
        FloatVector s2a = i0;
        FloatVector s3a = i0;
        FloatVector s4a = i0;
        FloatVector s5a = i0;
        FloatVector s6a = i0;
        FloatVector s7a = i0;
        FloatVector s8a = i0;
        FloatVector s9a = i0;
        FloatVector s10a = i0;
        FloatVector s11a = i0;
        FloatVector s0b = i1;
        FloatVector s1b = i1;
        FloatVector s2b = i1;
        FloatVector s3b = i1;
        FloatVector s4b = i1;
        FloatVector s5b = i1;
        FloatVector s6b = i1;
        FloatVector s7b = i1;
        FloatVector s8b = i1;
        FloatVector s9b = i1;
        FloatVector s10b = i1;
        FloatVector s11b = i1;
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
        for (int k = 0; k < inputs; k++) {
            int at = w0 + k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, at);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, at + LANES);
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
        store(s0a, s0b, rectify, out, outAt);
        store(s1a, s1b, rectify, out, outAt + outStride);
        store(s2a, s2b, rectify, out, outAt + 2 * outStride);
        store(s3a, s3b, rectify, out, outAt + 3 * outStride);
        store(s4a, s4b, rectify, out, outAt + 4 * outStride);
        store(s5a, s5b, rectify, out, outAt + 5 * outStride);
        store(s6a, s6b, rectify, out, outAt + 6 * outStride);
        store(s7a, s7b, rectify, out, outAt + 7 * outStride);
        store(s8a, s8b, rectify, out, outAt + 8 * outStride);
        store(s9a, s9b, rectify, out, outAt + 9 * outStride);
        store(s10a, s10b, rectify, out, outAt + 10 * outStride);
        store(s11a, s11b, rectify, out, outAt + 11 * outStride);
    }

    private static void tile6x2(float[] x, int xAt, int xStride, int inputs, float[] w, int w0, float[] init,
            int column, boolean rectify, float[] out, int outAt, int outStride) {
        FloatVector i0 = FloatVector.fromArray(SPECIES, init, column);
        FloatVector i1 = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector s0a = i0;
        FloatVector s1a = i0;
        FloatVector s2a = i0;
        FloatVector s3a = i0;
        FloatVector s4a = i0;
        FloatVector s5a = i0;
        FloatVector s0b = i1;
        FloatVector s1b = i1;
        FloatVector s2b = i1;
        FloatVector s3b = i1;
        FloatVector s4b = i1;
        FloatVector s5b = i1;
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int x4 = x3 + xStride;
        int x5 = x4 + xStride;
        for (int k = 0; k < inputs; k++) {
            int at = w0 + k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, at);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, at + LANES);
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
        store(s0a, s0b, rectify, out, outAt);
        store(s1a, s1b, rectify, out, outAt + outStride);
        store(s2a, s2b, rectify, out, outAt + 2 * outStride);
        store(s3a, s3b, rectify, out, outAt + 3 * outStride);
        store(s4a, s4b, rectify, out, outAt + 4 * outStride);
        store(s5a, s5b, rectify, out, outAt + 5 * outStride);
    }

    private static void tile4x4(float[] x, int xAt, int xStride, int inputs, float[] w, int w0, int w2, float[] init,
            int column, boolean rectify, float[] out, int outAt, int outStride) {
        FloatVector i0 = FloatVector.fromArray(SPECIES, init, column);
        FloatVector i1 = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector i2 = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector i3 = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = i0;
        FloatVector s1a = i0;
        FloatVector s2a = i0;
        FloatVector s3a = i0;
        FloatVector s0b = i1;
        FloatVector s1b = i1;
        FloatVector s2b = i1;
        FloatVector s3b = i1;
        FloatVector s0c = i2;
        FloatVector s1c = i2;
        FloatVector s2c = i2;
        FloatVector s3c = i2;
        FloatVector s0d = i3;
        FloatVector s1d = i3;
        FloatVector s2d = i3;
        FloatVector s3d = i3;
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        for (int k = 0; k < inputs; k++) {
            int at = w0 + k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, at);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, at + LANES);
            int then = w2 + k * PANEL;
            FloatVector wc = FloatVector.fromArray(SPECIES, w, then);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, then + LANES);
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
        store(s0a, s0b, rectify, out, outAt);
        store(s0c, s0d, rectify, out, outAt + 2 * LANES);
        store(s1a, s1b, rectify, out, outAt + outStride);
        store(s1c, s1d, rectify, out, outAt + outStride + 2 * LANES);
        store(s2a, s2b, rectify, out, outAt + 2 * outStride);
        store(s2c, s2d, rectify, out, outAt + 2 * outStride + 2 * LANES);
        store(s3a, s3b, rectify, out, outAt + 3 * outStride);
        store(s3c, s3d, rectify, out, outAt + 3 * outStride + 2 * LANES);
    }

    private static void tile2x4(float[] x, int xAt, int xStride, int inputs, float[] w, int w0, int w2, float[] init,
            int column, boolean rectify, float[] out, int outAt, int outStride) {
        FloatVector i0 = FloatVector.fromArray(SPECIES, init, column);
        FloatVector i1 = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector i2 = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector i3 = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = i0;
        FloatVector s1a = i0;
        FloatVector s0b = i1;
        FloatVector s1b = i1;
        FloatVector s0c = i2;
        FloatVector s1c = i2;
        FloatVector s0d = i3;
        FloatVector s1d = i3;
        int x1 = xAt + xStride;
        for (int k = 0; k < inputs; k++) {
            int at = w0 + k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, at);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, at + LANES);
            int then = w2 + k * PANEL;
            FloatVector wc = FloatVector.fromArray(SPECIES, w, then);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, then + LANES);
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
        store(s0a, s0b, rectify, out, outAt);
        store(s0c, s0d, rectify, out, outAt + 2 * LANES);
        store(s1a, s1b, rectify, out, outAt + outStride);
        store(s1c, s1d, rectify, out, outAt + outStride + 2 * LANES);
    }

    private static void tile1x4(float[] x, int xAt, int inputs, float[] w, int w0, int w2, float[] init,
            int column, boolean rectify, float[] out, int outAt) {
        FloatVector i0 = FloatVector.fromArray(SPECIES, init, column);
        FloatVector i1 = FloatVector.fromArray(SPECIES, init, column + LANES);
        FloatVector i2 = FloatVector.fromArray(SPECIES, init, column + 2 * LANES);
        FloatVector i3 = FloatVector.fromArray(SPECIES, init, column + 3 * LANES);
        FloatVector s0a = i0;
        FloatVector s0b = i1;
        FloatVector s0c = i2;
        FloatVector s0d = i3;
        for (int k = 0; k < inputs; k++) {
            int at = w0 + k * PANEL;
            FloatVector wa = FloatVector.fromArray(SPECIES, w, at);
            FloatVector wb = FloatVector.fromArray(SPECIES, w, at + LANES);
            int then = w2 + k * PANEL;
            FloatVector wc = FloatVector.fromArray(SPECIES, w, then);
            FloatVector wd = FloatVector.fromArray(SPECIES, w, then + LANES);
            FloatVector v0 = FloatVector.broadcast(SPECIES, x[xAt + k]);
            s0a = v0.fma(wa, s0a);
            s0b = v0.fma(wb, s0b);
            s0c = v0.fma(wc, s0c);
            s0d = v0.fma(wd, s0d);
        }
        store(s0a, s0b, rectify, out, outAt);
        store(s0c, s0d, rectify, out, outAt + 2 * LANES);
    }

    private static void store(FloatVector a, FloatVector b, boolean rectify, float[] out, int at) {
        if (rectify) {
            rectified(a).intoArray(out, at);
            rectified(b).intoArray(out, at + LANES);
        } else {
            a.intoArray(out, at);
            b.intoArray(out, at + LANES);
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
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            int from = xAt + row * width;
            for (int word = 0; word < width / Long.SIZE; word++) {
                long left = bits[word];
                for (int lane = 0; lane < Long.SIZE; lane += LANES) {
                    long set = left & LANE_MASK;
                    FloatVector.fromArray(SPECIES, x, from).compress(VectorMask.fromLong(SPECIES, set))
                            .intoArray(out, at);
                    at += Long.bitCount(set);
                    from += LANES;
                    left >>>= LANES;
                }
            }
        }
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
            VectorMask<Float> kept = VectorMask.fromLong(SPECIES, mask[maskAt + i / Long.SIZE] >>> i & LANE_MASK);
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
    public void dot(float[] x, int xAt, float[] y, int yAt, int width, float[] parts) {
        for (int part = 0; part < PARTS; part += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, parts, part);
            for (int i = part; i < width; i += PARTS) {
                sum = FloatVector.fromArray(SPECIES, x, xAt + i).fma(FloatVector.fromArray(SPECIES, y, yAt + i), sum);
            }
            sum.intoArray(parts, part);
        }
    }
}
