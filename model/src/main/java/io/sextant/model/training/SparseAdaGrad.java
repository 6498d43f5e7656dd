package io.sextant.model.training;

import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;

/**
 * AdaGrad on the rows of the embedding table and of the linear terms that a batch touches (Duchi, Hazan and Singer 2011):
 * s ← s + g², w ← w − rate · g / √s, coordinate by coordinate. A row that a batch touches several times gets its gradients
 * added up and moves once, as it would if the whole table had a gradient. The batch's information is added on the way.
 *
 * <p>
 * Threading: fields own their rows, so fields may be updated on several threads at once.
 */
final class SparseAdaGrad {
    private static final int NO_SLOT = -1;

    private final Weights weights;
    private final FeatureSchema schema;
    private final RowKernels kernels;
    private final int size;
    private final float rate;
    private final float l2;
    private final float initialSquare;
    final float[] embeddingSquares;
    final float[] linearSquares;
    /** Place of a table row among those of the batch; NO_SLOT between batches. */
    private final int[] slots;

    SparseAdaGrad(Weights weights, TrainingConfig config, RowKernels kernels) {
        this.weights = weights;
        this.schema = weights.schema();
        this.kernels = kernels;
        this.size = weights.architecture().embeddingSize();
        this.rate = (float) config.embeddingLearningRate();
        this.l2 = (float) config.l2();
        this.initialSquare = (float) config.initialAccumulator();
        this.embeddingSquares = new float[weights.embedding.length];
        this.linearSquares = new float[weights.linear.length];
        this.slots = new int[weights.linear.length];
        Arrays.fill(embeddingSquares, initialSquare);
        Arrays.fill(linearSquares, initialSquare);
        Arrays.fill(slots, NO_SLOT);
    }

    /** The optimiser's state of a row that nothing has touched. */
    void reset(int row) {
        linearSquares[row] = initialSquare;
        Arrays.fill(embeddingSquares, row * size, (row + 1) * size, initialSquare);
    }

    /** A thread's working memory, for one field at a time. */
    final class Touched {
        private int[] rows = new int[0];
        private int[] counts = new int[0];
        /** Slots of the rows that are admitted. */
        private int[] moving = new int[0];
        private float[] linearSums = new float[0];
        private float[] information = new float[0];
        private float[] sums = new float[0];

        private void reserve(int lookUps) {
            if (rows.length < lookUps) {
                rows = new int[lookUps];
                counts = new int[lookUps];
                moving = new int[lookUps];
                linearSums = new float[lookUps];
                information = new float[lookUps];
                sums = new float[Math.multiplyExact(lookUps, size)];
            }
        }

        /**
         * One step on one field's rows.
         *
         * @param shards the batch, with the gradients of its summed loss
         */
        void update(int field, List<Shard> shards, RowLife life) {
            reserve(shards.stream().mapToInt(shard -> shard.trained).sum());
            int used = 0;
            for (Shard shard : shards) {
                used = add(field, shard, used);
            }
            int admitted = 0;
            for (int slot = 0; slot < used; slot++) {
                slots[rows[slot]] = NO_SLOT;
                if (life.touch(rows[slot], field, counts[slot])) {
                    moving[admitted++] = slot;
                }
            }
            // Each table in a loop of its own: short loops wait for several rows out of memory at once.
            for (int i = 0; i < admitted; i++) {
                moveEmbedding(moving[i]);
            }
            for (int i = 0; i < admitted; i++) {
                moveLinear(moving[i]);
            }
        }

        private int add(int field, Shard shard, int usedBefore) {
            int used = usedBefore;
            int fields = schema.size();
            for (int row = 0; row < shard.trained; row++) {
                int at = shard.from + row;
                int index = shard.features[at * fields + field];
                int slot = slots[index];
                boolean first = slot == NO_SLOT;
                if (first) {
                    slot = used++;
                    slots[index] = slot;
                    rows[slot] = index;
                    counts[slot] = 0;
                    linearSums[slot] = 0;
                    information[slot] = 0;
                }
                counts[slot] += shard.weights[row] > 0 ? 1 : 0;
                linearSums[slot] += shard.slopes[row];
                information[slot] += shard.information[row];
                kernels.add(first, shard.gradients[field], row * size, size, sums, slot * size);
            }
            return used;
        }

        private void moveEmbedding(int slot) {
            // The factorisation machine's − slope · v of all the row's examples, its weights being those they all saw.
            float decay = l2 - linearSums[slot];
            kernels.step(weights.embedding, embeddingSquares, rows[slot] * size, sums, slot * size, size, rate, decay);
        }

        private void moveLinear(int slot) {
            int row = rows[slot];
            float gradient = linearSums[slot] + l2 * weights.linear[row];
            float square = linearSquares[row] + gradient * gradient;
            linearSquares[row] = square;
            weights.linear[row] -= rate * gradient / (float) Math.sqrt(square);
            // A label that is taken back takes its information with it. The sum stops growing at some hundred
            // thousand, where the row's variance is nil for every purpose.
            float[] known = weights.rowInformation;
            known[row] = Math.max(0, known[row] + information[slot]);
        }
    }
}
