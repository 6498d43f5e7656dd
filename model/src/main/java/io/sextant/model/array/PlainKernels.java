package io.sextant.model.array;

import java.util.Arrays;

/**
 * The kernels in plain Java: what {@link VectorKernels} computes, element by element, to the last bit. For machines and
 * compilers without vectors, and as their oracle.
 */
final class PlainKernels implements Kernels {
    private static final int LANES = 8;

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void project(float[] x, int xAt, int xStride, int rows, int[] list, int count, float[] w, int inputs,
            float[] init, int outputs, boolean rectify, float[] out, int outAt) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < outputs; column += LANES) {
                columns(x, xAt + row * xStride, list, count, w, column / PANEL * PANEL * inputs + column % PANEL, init,
                        column, out, outAt + row * outputs + column);
            }
        }
        if (rectify) {
            for (int i = outAt; i < outAt + rows * outputs; i++) {
                out[i] = rectified(out[i]);
            }
        }
    }

    /** Eight outputs of one row: as many sums as it takes to hide the latency of a fused multiply-add. */
    private static void columns(float[] x, int xAt, int[] list, int count, float[] w, int wAt, float[] init, int column,
            float[] out, int outAt) {
        float s0 = init[column];
        float s1 = init[column + 1];
        float s2 = init[column + 2];
        float s3 = init[column + 3];
        float s4 = init[column + 4];
        float s5 = init[column + 5];
        float s6 = init[column + 6];
        float s7 = init[column + 7];
        for (int k = 0; k < count; k++) {
            float value = x[xAt + k];
            int at = wAt + list[k] * PANEL;
            s0 = Math.fma(value, w[at], s0);
            s1 = Math.fma(value, w[at + 1], s1);
            s2 = Math.fma(value, w[at + 2], s2);
            s3 = Math.fma(value, w[at + 3], s3);
            s4 = Math.fma(value, w[at + 4], s4);
            s5 = Math.fma(value, w[at + 5], s5);
            s6 = Math.fma(value, w[at + 6], s6);
            s7 = Math.fma(value, w[at + 7], s7);
        }
        out[outAt] = s0;
        out[outAt + 1] = s1;
        out[outAt + 2] = s2;
        out[outAt + 3] = s3;
        out[outAt + 4] = s4;
        out[outAt + 5] = s5;
        out[outAt + 6] = s6;
        out[outAt + 7] = s7;
    }

    @Override
    public int active(float[] x, int xAt, int rows, int width, long[] bits, int[] list) {
        Arrays.fill(bits, 0, width / Long.SIZE, 0);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                if (Float.floatToRawIntBits(x[xAt + row * width + column]) != 0) {
                    bits[column / Long.SIZE] |= 1L << column;
                }
            }
        }
        return Columns.list(bits, width, list);
    }

    @Override
    public void compact(float[] x, int xAt, int rows, int width, long[] bits, float[] out) {
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            for (int column = 0; column < width; column++) {
                if ((bits[column / Long.SIZE] >>> column & 1) != 0) {
                    out[at++] = x[xAt + row * width + column];
                }
            }
        }
    }

    @Override
    public void select(float[] w, int inputs, int outputs, int[] active, int count, float[] out) {
        int at = 0;
        for (int panel = 0; panel < outputs; panel += PANEL) {
            for (int i = 0; i < count; i++) {
                System.arraycopy(w, panel * inputs + active[i] * PANEL, out, at, PANEL);
                at += PANEL;
            }
        }
    }

    @Override
    public void first(float[] request, float[] ad, int adAt, boolean displaced, int width, float[] out, int outAt) {
        for (int i = 0; i < width; i++) {
            float sum = request[i] + ad[adAt + i];
            out[outAt + i] = rectified(displaced ? sum + out[outAt + i] : sum);
        }
    }

    @Override
    public void drop(float[] x, int xAt, long[] mask, int maskAt, float keep, int width, float[] out, int outAt) {
        for (int i = 0; i < width; i++) {
            boolean kept = (mask[maskAt + i / Long.SIZE] >>> i & 1) != 0;
            out[outAt + i] = kept ? x[xAt + i] * keep : 0;
        }
    }

    @Override
    public void gate(float[] x, int xAt, float[] activation, int activationAt, int width, float[] out, int outAt) {
        for (int i = 0; i < width; i++) {
            out[outAt + i] = activation[activationAt + i] > 0 ? x[xAt + i] : 0;
        }
    }

    @Override
    public void dot(float[] x, int xAt, float[] y, int yAt, int width, float[] parts, int partsAt) {
        for (int part = 0; part < PARTS; part++) {
            float sum = x[xAt + part] * y[yAt + part];
            for (int i = part + PARTS; i < width; i += PARTS) {
                sum = Math.fma(x[xAt + i], y[yAt + i], sum);
            }
            parts[partsAt + part] = sum;
        }
    }

    @Override
    public void addDots(float[] x, int xAt, int rows, float[] y, int width, float[] parts) {
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                int at = row * PARTS + i % PARTS;
                parts[at] = Math.fma(x[xAt + row * width + i], y[i], parts[at]);
            }
        }
    }

    /** NaN stays, −0 becomes 0. */
    private static float rectified(float value) {
        return value <= 0 ? 0 : value;
    }
}
