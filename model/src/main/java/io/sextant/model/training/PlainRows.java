package io.sextant.model.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The loops as they read; see {@link RowKernels}. */
final class PlainRows implements RowKernels {

    @Override
    public float gather(float[] table, int[] rows, int rowsAt, int fields, int size, MemorySegment out, long outAt,
            float[] sums, int sumsAt) {
        for (int field = 0; field < fields; field++) {
            MemorySegment.copy(table, rows[rowsAt + field] * size, out, JAVA_FLOAT,
                    (outAt + (long) field * size) * Float.BYTES, size);
        }
        float pairs = 0;
        for (int k = 0; k < size; k++) {
            float sum = 0;
            float squares = 0;
            for (int field = 0; field < fields; field++) {
                float value = out.getAtIndex(JAVA_FLOAT, outAt + (long) field * size + k);
                sum += value;
                squares += value * value;
            }
            sums[sumsAt + k] = sum;
            pairs += sum * sum - squares;
        }
        return 0.5f * pairs;
    }

    @Override
    public void gradient(MemorySegment net, long netAt, float slope, MemorySegment rows, long rowsAt, float[] sums,
            int sumsAt, int size, float[][] out, int outAt) {
        for (int field = 0; field < out.length; field++) {
            for (int k = 0; k < size; k++) {
                long place = (long) field * size + k;
                out[field][outAt + k] = net.getAtIndex(JAVA_FLOAT, netAt + place)
                        + slope * (sums[sumsAt + k] - rows.getAtIndex(JAVA_FLOAT, rowsAt + place));
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
