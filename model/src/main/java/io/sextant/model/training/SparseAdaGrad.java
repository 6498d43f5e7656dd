package io.sextant.model.training;

import io.sextant.model.ctr.Weights;
import java.util.Arrays;

/**
 * AdaGrad on the rows of the embedding table and of the linear terms that a batch touches (Duchi, Hazan and Singer 2011):
 * s ← s + g², w ← w − rate · g / √s, coordinate by coordinate. A row that a batch touches several times gets its gradients
 * added up and moves once, as it would if the whole table had a gradient.
 *
 * <p>
 * Threading: owned by the trainer's thread.
 */
final class SparseAdaGrad {
    private static final int NO_SLOT = -1;

    private final Weights weights;
    private final int size;
    private final int fields;
    private final float rate;
    private final float l2;
    final float[] embeddingSquares;
    final float[] linearSquares;
    /** Place of a table row among those of the batch; NO_SLOT between batches. */
    private final int[] slots;
    private int[] touched = new int[0];
    private float[] embeddingSums = new float[0];
    private float[] linearSums = new float[0];

    SparseAdaGrad(Weights weights, TrainingConfig config) {
        this.weights = weights;
        this.size = weights.architecture().embeddingSize();
        this.fields = weights.schema().size();
        this.rate = (float) config.embeddingLearningRate();
        this.l2 = (float) config.l2();
        this.embeddingSquares = new float[weights.embedding.length];
        this.linearSquares = new float[weights.linear.length];
        this.slots = new int[weights.linear.length];
        Arrays.fill(embeddingSquares, (float) config.initialAccumulator());
        Arrays.fill(linearSquares, (float) config.initialAccumulator());
        Arrays.fill(slots, NO_SLOT);
    }

    /**
     * One step.
     *
     * @param indices        [count * fields] table rows
     * @param count          rows of the batch
     * @param gradients      [count * fields * embeddingSize] of the batch's summed loss
     * @param logitGradients [count] of the batch's summed loss by each row's logit, which is that by its linear terms
     */
    void update(int[] indices, int count, float[] gradients, float[] logitGradients) {
        int lookUps = count * fields;
        reserve(lookUps);
        int used = 0;
        for (int i = 0; i < lookUps; i++) {
            int index = indices[i];
            int slot = slots[index];
            if (slot == NO_SLOT) {
                slot = used++;
                slots[index] = slot;
                touched[slot] = index;
                linearSums[slot] = 0;
                Arrays.fill(embeddingSums, slot * size, (slot + 1) * size, 0);
            }
            linearSums[slot] += logitGradients[i / fields];
            for (int k = 0; k < size; k++) {
                embeddingSums[slot * size + k] += gradients[i * size + k];
            }
        }
        for (int slot = 0; slot < used; slot++) {
            int index = touched[slot];
            slots[index] = NO_SLOT;
            step(weights.linear, linearSquares, index, linearSums[slot]);
            for (int k = 0; k < size; k++) {
                step(weights.embedding, embeddingSquares, index * size + k, embeddingSums[slot * size + k]);
            }
        }
    }

    private void step(float[] values, float[] squares, int at, float sum) {
        float gradient = sum + l2 * values[at];
        float square = squares[at] + gradient * gradient;
        squares[at] = square;
        values[at] -= rate * gradient / (float) Math.sqrt(square);
    }

    private void reserve(int lookUps) {
        if (touched.length < lookUps) {
            touched = new int[lookUps];
            linearSums = new float[lookUps];
            embeddingSums = new float[Math.multiplyExact(lookUps, size)];
        }
    }
}
