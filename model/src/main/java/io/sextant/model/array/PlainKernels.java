package io.sextant.model.array;

import java.util.Arrays;

/**
 * The kernels in plain Java: what {@link VectorKernels} computes, element by element, to the last bit. For machines and
 * compilers without vectors, and as their oracle.
 */
final class PlainKernels implements Kernels {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void project(float[] x, int xAt, int xStride, int rows, int inputs, float[] w, float[] init, int outputs,
            boolean rectify, float[] out, int outAt) {
        for (int row = 0; row < rows; row++) {
            int xRow = xAt + row * xStride;
            int outRow = outAt + row * outputs;
            System.arraycopy(init, 0, out, outRow, outputs);
            for (int panel = 0; panel < outputs; panel += PANEL) {
                int wPanel = panel * inputs;
                for (int input = 0; input < inputs; input++) {
                    float value = x[xRow + input];
                    int wRow = wPanel + input * PANEL;
                    for (int lane = 0; lane < PANEL; lane++) {
                        out[outRow + panel + lane] = Math.fma(value, w[wRow + lane], out[outRow + panel + lane]);
                    }
                }
            }
            if (rectify) {
                for (int i = outRow; i < outRow + outputs; i++) {
                    out[i] = rectified(out[i]);
                }
            }
        }
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
    public void dot(float[] x, int xAt, float[] y, int yAt, int width, float[] parts) {
        for (int from = 0; from < width; from += PARTS) {
            for (int part = 0; part < PARTS; part++) {
                parts[part] = Math.fma(x[xAt + from + part], y[yAt + from + part], parts[part]);
            }
        }
    }

    /** NaN stays, −0 becomes 0. */
    private static float rectified(float value) {
        return value <= 0 ? 0 : value;
    }
}
