package io.sextant.model.training;

import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Working memory of one part of a batch: its examples laid out for one pass through {@link TrainingNet}, and what comes
 * out of it.
 *
 * <p>
 * Threading: one thread at a time.
 */
/*
 * Rows of the pass, so that one product with the first layer serves both predictions and training:
 *
 *   [ scored only ][ scored and trained on as they are ][ copies with the ad hidden, trained on only ]
 *     ------------------- plain rows ----------------->
 *                    ------------------------ trained rows ------------------------------------------>
 *
 * Scored only are the examples whose copy is trained on, and those of weight 0.
 */
final class Shard {
    private final FeatureSchema schema;
    private final int size;
    private final List<Integer> hidden;

    /** Examples, and those of them that are trained on. */
    int plain;
    int trained;
    /** First row that is trained on. */
    int from;
    /** [plain] number in the batch of each plain row. */
    int[] examples = new int[0];
    /** [(from + trained) * fields] table rows. */
    int[] features = new int[0];
    /** [(from + trained) * size], Σ_f v_f. */
    float[] sums = new float[0];
    /** [from + trained], linear terms and factorisation machine. */
    float[] shallow = new float[0];
    /** [trained] each. */
    float[] labels = new float[0];
    float[] weights = new float[0];
    float[] gateWeights = new float[0];

    /** [plain], out. */
    float[] logits = new float[0];
    /** [trained] the plain row that each is, or is a copy of. */
    private int[] origins = new int[0];
    /** [trained], out of {@link #inform}: what each tells of its rows. */
    float[] information = new float[0];
    /** [trained], out: ∂ loss / ∂ logit. */
    float[] slopes = new float[0];
    /** [trained * size] a field, out of {@link #collect}: the gradient by its embeddings v, but for − slope · v. */
    final float[][] gradients;
    /** An array a net tensor, out; empty until there is something to train on. */
    final float[][] netGradients;
    private final List<NamedTensor> net;

    Shard(Weights weights) {
        this.schema = weights.schema();
        this.size = weights.architecture().embeddingSize();
        this.hidden = weights.architecture().hidden();
        this.gradients = new float[schema.size()][0];
        this.net = weights.net();
        this.netGradients = new float[net.size()][0];
    }

    /** The number of rows of the pass. */
    int rows() {
        return from + trained;
    }

    private void reserve(int count) {
        if (examples.length >= count) {
            return;
        }
        int rows = 2 * count;
        int fields = schema.size();
        examples = new int[count];
        features = new int[rows * fields];
        sums = new float[rows * size];
        shallow = new float[rows];
        labels = new float[count];
        weights = new float[count];
        gateWeights = new float[count];
        logits = new float[count];
        slopes = new float[count];
        origins = new int[count];
        information = new float[count];
    }

    private void reserveGradients(int count) {
        for (int field = 0; field < gradients.length; field++) {
            if (gradients[field].length < count * size) {
                gradients[field] = new float[Math.multiplyExact(count, size)];
            }
        }
        for (int i = 0; i < netGradients.length; i++) {
            if (netGradients[i].length == 0) {
                netGradients[i] = new float[net.get(i).data().length];
            }
        }
    }

    /**
     * Lays a batch's examples {@code start} to {@code end} - 1 out, to be scored only.
     *
     * @param batch [n * fields] table rows
     */
    void score(int[] batch, int start, int end) {
        reserve(end - start);
        plain = end - start;
        trained = 0;
        from = plain;
        for (int row = 0; row < plain; row++) {
            examples[row] = start + row;
        }
        System.arraycopy(batch, start * schema.size(), features, 0, plain * schema.size());
    }

    /**
     * Lays a batch's examples {@code start} to {@code end} - 1 out, to be scored and trained on.
     *
     * @param exampleWeights [n]; one of 0 is scored only
     * @param hide           [n] whether the ad is hidden in training
     */
    void train(int[] batch, int start, int end, float[] exampleLabels, float[] exampleWeights, boolean[] hide) {
        reserve(end - start);
        reserveGradients(end - start);
        int fields = schema.size();
        plain = end - start;
        from = 0;
        for (int example = start; example < end; example++) {
            if (hide[example] || exampleWeights[example] == 0) {
                examples[from++] = example;
            }
        }
        int whole = from;
        for (int example = start; example < end; example++) {
            if (!hide[example] && exampleWeights[example] != 0) {
                examples[whole++] = example;
            }
        }
        trained = 0;
        for (int row = from; row < plain; row++) {
            train(row, exampleLabels[examples[row]], exampleWeights[examples[row]], false);
        }
        for (int row = 0; row < plain; row++) {
            System.arraycopy(batch, examples[row] * fields, features, row * fields, fields);
        }
        for (int row = 0; row < from; row++) {
            int example = examples[row];
            if (exampleWeights[example] != 0) {
                int at = (from + trained) * fields;
                System.arraycopy(features, row * fields, features, at, schema.requestFields());
                for (int field = schema.requestFields(); field < fields; field++) {
                    features[at + field] = schema.maskIndex(field);
                }
                train(row, exampleLabels[example], exampleWeights[example], true);
            }
        }
    }

    private void train(int origin, float label, float weight, boolean adHidden) {
        origins[trained] = origin;
        labels[trained] = label;
        weights[trained] = weight;
        // The gate has nothing but the ad to look at.
        gateWeights[trained] = adHidden ? 0 : weight;
        trained++;
    }

    /**
     * Looks all rows up.
     *
     * @param embeddings [(from + trained) * fields * size], out
     */
    void gather(Weights tables, RowKernels kernels, MemorySegment embeddings) {
        int fields = schema.size();
        for (int row = 0; row < rows(); row++) {
            float linear = 0;
            for (int i = row * fields; i < (row + 1) * fields; i++) {
                linear += tables.linear[features[i]];
            }
            shallow[row] = linear + kernels.gather(tables.embedding, features, row * fields, fields, size, embeddings,
                    (long) row * fields * size, sums, row * size);
        }
    }

    /**
     * Draws which units the trained rows go without.
     *
     * @param keeps a segment a hidden layer, [trained * width], out
     */
    void drop(DropoutDraws draws, long step, int firstRow, List<MemorySegment> keeps) {
        for (int layer = 0; layer < keeps.size(); layer++) {
            int width = hidden.get(layer);
            for (int row = 0; row < trained; row++) {
                draws.fill(step, firstRow + row, layer, width, keeps.get(layer), (long) row * width);
            }
        }
    }

    /**
     * Takes the gradients by embeddings, as {@link RowKernels#gradient} says.
     *
     * @param ofNet [trained * fields * size], the deep net's part
     */
    void collect(RowKernels kernels, MemorySegment ofNet) {
        int width = schema.size() * size;
        for (int row = 0; row < trained; row++) {
            kernels.gradient(ofNet, (long) row * width, slopes[row], sums, (from + row) * size, size, gradients,
                    row * size);
        }
    }

    /**
     * What the trained rows tell: the diagonal of the logistic likelihood's Fisher information, p(1 − p) an example, with
     * p from before the step.
     */
    void inform() {
        for (int row = 0; row < trained; row++) {
            double p = Logistic.of(logits[origins[row]]);
            information[row] = (float) (weights[row] * p * (1 - p));
        }
    }
}
