package io.sextant.model.training;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Learns one arm's DeepFM from its examples, batch by batch: scores a batch with the net as it is, then takes one step on
 * it. Cross entropy under dropout plus that of the gate (Adversarial Gradient Driven Exploration, eq. 15); a share of rows
 * has its ad replaced by the MASK ids, so that the request alone can be judged.
 *
 * <p>
 * Every draw is a hash of the seed and the number of the example or step: the same batches in the same order give the same
 * weights, bit for bit, whatever the number of threads, when each runs TensorFlow in itself
 * ({@link TensorFlowOptions#singleThread()}).
 *
 * <p>
 * Threading: one thread at a time. The caller closes it.
 */
public final class DeepFmTrainer implements AutoCloseable {
    private static final int UNIFORM_BITS = 53;
    private static final long MS_PER_HOUR = 3_600_000;

    /** Examples of a batch that are one shard; fixed, because it decides how sums are rounded. */
    private static final int SHARD_EXAMPLES = 512;
    /** Numbers of the net that one thread moves at a time. */
    private static final int ADAM_CHUNK = 16_384;

    private final TrainingConfig config;
    private final FeatureSchema schema;
    private final Weights weights;
    private final RowKernels kernels;
    private final SparseAdaGrad tables;
    private final RowLife life;
    private final List<Adam> net = new ArrayList<>();
    private final List<NetChunk> chunks = new ArrayList<>();
    private final TrainingNet graph;
    private final Workers workers;
    private final List<SparseAdaGrad.Touched> touched = new ArrayList<>();
    private final List<Shard> shards = new ArrayList<>();
    private final Hasher64 maskDraw;
    private final DropoutDraws dropout;
    private final TrainerCheckpoint checkpoint;
    private final float correction;
    /** [fields] first and last table row of each. */
    private final int[] firstRows;
    private final int[] lastRows;
    private long steps;
    private long examples;
    private long maskedExamples;
    private int[] recent = new int[0];
    /** Labels of the last batch; NaN of an example that was taken back. */
    private float[] recentLabels = new float[0];

    /** Some of the numbers of one net tensor. */
    private record NetChunk(int tensor, int from, int to) {}

    /**
     * Starts from given weights, with fresh optimiser state, on one thread.
     *
     * @param start   as they are served; copied
     * @param config  its architecture is that of {@code start}
     * @param options threads of the TensorFlow session
     * @throws IllegalArgumentException if the architectures differ
     */
    public DeepFmTrainer(Weights start, TrainingConfig config, TensorFlowOptions options) {
        this(start, config, options, 1);
    }

    /**
     * Starts from given weights, with fresh optimiser state.
     *
     * @param start   as they are served; copied
     * @param config  its architecture is that of {@code start}
     * @param options threads of the TensorFlow session, for each of {@code threads}
     * @param threads that a step is spread over, at least 1; the result is the same for any number
     * @throws IllegalArgumentException if the architectures differ
     */
    public DeepFmTrainer(Weights start, TrainingConfig config, TensorFlowOptions options, int threads) {
        if (!start.architecture().equals(config.architecture())) {
            throw new IllegalArgumentException(
                    "weights are of " + start.architecture() + ", the training is of " + config.architecture());
        }
        this.config = config;
        this.schema = start.schema();
        this.correction = (float) config.correction();
        this.firstRows = new int[schema.size()];
        this.lastRows = new int[schema.size()];
        for (int field = 0; field < firstRows.length; field++) {
            firstRows[field] = schema.maskIndex(field);
            lastRows[field] = firstRows[field] + schema.fields().get(field).rows() - 1;
        }
        this.weights = shifted(start, -correction);
        // it is on the net as it was, and no part of what is learned
        weights.setProcess(null);
        this.kernels = RowKernels.choose(config.architecture().embeddingSize());
        this.tables = new SparseAdaGrad(weights, config, kernels);
        this.life = new RowLife(weights, tables, config);
        for (NamedTensor tensor : weights.net()) {
            int length = tensor.data().length;
            for (int from = 0; from < length; from += ADAM_CHUNK) {
                chunks.add(new NetChunk(net.size(), from, Math.min(length, from + ADAM_CHUNK)));
            }
            net.add(new Adam(tensor, config.l2()));
        }
        this.graph = new TrainingNet(weights, options);
        this.workers = new Workers(threads);
        for (int i = 0; i < threads; i++) {
            touched.add(tables.new Touched());
        }
        this.maskDraw = Hashing.xxh3_64(config.seed());
        this.dropout = new DropoutDraws(config.seed(), config.architecture().dropRate(), kernels);
        this.checkpoint = new TrainerCheckpoint(weights, tables, life, net);
    }

    /** Net and gate learn what share of the shown examples is clicked; who looks at them sees what share of all is. */
    private static Weights shifted(Weights weights, float by) {
        Weights copy = weights.copy();
        copy.bias[0] += by;
        copy.gateBias[0] += by;
        return copy;
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

    /** Rows of the embedding table that are admitted and have not expired. */
    public int liveRows() {
        return life.live();
    }

    /** A copy of the weights as they are now, corrected for the negatives that were left out. */
    public Weights snapshot() {
        return shifted(weights, correction);
    }

    /** A copy of the weights as they are now, their fields' prior deviations fitted to them: what is to be served. */
    public Weights servable() {
        Weights copy = snapshot();
        RowPriors.fit(copy, this::score);
        return copy;
    }

    /**
     * As {@link #servable}, with a Gaussian process on the last hidden layer that is fitted to the last batch, which stands for
     * all that was learned; before the first batch there is none.
     *
     * @param description of a version with these weights
     */
    public Weights servableWithProcess(ModelDescription description) {
        Weights served = servable();
        int fields = schema.size();
        int[] rows = new int[recent.length];
        float[] labels = new float[recentLabels.length];
        int count = 0;
        for (int i = 0; i < recentLabels.length; i++) {
            if (Float.isFinite(recentLabels[i])) {
                System.arraycopy(recent, i * fields, rows, count * fields, fields);
                labels[count++] = recentLabels[i];
            }
        }
        if (count == 0 || config.architecture().hidden().isEmpty()) {
            return served;
        }
        int width = config.architecture().hidden().getLast();
        float[] outputs = new float[count * width];
        float[] logits = new float[count];
        LastHidden.of(description, served, Arrays.copyOf(rows, count * fields), logits, outputs);
        served.setProcess(
                GaussianProcessFit.fit(width, outputs, logits, Arrays.copyOf(labels, count),
                        Math.max(1, (double) examples / count)));
        return served;
    }

    /** The features of the last batch, [n * fields]; empty before the first. For {@link LambdaCalibration}. */
    public int[] recentRows() {
        return recent.clone();
    }

    /**
     * The plain net's logits, corrected for the negatives that were left out; nothing is learned.
     *
     * @param features [n * fields] table rows, row by row
     * @return [n]
     * @throws IllegalArgumentException if an index lies outside its field's block
     */
    public float[] score(int[] features) {
        int count = check(features);
        float[] logits = new float[count];
        int parts = split(count);
        workers.run(parts, (part, _) -> {
            Shard shard = shards.get(part);
            shard.score(features, start(part, parts, count), start(part + 1, parts, count));
            try (TrainingNet.Pass pass = graph.open(shard)) {
                shard.gather(weights, kernels, pass.embeddings);
                pass.score();
            }
            take(shard, logits);
        });
        return logits;
    }

    /** {@link #scoreAndTrain(int[], float[], float[], long)} for examples of no known time: no row ages. */
    public float[] scoreAndTrain(int[] features, float[] labels, float[] weights) {
        return scoreAndTrain(features, labels, weights, 0);
    }

    /**
     * Scores a batch without dropout, then takes one training step on it.
     *
     * @param features    [n * fields] table rows, row by row, no ad masked
     * @param labels      [n] 1 for a click, 0 for none
     * @param weights     [n] 1, or -1 for an example whose earlier label is taken back, or 0 for one that is only scored
     * @param watermarkMs time up to which examples have come, epoch milliseconds; rows age by it. What goes back counts
     *                    as standing still
     * @return [n] logits from before the step, corrected for the negatives that were left out
     * @throws IllegalArgumentException if lengths disagree, an index lies outside its field's block, or a label or weight
     *                                  is not finite; nothing is learned then
     */
    public float[] scoreAndTrain(int[] features, float[] labels, float[] weights, long watermarkMs) {
        return scoreAndTrain(features, labels, weights, watermarkMs, BesideStep.NOTHING);
    }

    /**
     * {@link #scoreAndTrain(int[], float[], float[], long)}, and what else there is to do for the batch.
     *
     * @param beside done on the same threads, and done when this returns
     */
    public float[] scoreAndTrain(int[] features, float[] labels, float[] weights, long watermarkMs,
            BesideStep beside) {
        int count = check(features);
        checkColumn("labels", labels, count);
        checkColumn("weights", weights, count);
        age(watermarkMs / MS_PER_HOUR);
        float[] logits = new float[count];
        boolean[] hide = hide(weights);
        int parts = split(count);
        workers.run(parts + beside.parts(), (part, _) -> {
            if (part < parts) {
                pass(shards.get(part), start(part, parts, count), start(part + 1, parts, count), features, labels,
                        weights,
                        hide);
                take(shards.get(part), logits);
            } else {
                beside.run(part - parts);
            }
        });
        examples += count;
        List<Shard> trained = shards.subList(0, parts).stream().filter(shard -> shard.trained > 0).toList();
        if (trained.isEmpty()) {
            beside.scored(logits);
        } else {
            steps++;
            move(trained, () -> beside.scored(logits));
            recent = features.clone();
            recentLabels = told(labels, weights);
        }
        return logits;
    }

    private void pass(Shard shard, int start, int end, int[] features, float[] labels, float[] exampleWeights,
            boolean[] hide) {
        shard.train(features, start, end, labels, exampleWeights, hide);
        try (TrainingNet.Pass pass = graph.open(shard)) {
            shard.gather(weights, kernels, pass.embeddings);
            if (shard.trained == 0) {
                pass.score();
            } else {
                shard.drop(dropout, steps, start, pass.keeps);
                shard.collect(kernels, pass.step());
                shard.inform();
            }
        }
    }

    private static float[] told(float[] labels, float[] weights) {
        float[] told = labels.clone();
        for (int i = 0; i < told.length; i++) {
            told[i] = weights[i] < 0 ? Float.NaN : told[i];
        }
        return told;
    }

    private void age(long hour) {
        if (life.due(hour)) {
            workers.run(schema.size(), (field, _) -> life.sweep(field, hour));
            life.swept(hour);
        }
    }

    /* The longest part first, the net's short ones last, so that threads end together. */
    private void move(List<Shard> trained, Runnable beside) {
        float scale = 1f / trained.stream().mapToInt(shard -> shard.trained).sum();
        float stepSize = Adam.stepSize(config.netLearningRate(), steps);
        int fields = schema.size();
        workers.run(1 + fields + chunks.size(), (part, worker) -> {
            if (part == 0) {
                beside.run();
            } else if (part <= fields) {
                touched.get(worker).update(part - 1, trained, life);
            } else {
                move(chunks.get(part - fields - 1), trained, scale, stepSize);
            }
        });
    }

    private void move(NetChunk chunk, List<Shard> trained, float scale, float stepSize) {
        float[] sum = trained.getFirst().netGradients[chunk.tensor];
        for (Shard other : trained.subList(1, trained.size())) {
            add(other.netGradients[chunk.tensor], sum, chunk.from, chunk.to);
        }
        net.get(chunk.tensor).update(chunk.from, chunk.to, sum, scale, stepSize);
        graph.load(chunk.tensor, chunk.from, chunk.to);
    }

    private static void add(float[] values, float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] += values[i];
        }
    }

    private int split(int count) {
        int parts = count == 0 ? 0 : Math.max(1, Math.round((float) count / SHARD_EXAMPLES));
        while (shards.size() < parts) {
            shards.add(new Shard(weights));
        }
        return parts;
    }

    private static int start(int part, int parts, int count) {
        return (int) ((long) count * part / parts);
    }

    private void take(Shard shard, float[] logits) {
        for (int row = 0; row < shard.plain; row++) {
            logits[shard.examples[row]] = shard.logits[row] + correction;
        }
    }

    /** Draws the examples whose ad is hidden from this step. */
    private boolean[] hide(float[] exampleWeights) {
        boolean[] hide = new boolean[exampleWeights.length];
        for (int example = 0; example < hide.length; example++) {
            double uniform = (maskDraw.hashLongToLong(examples + example) >>> (Long.SIZE - UNIFORM_BITS)) * 0x1p-53;
            hide[example] = uniform < config.maskShare() && exampleWeights[example] != 0;
            maskedExamples += hide[example] ? 1 : 0;
        }
        return hide;
    }

    private int check(int[] features) {
        int fields = schema.size();
        if (features.length % fields != 0) {
            throw new IllegalArgumentException(
                    features.length + " feature indices are no multiple of the schema's " + fields + " fields");
        }
        int outside = 0;
        for (int at = 0; at < features.length; at += fields) {
            for (int field = 0; field < fields; field++) {
                outside |= features[at + field] - firstRows[field] | lastRows[field] - features[at + field];
            }
        }
        if (outside < 0) {
            throw outside(features);
        }
        return features.length / fields;
    }

    private IllegalArgumentException outside(int[] features) {
        int fields = schema.size();
        int i = 0;
        while (features[i] >= firstRows[i % fields] && features[i] <= lastRows[i % fields]) {
            i++;
        }
        int field = i % fields;
        return new IllegalArgumentException("example " + i / fields + ": index " + features[i]
                + " lies outside the block of field " + schema.fields().get(field).name() + ", " + firstRows[field]
                + " to " + lastRows[field]);
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

    /**
     * Writes weights, optimiser state and counters to one file, beside its place first, then renamed: whoever reads it
     * finds this state or the one before.
     *
     * @param file  replaced if it exists
     * @param notes any texts to keep with it, such as the offset that training has come to
     * @throws IOException if the disk does not take it
     */
    public void save(Path file, Map<String, String> notes) throws IOException {
        checkpoint.save(file, new TrainerCheckpoint.Counters(steps, examples, maskedExamples, life.hour()), notes);
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
            life.restore(counters.hour());
            graph.load();
            return TrainerCheckpoint.notes(tensors);
        }
    }

    @Override
    public void close() {
        workers.close();
        graph.close();
    }
}
