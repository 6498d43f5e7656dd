package io.sextant.model.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The loops as they read; see {@link RowKernels}. */
final class PlainRows implements RowKernels {

    /* Numbers go through arrays: small reads and writes of segments cost more than what is done with them. */
    @Override
    public float gather(float[] table, int[] rows, int rowsAt, int fields, int size, MemorySegment out, long outAt,
            float[] sums, int sumsAt) {
        float[] values = new float[fields * size];
        for (int field = 0; field < fields; field++) {
            int from = rows[rowsAt + field] * size;
            for (int k = 0; k < size; k++) {
                values[field * size + k] = table[from + k];
            }
        }
        MemorySegment.copy(values, 0, out, JAVA_FLOAT, outAt * Float.BYTES, values.length);
        float pairs = 0;
        for (int k = 0; k < size; k++) {
            float sum = 0;
            float squares = 0;
            for (int at = k; at < values.length; at += size) {
                float value = values[at];
                sum += value;
                squares += value * value;
            }
            sums[sumsAt + k] = sum;
            pairs += sum * sum - squares;
        }
        return 0.5f * pairs;
    }

    @Override
    public void gradient(MemorySegment net, long netAt, float slope, float[] sums, int sumsAt, int size, float[][] out,
            int outAt) {
        float[] ofNet = new float[out.length * size];
        MemorySegment.copy(net, JAVA_FLOAT, netAt * Float.BYTES, ofNet, 0, ofNet.length);
        for (int field = 0; field < out.length; field++) {
            float[] to = out[field];
            for (int k = 0; k < size; k++) {
                to[outAt + k] = ofNet[field * size + k] + slope * sums[sumsAt + k];
            }
        }
    }

    @Override
    public void add(boolean first, float[] values, int at, int size, float[] total, int totalAt) {
        for (int k = 0; k < size; k++) {
            total[totalAt + k] = first ? values[at + k] : total[totalAt + k] + values[at + k];
        }
    }

    @Override
    public void step(float[] values, float[] squares, int at, float[] gradients, int gradientsAt, int size, float rate,
            float decay) {
        for (int k = 0; k < size; k++) {
            float gradient = gradients[gradientsAt + k] + decay * values[at + k];
            float square = squares[at + k] + gradient * gradient;
            squares[at + k] = square;
            values[at + k] -= rate * gradient / (float) Math.sqrt(square);
        }
    }

    @Override
    public void drop(int first, int second, int threshold, float keep, int width, MemorySegment out, long at) {
        for (int unit = 0; unit < width; unit++) {
            int x = unit * 0x9e3779b9 + first;
            x ^= x >>> 16;
            x *= 0x7feb352d;
            x ^= x >>> 15;
            x += second;
            x *= 0x846ca68b;
            x ^= x >>> 16;
            out.setAtIndex(JAVA_FLOAT, at + unit, x >>> (Integer.SIZE - UNIFORM_BITS) < threshold ? 0 : keep);
        }
    }
}
