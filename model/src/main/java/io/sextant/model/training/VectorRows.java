package io.sextant.model.training;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops on the JDK's vectors of eight lanes, for embeddings whose size is a multiple of that; see {@link RowKernels}.
 */
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    static final int LANES = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector UNIT_STEPS = IntVector.zero(INTS).addIndex(1).mul(0x9e3779b9);

    @Override
    public float gather(float[] table, int[] rows, int rowsAt, int fields, int size, MemorySegment out, long outAt,
            float[] sums, int sumsAt) {
        float pairs = 0;
        for (int k = 0; k < size; k += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            FloatVector squares = FloatVector.zero(FLOATS);
            for (int field = 0; field < fields; field++) {
                FloatVector row = FloatVector.fromArray(FLOATS, table, rows[rowsAt + field] * size + k);
                row.intoMemorySegment(out, (outAt + (long) field * size + k) * Float.BYTES, ORDER);
                sum = sum.add(row);
                squares = squares.add(row.mul(row));
            }
            sum.intoArray(sums, sumsAt + k);
            FloatVector difference = sum.mul(sum).sub(squares);
            // Lane by lane, in the order of the plain loop.
            for (int lane = 0; lane < LANES; lane++) {
                pairs += difference.lane(lane);
            }
        }
        return 0.5f * pairs;
    }

    @Override
    public void gradient(MemorySegment net, long netAt, float slope, float[] sums, int sumsAt, int size, float[][] out,
            int outAt) {
        for (int k = 0; k < size; k += LANES) {
            FloatVector sum = FloatVector.fromArray(FLOATS, sums, sumsAt + k).mul(slope);
            for (int field = 0; field < out.length; field++) {
                long place = (netAt + (long) field * size + k) * Float.BYTES;
                FloatVector.fromMemorySegment(FLOATS, net, place, ORDER).add(sum).intoArray(out[field], outAt + k);
            }
        }
    }

    @Override
    public void add(boolean first, float[] values, int at, int size, float[] total, int totalAt) {
        for (int k = 0; k < size; k += LANES) {
            FloatVector sum = FloatVector.fromArray(FLOATS, values, at + k);
            if (!first) {
                sum = FloatVector.fromArray(FLOATS, total, totalAt + k).add(sum);
            }
            sum.intoArray(total, totalAt + k);
        }
    }

    @Override
    public void step(float[] values, float[] squares, int at, float[] gradients, int gradientsAt, int size, float rate,
            float decay) {
        for (int k = 0; k < size; k += LANES) {
            FloatVector value = FloatVector.fromArray(FLOATS, values, at + k);
            FloatVector gradient = FloatVector.fromArray(FLOATS, gradients, gradientsAt + k).add(value.mul(decay));
            FloatVector square = FloatVector.fromArray(FLOATS, squares, at + k).add(gradient.mul(gradient));
            square.intoArray(squares, at + k);
            value.sub(gradient.mul(rate).div(square.lanewise(VectorOperators.SQRT))).intoArray(values, at + k);
        }
    }

    @Override
    public void drop(int first, int second, int threshold, float keep, int width, MemorySegment out, long at) {
        FloatVector none = FloatVector.zero(FLOATS);
        IntVector units = UNIT_STEPS.add(first);
        for (int unit = 0; unit < width; unit += LANES) {
            IntVector x = units;
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
            x = x.mul(0x7feb352d);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15));
            x = x.add(second).mul(0x846ca68b);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
            VectorMask<Integer> stays = x.lanewise(VectorOperators.LSHR, Integer.SIZE - UNIFORM_BITS)
                    .compare(VectorOperators.GE, threshold);
            FloatVector factors = none.blend(keep, stays.cast(FLOATS));
            long place = (at + unit) * Float.BYTES;
            if (unit + LANES <= width) {
                factors.intoMemorySegment(out, place, ORDER);
            } else {
                factors.intoMemorySegment(out, place, ORDER, FLOATS.indexInRange(unit, width));
            }
            units = units.add(LANES * 0x9e3779b9);
        }
    }
}
