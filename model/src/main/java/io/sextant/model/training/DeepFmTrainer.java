package io.sextant.model.training;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Learns one arm's DeepFM from its examples, batch by batch: scores a batch with the net as it is, then takes one step on
 * it. Cross entropy under dropout plus that of the gate (Adversarial Gradient Driven Exploration, eq. 15); a share of rows
 * has its ad replaced by the MASK ids, so that the request alone can be judged.
 *
 * <p>
 * Every draw is a hash of the seed and the number of the example or step: the same batches in the same order give the same
 * weights, bit for bit, when TensorFlow runs on one thread ({@link TensorFlowOptions#singleThread()}).
 *
 * <p>
 * Threading: one thread at a time. The caller closes it.
 */
public final class DeepFmTrainer implements AutoCloseable {
    private static final int UNIFORM_BITS = 53;

    private final TrainingConfig config;
    private final FeatureSchema schema;
    private final Weights weights;
    private final SparseAdaGrad tables;
    private final List<Adam> net = new ArrayList<>();
    private final List<float[]> netGradients = new ArrayList<>();
    private final TrainingNet graph;
    private final Hasher64 maskDraw;
    private final TrainerCheckpoint checkpoint;
    private long steps;
    private long examples;
    private long maskedExamples;
    private int[] recent = new int[0];
    private Buffers buffers;

    /**
     * Starts from given weights, with fresh optimiser state.
     *
     * @param start   copied
     * @param config  its architecture is that of {@code start}
     * @param options threads of the TensorFlow session
     * @throws IllegalArgumentException if the architectures differ
     */
    public DeepFmTrainer(Weights start, TrainingConfig config, TensorFlowOptions options) {
        if (!start.architecture().equals(config.architecture())) {
            throw new IllegalArgumentException(
                    "weights are of " + start.architecture() + ", the training is of " + config.architecture());
        }
        this.config = config;
        this.schema = start.schema();
        this.weights = start.copy();
        this.tables = new SparseAdaGrad(weights, config);
        for (NamedTensor tensor : weights.net()) {
            net.add(new Adam(tensor, config.l2()));
            netGradients.add(new float[tensor.data().length]);
        }
        this.graph = new TrainingNet(weights, options);
        this.maskDraw = Hashing.xxh3_64(config.seed());
        this.checkpoint = new TrainerCheckpoint(weights, tables, net);
        this.buffers = new Buffers(schema, config.architecture().embeddingSize(), config.batchSize());
    }

    /** Examples learned, weighted or not, since the start or since before the checkpoint. */
    public long examples() {
        return examples;
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** Examples whose ad was hidden. */
    public long maskedExamples() {
        return maskedExamples;
    }

    /** A copy of the weights as they are now. */
    public Weights snapshot() {
        return weights.copy();
    }

    /** A copy of the weights as they are now, their fields' prior deviations fitted to them: what is to be served. */
    public Weights servable() {
        Weights copy = weights.copy();
        RowPriors.fit(copy, this::score);
        return copy;
    }

    /** The features of the last batch, [n * fields]; empty before the first. For {@link LambdaCalibration}. */
    public int[] recentRows() {
        return recent.clone();
    }

    /**
     * The plain net's logits, nothing learned.
     *
     * @param features [n * fields] table rows, row by row
     * @return [n]
     * @throws IllegalArgumentException if an index lies outside its field's block
     */
    public float[] score(int[] features) {
        int count = check(features);
        float[] logits = new float[count];
        if (count > 0) {
            Buffers room = reserve(count);
            weights.gather(features, count, room.rows, room.sums);
            graph.score(room.rows, room.sums, count, logits);
        }
        return logits;
    }

    /**
     * Scores a batch without dropout, then takes one training step on it.
     *
     * @param features [n * fields] table rows, row by row, no ad masked
     * @param labels   [n] 1 for a click, 0 for none
     * @param weights  [n] 1, or -1 for an example whose earlier label is taken back
     * @return [n] logits from before the step
     * @throws IllegalArgumentException if lengths disagree, an index lies outside its field's block, or a label or weight
     *                                  is not finite; nothing is learned then
     */
    public float[] scoreAndTrain(int[] features, float[] labels, float[] weights) {
        int count = check(features);
        checkColumn("labels", labels, count);
        checkColumn("weights", weights, count);
        float[] logits = new float[count];
        if (count == 0) {
            return logits;
        }
        Buffers room = reserve(count);
        this.weights.gather(features, count, room.rows, room.sums);
        graph.score(room.rows, room.sums, count, logits);

        mask(features, weights, count, room);
        inform(room.masked, logits, weights);
        this.weights.gather(room.masked, count, room.rows, room.sums);
        graph.gradients(room.rows, room.sums, count, labels, weights, room.gateWeights,
                new long[]{config.seed(), steps}, room.rowGradients, room.logitGradients, netGradients);
        steps++;
        examples += count;
        tables.update(room.masked, count, room.rowGradients, room.logitGradients);
        for (int i = 0; i < net.size(); i++) {
            net.get(i).update(netGradients.get(i), 1f / count, config.netLearningRate(), steps);
        }
        graph.load();
        recent = features.clone();
        return logits;
    }

    /** Hides the ad of some rows from this step, and those rows from the gate, which has nothing but the ad to look at. */
    private void mask(int[] features, float[] weights, int count, Buffers room) {
        int fields = schema.size();
        System.arraycopy(features, 0, room.masked, 0, count * fields);
        for (int row = 0; row < count; row++) {
            double uniform = (maskDraw.hashLongToLong(examples + row) >>> (Long.SIZE - UNIFORM_BITS))
                    * 0x1p-53;
            boolean hide = uniform < config.maskShare();
            room.gateWeights[row] = hide ? 0 : weights[row];
            if (hide) {
                maskedExamples++;
                for (int field = schema.requestFields(); field < fields; field++) {
                    room.masked[row * fields + field] = schema.maskIndex(field);
                }
            }
        }
    }

    /**
     * Adds the batch's information to the rows it is trained on: the diagonal of the logistic likelihood's Fisher
     * information, p(1 − p) an example. A label that is taken back takes its information with it.
     */
    private void inform(int[] rows, float[] logits, float[] exampleWeights) {
        int fields = schema.size();
        float[] known = weights.rowInformation;
        for (int example = 0; example < logits.length; example++) {
            double p = 1 / (1 + StrictMath.exp(-logits[example]));
            float information = (float) (exampleWeights[example] * p * (1 - p));
            for (int i = example * fields; i < (example + 1) * fields; i++) {
                // The sum stops growing at some hundred thousand, where the row's variance is nil for every purpose.
                known[rows[i]] = Math.max(0, known[rows[i]] + information);
            }
        }
    }

    private int check(int[] features) {
        int fields = schema.size();
        if (features.length % fields != 0) {
            throw new IllegalArgumentException(
                    features.length + " feature indices are no multiple of the schema's " + fields + " fields");
        }
        for (int i = 0; i < features.length; i++) {
            int field = i % fields;
            int place = features[i] - schema.maskIndex(field);
            if (place < 0 || place >= schema.fields().get(field).rows()) {
                throw new IllegalArgumentException("example " + i / fields + ": index " + features[i]
                        + " lies outside the block of field " + schema.fields().get(field).name() + ", "
                        + schema.maskIndex(field) + " to "
                        + (schema.maskIndex(field) + schema.fields().get(field).rows() - 1));
            }
        }
        return features.length / fields;
    }

    private static void checkColumn(String name, float[] values, int count) {
        if (values.length != count) {
            throw new IllegalArgumentException(values.length + " " + name + " for " + count + " examples");
        }
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("example " + i + ": " + name + " holds " + values[i]);
            }
        }
    }

    private Buffers reserve(int count) {
        if (buffers.sums.length < count) {
            buffers = new Buffers(schema, config.architecture().embeddingSize(), count);
        }
        return buffers;
    }

    /**
     * Writes weights, optimiser state and counters to one file, beside its place first, then renamed: whoever reads it
     * finds this state or the one before.
     *
     * @param file  replaced if it exists
     * @param notes any texts to keep with it, such as the offset that training has come to
     * @throws IOException if the disk does not take it
     */
    public void save(Path file, Map<String, String> notes) throws IOException {
        checkpoint.save(file, new TrainerCheckpoint.Counters(steps, examples, maskedExamples), notes);
    }

    /**
     * Goes on from a saved state; the next step is the one that would have followed {@link #save}.
     *
     * @return the notes given to {@link #save}
     * @throws IOException if the file cannot be read, is damaged, or belongs to another schema or architecture; this
     *                     trainer keeps its state then
     */
    public Map<String, String> restore(Path file) throws IOException {
        try (Safetensors tensors = Safetensors.open(file)) {
            TrainerCheckpoint.Counters counters = checkpoint.restore(file, tensors);
            steps = counters.steps();
            examples = counters.examples();
            maskedExamples = counters.maskedExamples();
            graph.load();
            return TrainerCheckpoint.notes(tensors);
        }
    }

    @Override
    public void close() {
        graph.close();
    }

    /** Working memory of one batch. */
    private static final class Buffers {
        private final int[] masked;
        private final float[] rows;
        private final float[] rowGradients;
        private final float[] sums;
        private final float[] logitGradients;
        private final float[] gateWeights;

        Buffers(FeatureSchema schema, int embeddingSize, int rowsMax) {
            int lookUps = Math.multiplyExact(rowsMax, schema.size());
            masked = new int[lookUps];
            rows = new float[Math.multiplyExact(lookUps, embeddingSize)];
            rowGradients = new float[rows.length];
            sums = new float[rowsMax];
            logitGradients = new float[rowsMax];
            gateWeights = new float[rowsMax];
        }
    }
}
