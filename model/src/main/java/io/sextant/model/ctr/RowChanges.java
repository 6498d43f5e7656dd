package io.sextant.model.ctr;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The table rows in which two states of a model differ by as much as a bit: embedding, linear term, or what is known of the
 * row. Found by looking, so nothing has to be kept while training.
 */
public final class RowChanges {
    private final int[] rows;
    private final long bytes;

    private RowChanges(int[] rows, long bytes) {
        this.rows = rows;
        this.bytes = bytes;
    }

    /**
     * Compares two states.
     *
     * @throws IllegalArgumentException if they are of different schemas or shapes
     */
    public static RowChanges between(Weights before, Weights after) {
        if (!before.schema().equals(after.schema()) || !before.architecture().equals(after.architecture())) {
            throw new IllegalArgumentException(
                    "states of " + before.schema() + ", " + before.architecture() + " and of "
                            + after.schema() + ", " + after.architecture() + " cannot be compared by rows");
        }
        var changed = new BitSet(after.schema().rows());
        int size = after.architecture().embeddingSize();
        mark(before.embedding, after.embedding, size, changed);
        mark(before.linear, after.linear, 1, changed);
        mark(before.rowInformation, after.rowInformation, 1, changed);
        int[] rows = changed.stream().toArray();
        long values = (size + 3L) * rows.length;
        for (NamedTensor tensor : after.net()) {
            values += tensor.data().length;
        }
        return new RowChanges(rows, (values + after.rowPriorSd.length) * Float.BYTES);
    }

    private static void mark(float[] before, float[] after, int width, BitSet changed) {
        int from = 0;
        while (from < after.length) {
            // Floats that differ only in the sign of zero are told apart.
            int mismatch = Arrays.mismatch(before, from, after.length, after, from, after.length);
            if (mismatch < 0) {
                return;
            }
            int row = (from + mismatch) / width;
            changed.set(row);
            from = (row + 1) * width;
        }
    }

    /** The numbers of the rows, rising; the array itself. */
    int[] rows() {
        return rows;
    }

    /** Number of rows that differ. */
    public int count() {
        return rows.length;
    }

    /** What a delta's values take, in bytes; headers come on top. */
    public long bytes() {
        return bytes;
    }

    /** What the values of a full artefact take, in bytes. */
    public static long fullBytes(Weights weights) {
        return weights.tensors().stream().mapToLong(tensor -> tensor.data().length).sum() * Float.BYTES;
    }

    /** The table's rows of these numbers, ready to be written; copies. */
    List<NamedTensor> gather(Weights weights) {
        List<NamedTensor> gathered = empty(rows.length, weights);
        int size = weights.architecture().embeddingSize();
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(weights.embedding, rows[i] * size, gathered.get(0).data(), i * size, size);
            gathered.get(1).data()[i] = weights.linear[rows[i]];
            gathered.get(2).data()[i] = weights.rowInformation[rows[i]];
        }
        return gathered;
    }

    /** Room for so many rows: embedding, linear term and what is known of the row. */
    static List<NamedTensor> empty(int rows, Weights weights) {
        int size = weights.architecture().embeddingSize();
        return List.of(new NamedTensor("rows.embedding", new float[Math.multiplyExact(rows, size)], rows, size),
                new NamedTensor("rows.linear", new float[rows], rows),
                new NamedTensor("rows.information", new float[rows], rows));
    }

    /** Puts rows back to where they belong. */
    static void scatter(int[] rows, List<NamedTensor> gathered, Weights weights) {
        int size = weights.architecture().embeddingSize();
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(gathered.get(0).data(), i * size, weights.embedding, rows[i] * size, size);
            weights.linear[rows[i]] = gathered.get(1).data()[i];
            weights.rowInformation[rows[i]] = gathered.get(2).data()[i];
        }
    }
}
