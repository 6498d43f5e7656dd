package io.sextant.model.training;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.foreign.MemorySegment;

/**
 * Which hidden units an example trains without: a function of seed, step, the example's row, layer and unit alone.
 * Inverted dropout: units that stay are scaled up.
 *
 * <p>
 * Threading: immutable.
 */
/*
 * Two words of 32 bits are hashed for a row and layer; each unit's number is mixed with them in a few integer operations
 * (see RowKernels.drop), at a tenth of what Philox costs in TensorFlow.
 */
final class DropoutDraws {
    private final Hasher64 hash;
    private final RowKernels kernels;
    private final int threshold;
    private final float keep;

    DropoutDraws(long seed, double dropRate, RowKernels kernels) {
        this.hash = Hashing.xxh3_64(seed);
        this.kernels = kernels;
        this.threshold = (int) Math.round(dropRate * (1 << RowKernels.UNIFORM_BITS));
        this.keep = (float) (1 / (1 - dropRate));
    }

    /**
     * Draws one row's factors.
     *
     * @param step  number of the step
     * @param row   number of the row in the step
     * @param layer number of the hidden layer
     * @param out   [width] from {@code at} on, out: 0 for a unit that is dropped, 1 / (1 − rate) for one that stays
     */
    void fill(long step, int row, int layer, int width, MemorySegment out, long at) {
        long words = hash.hashLongLongToLong(step, (long) row << Byte.SIZE | layer);
        kernels.drop((int) words, (int) (words >>> Integer.SIZE), threshold, keep, width, out, at);
    }
}
