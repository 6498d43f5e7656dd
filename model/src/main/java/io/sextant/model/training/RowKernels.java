package io.sextant.model.training;

import io.sextant.model.array.KernelChoice;
import java.lang.foreign.MemorySegment;

/**
 * The loops of training that are not TensorFlow's: the factorisation machine forward and backward, sums of gradients,
 * dropout. Two implementations, on the JDK's vectors and in plain Java, give the same bits: every number is computed by the
 * same operations in the same order.
 *
 * <p>
 * Threading: immutable, shared by all threads. Segments are TensorFlow's memory, floats in the machine's order.
 */
interface RowKernels {
    /** Bits of the uniform numbers that decide over dropout. */
    int UNIFORM_BITS = 24;

    /**
     * Those of the kind that the process's engine runs on: see {@link KernelChoice}.
     *
     * @param size floats an embedding
     */
    static RowKernels choose(int size) {
        return KernelChoice.kernels().name().startsWith("vector") && size % VectorRows.LANES == 0 ? new VectorRows()
                : new PlainRows();
    }

    /**
     * Looks an example's rows up and takes the factorisation machine's part of its logit.
     *
     * @param table [rows * size]
     * @param rows  table rows, {@code fields} of them from {@code rowsAt} on
     * @param out   the rows' numbers side by side, [fields * size] from {@code outAt} on, out
     * @param sums  [size] from {@code sumsAt} on, out: Σ_f v_f
     * @return Σ_{f<g} ⟨v_f, v_g⟩ = ½ Σ_k ((Σ_f v_fk)² − Σ_f v_fk²)
     */
    float gather(float[] table, int[] rows, int rowsAt, int fields, int size, MemorySegment out, long outAt,
            float[] sums, int sumsAt);

    /**
     * Takes an example's gradient by its embeddings: that of the deep net, and {@code slope} · Σ_f v_f for the factorisation
     * machine. What it lacks, − {@code slope} · v, is a decay of the row, for all examples of the row at once in
     * {@link #step}.
     *
     * @param net  [fields * size] from {@code netAt} on
     * @param sums [size] from {@code sumsAt} on, as gathered
     * @param out  an array a field, out: [size] from {@code outAt} on
     */
    void gradient(MemorySegment net, long netAt, float slope, float[] sums, int sumsAt, int size, float[][] out,
            int outAt);

    /** total += values, or total = values where {@code first}; [size] each. */
    void add(boolean first, float[] values, int at, int size, float[] total, int totalAt);

    /**
     * AdaGrad on one row: s ← s + g², w ← w − rate · g / √s, with g the gradient and decay · w.
     *
     * @param values    [size] from {@code at} on, w, moved
     * @param squares   [size] from {@code at} on, s, added to
     * @param gradients [size] from {@code gradientsAt} on
     */
    void step(float[] values, float[] squares, int at, float[] gradients, int gradientsAt, int size, float rate,
            float decay);

    /**
     * Dropout's factors of one example and layer. Unit i takes the bits of a mix of i and two words: lowbias32 (Wellons
     * 2018) of i · 2^32/φ + first, with the second word let in half-way.
     *
     * @param threshold units whose upper {@link #UNIFORM_BITS} bits are below it are dropped
     * @param keep      factor of those that stay
     * @param out       [width] from {@code at} on, out
     */
    void drop(int first, int second, int threshold, float keep, int width, MemorySegment out, long at);
}
