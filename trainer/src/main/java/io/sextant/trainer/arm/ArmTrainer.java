package io.sextant.trainer.arm;

import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.training.BesideStep;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.LambdaCalibration;
import io.sextant.model.training.TrainingConfig;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One arm's learning: takes its examples in order, scores them before it trains on them, and judges whether what it has
 * learned may be published.
 *
 * <p>
 * Threading: owned by the arm's thread, which also closes it. Guarantees: the same examples from the same start give the
 * same weights, with or without restarts from a checkpoint in between, whatever {@code training.threads} is.
 */
public final class ArmTrainer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArmTrainer.class);
    private static final String CHECKPOINT = "checkpoint.safetensors";
    private static final int CALIBRATION_ROWS = 512;
    /** Examples that the published version is asked about at once: few, so that they fit into the gaps of a step. */
    private static final int COMPARED_AT_ONCE = 64;
    /** Figures take a few sorts: they are told once in so many nanoseconds at most. */
    private static final long TELL_NS = 1_000_000_000;

    private final String arm;
    private final TrainerConfig config;
    private final ArmMeters meters;
    private final FeatureSchema schema;
    private final ModelSettings settings;
    private final TrainingConfig training;
    private final ExampleBatch batch;
    private final Segments segments = new Segments();
    private final ProgressiveWindow window;
    private final ArmCalibration calibration;
    private final NeutralWindow neutral;
    private final PublishingGuard guard;
    private final Path checkpointFile;

    private DeepFmTrainer learner;
    private PredictionListener listener = PredictionListener.NONE;
    private @Nullable PublishedModel published;
    private long learned;
    private long learnedAtPublication;
    private long learnedAtCheckpoint;
    private long watermarkMs;
    private long nextOffset;
    private long learnedWhenTold = -1;
    private long neutralWhenTold;
    private long toldNs;
    private long judgedMs;

    /**
     * Where training goes on.
     *
     * @param topicId    identity of the topic examples that {@code nextOffset} belongs to
     * @param nextOffset offset of the first example that was not trained on
     * @param version    last version that was published; -1 if none was
     */
    public record Resumption(String topicId, long nextOffset, long version) {}

    /** Starts from the untrained weights, which are the same for every arm with the same settings. */
    public ArmTrainer(String arm, TrainerConfig config, ArmMeters meters) {
        this.arm = arm;
        this.config = config;
        this.meters = meters;
        this.settings = new ModelSettings(config);
        this.schema = settings.schema();
        this.training = settings.training();
        this.batch = new ExampleBatch(schema, training.batchSize(), training.negativeShare());
        this.window = new ProgressiveWindow(config.publish().window(), segments);
        this.neutral = new NeutralWindow(config.publish().window(), schema);
        this.calibration = new ArmCalibration(config.calibration(), segments);
        this.guard = new PublishingGuard(config.publish());
        this.checkpointFile = config.models().dir().resolve(arm).resolve(CHECKPOINT);
        this.learner = settings.learner(settings.untrained(schema));
    }

    /** Goes on from the arm's checkpoint; empty if there is none that fits the settings. */
    public Optional<Resumption> restore() throws IOException {
        if (!Files.exists(checkpointFile)) {
            return Optional.empty();
        }
        try {
            Map<String, String> notes = learner.restore(checkpointFile);
            nextOffset = number(notes, "next-offset");
            learned = number(notes, "learned");
            learnedAtPublication = number(notes, "learned-at-publication");
            watermarkMs = number(notes, "watermark-ms");
            segments.restore(notes.getOrDefault("segments", ""));
            window.restore(notes.getOrDefault("predictions", ""));
            calibration.restore(notes);
            neutral.restore(notes.getOrDefault("neutral-predictions", ""),
                    Long.parseLong(notes.getOrDefault("neutral-offset", "-1")));
            learnedAtCheckpoint = learned;
            return Optional.of(
                    new Resumption(notes.getOrDefault("topic-id", ""), nextOffset, number(notes, "version")));
        } catch (IOException | IllegalArgumentException e) {
            Path aside = checkpointFile.resolveSibling(CHECKPOINT + ".refused");
            Files.move(checkpointFile, aside, StandardCopyOption.REPLACE_EXISTING);
            learner.close();
            learner = settings.learner(settings.untrained(schema));
            window.clear();
            calibration.clear();
            neutral.clear();
            LOG.warn("arm {}: the checkpoint cannot be used and was renamed to {}: {}", arm, aside, e.getMessage());
            return Optional.empty();
        }
    }

    private static long number(Map<String, String> notes, String key) {
        return Long.parseLong(notes.getOrDefault(key, "0"));
    }

    /** Whether a version has the features and the shape that this arm is trained with. */
    public boolean fits(ModelDescription description) {
        return description.schema().equals(schema) && description.architecture().equals(training.architecture());
    }

    /** Takes a version's weights for a start, with fresh optimiser state. */
    public void startFrom(ModelArtefact artefact) {
        learner.close();
        learner = settings.learner(artefact.weights());
        calibration.startFrom(artefact.description().calibration());
        learned = artefact.description().examples();
        learnedAtCheckpoint = learned;
        watermarkMs = artefact.description().watermarkMs();
    }

    /** From now on tells every prediction that is made before its example is trained on. */
    public void listen(PredictionListener to) {
        listener = to;
    }

    /** Says from which offset the next example will come. */
    public void seek(long offset) {
        nextOffset = offset;
    }

    /** Where the neutral arm's examples go on; -1 where none has been taken. */
    public long neutralOffset() {
        return neutral.nextOffset();
    }

    /** Says from which offset the neutral arm's next example will come. */
    public void seekNeutral(long offset) {
        neutral.seek(offset);
    }

    /** Takes one example of the neutral arm, to be scored by the published version; nothing is learned from it. */
    public void acceptNeutral(long offset, Example example) {
        TrainerCounter skipped = neutral.add(offset, example);
        if (skipped != null) {
            meters.count(skipped);
        } else if (neutral.isFull()) {
            neutral.score(reference());
        }
    }

    /** Says which version is the published one now, and since when. */
    public void published(ModelArtefact artefact, long timeMs) {
        if (published != null) {
            neutral.score(published);
        }
        boolean same = published == null && artefact.description().examples() == learnedAtPublication;
        closePublished();
        published = new PublishedModel(artefact, ModelSettings.SESSION);
        learnedAtPublication = artefact.description().examples();
        judgedMs = timeMs;
        // After a restart the window already holds this version's predictions.
        if (!same) {
            window.published();
        }
        meters.published(artefact.description().version());
    }

    /** Takes one example; trains when a batch is full. */
    public void accept(long offset, Example example) {
        TrainerCounter skipped = batch.add(example);
        if (skipped != null) {
            meters.count(skipped);
            if (batch.isEmpty()) {
                nextOffset = offset + 1;
            }
            return;
        }
        if (example.getWeight() < 0) {
            meters.count(TrainerCounter.CORRECTIONS);
        }
        if (batch.isFull()) {
            train(offset + 1);
        }
    }

    private void train(long offsetBehind) {
        int[] features = batch.features();
        float[] labels = batch.labels();
        float[] weights = batch.weights();
        SegmentCalibrations calibrated = calibration.current();
        var notes = new BatchNotes(features, labels, weights);
        float[] logits = learner.scoreAndTrain(features, labels, batch.trainingWeights(), watermark(), notes);
        if (!finite(logits)) {
            rollBack("a prediction was not finite");
            notes.takeAll = true;
            logits = learner.scoreAndTrain(features, labels, batch.trainingWeights(), watermark(), notes);
        }
        listener.predicted(logits, calibrated);
        learned += labels.length;
        watermarkMs = watermark();
        nextOffset = offsetBehind;
        if (learned <= learnedAtPublication) {
            // Replayed after a crash: the published version has seen these examples, so the comparison is not fair.
            window.published();
        }
        batch.clear();
        meters.count(TrainerCounter.EXAMPLES_TRAINED, labels.length);
    }

    private long watermark() {
        return Math.max(watermarkMs, batch.watermarkMs());
    }

    /**
     * What is noted of a batch beside the step on it: the published version's predictions, then window and calibration.
     *
     * <p>
     * The published version is asked about every example until there are enough to judge by, then about one in
     * {@link ExampleBatch#COMPARED}: asking about all would cost a fifth of the speed.
     *
     * <p>
     * Threading: run by the learner's threads while the arm's thread waits for them, so what it owns may be used.
     */
    private final class BatchNotes implements BesideStep {
        private final PublishedModel reference = reference();
        private final int[] features;
        private final float[] labels;
        private final float[] weights;
        /** Numbers of the examples that the published version is asked about. */
        private final int[] asked;
        private final float[] publishedLogits;
        /** Whether predictions are noted that are not finite, too. */
        private boolean takeAll;

        BatchNotes(int[] features, float[] labels, float[] weights) {
            boolean all = window.compared() < config.publish().minExamples();
            this.features = features;
            this.labels = labels;
            this.weights = weights;
            this.asked = IntStream.range(0, batch.size()).filter(i -> all || batch.compared(i)).toArray();
            this.publishedLogits = new float[labels.length];
            Arrays.fill(publishedLogits, Float.NaN);
        }

        @Override
        public int parts() {
            return Math.ceilDiv(asked.length, COMPARED_AT_ONCE);
        }

        @Override
        public void run(int part) {
            int from = part * COMPARED_AT_ONCE;
            int to = Math.min(asked.length, from + COMPARED_AT_ONCE);
            int fields = schema.size();
            int[] rows = new int[(to - from) * fields];
            for (int i = from; i < to; i++) {
                System.arraycopy(features, asked[i] * fields, rows, (i - from) * fields, fields);
            }
            float[] logits = reference.score(rows);
            for (int i = from; i < to; i++) {
                publishedLogits[asked[i]] = logits[i - from];
            }
        }

        @Override
        public void scored(float[] logits) {
            if (takeAll || finite(logits)) {
                for (int i = 0; i < labels.length; i++) {
                    note(i, Logistic.of(logits[i]), publishedLogits[i], labels[i] > 0, weights[i]);
                }
                calibration.refitWhenDue();
            }
        }
    }

    /* Everything that is told of an example comes from before it was learned from, its calibration included. */
    private void note(int i, double raw, float publishedLogit, boolean click, float weight) {
        String exchange = batch.exchange(i);
        int segment = segments.number(exchange);
        double published = Float.isNaN(publishedLogit) ? Double.NaN
                : reference().calibrated(Logistic.of(publishedLogit), exchange);
        window.add(new Prediction(raw, calibration.at(raw, segment), published,
                click, weight, segment, batch.modifier(i)));
        calibration.add(raw, click, weight, segment);
    }

    private PublishedModel reference() {
        if (published == null) {
            throw new IllegalStateException("arm " + arm + ": nothing is published yet to compare with");
        }
        return published;
    }

    /* What went wrong stays out of the weights for good: the last published ones are known to be sound. */
    private void rollBack(String reason) {
        long version = reference().description().version();
        meters.refused(TrainerCounter.MODELS_REFUSED_NOT_FINITE, reason);
        LOG.error("arm {}: {}; training goes on from version {}", arm, reason, version);
        learner.close();
        learner = settings.learner(reference().weights());
    }

    /**
     * Whether enough is new, also to be compared with the published version, and enough time has passed for a version to
     * be judged.
     */
    public boolean due(long nowMs) {
        long enough = config.publish().minExamples();
        return learned - learnedAtPublication >= enough
                && window.sincePublication() >= Math.min(enough, config.publish().window())
                && nowMs - judgedMs >= config.publish().minInterval().toMillis();
    }

    /**
     * Judges whether what was learned may be published; the rule is the same for every arm. A refusal is counted, logged,
     * and comes up for judgement again after {@code publish.min-interval}.
     *
     * @return why not; empty if it may
     */
    public Optional<Refusal> judge(long nowMs) {
        judgedMs = nowMs;
        Optional<Refusal> refusal = judgement();
        refusal.ifPresent(found -> {
            if (found.kind() == TrainerCounter.MODELS_REFUSED_NOT_FINITE) {
                rollBack(found.reason());
            } else {
                meters.refused(found.kind(), found.reason());
                LOG.warn("arm {}: no version after {}: {}", arm, reference().description().version(), found.reason());
            }
        });
        return refusal;
    }

    private Optional<Refusal> judgement() {
        String notFinite = notFinite(learner.snapshot());
        if (notFinite != null) {
            return Optional.of(new Refusal(TrainerCounter.MODELS_REFUSED_NOT_FINITE, notFinite));
        }
        return guard.judge(window.comparison());
    }

    private static @Nullable String notFinite(Weights weights) {
        for (NamedTensor tensor : weights.tensors()) {
            if (!finite(tensor.data())) {
                return "the tensor " + tensor.name() + " holds a number that is not finite";
            }
        }
        return null;
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** The weights as they are now, ready to be served; a copy. */
    public Weights weights() {
        return config.training().gaussianProcess()
                ? learner.servableWithProcess(settings.describe(arm, 0, -1, schema, watermarkMs, learned))
                : learner.servable();
    }

    /**
     * What model.json says of {@link #weights} as a version, λ calibrated on the last examples, or, before any, on
     * made-up ones that are the same for every arm.
     */
    public ModelDescription describe(Weights weights, long version, long parentVersion) {
        ModelDescription plain = settings.describe(arm, version, parentVersion, schema, watermarkMs, learned)
                .withCalibration(calibration.current());
        int[] rows = learner.recentRows();
        return plain.withAgeLambda(
                LambdaCalibration.calibrate(weights, plain, rows.length > 0 ? rows : madeUpRows(),
                        ModelSettings.SESSION));
    }

    private int[] madeUpRows() {
        var random = new SplittableRandom(config.model().seed());
        int[] rows = new int[CALIBRATION_ROWS * schema.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = schema.valueIndex(i % schema.size(), random.nextLong());
        }
        return rows;
    }

    /** What predictions go through before they price anything: what the next version will carry. */
    public SegmentCalibrations calibration() {
        return calibration.current();
    }

    /** Figures over the last examples; takes a few sorts. */
    public Figures figures() {
        return window.figures().with(neutral.figures());
    }

    /** Brings the meters up to date if anything was learned, or scored of the neutral arm, since the last time; figures once a second at most. */
    public void tell() {
        if (published != null) {
            neutral.score(published);
        }
        if (learned == learnedWhenTold && neutral.scored() == neutralWhenTold) {
            return;
        }
        long nowNs = System.nanoTime();
        if (learnedWhenTold >= 0 && nowNs - toldNs < TELL_NS) {
            meters.progress(meters.figures(), watermarkMs, nextOffset);
            return;
        }
        meters.progress(figures(), watermarkMs, nextOffset);
        meters.calibrated(calibration.clicks(), calibration.current().arm().size());
        learnedWhenTold = learned;
        neutralWhenTold = neutral.scored();
        toldNs = nowNs;
    }

    /** Offset of the first example that was not trained on. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Examples learned since version 0. */
    public long learned() {
        return learned;
    }

    /** Whether as many examples as allowed were learned since the last checkpoint. */
    public boolean checkpointDue() {
        return learned - learnedAtCheckpoint >= config.checkpoint().examples();
    }

    /**
     * Saves everything that the next start needs, in one file that is replaced whole.
     *
     * @param topicId identity of the topic that offsets belong to
     */
    public void checkpoint(String topicId) throws IOException {
        String notFinite = notFinite(learner.snapshot());
        if (notFinite != null) {
            rollBack(notFinite);
        }
        long version = published == null ? -1 : published.description().version();
        var notes = new HashMap<>(
                Map.of("topic-id", topicId, "next-offset", Long.toString(nextOffset), "learned", Long.toString(learned),
                        "learned-at-publication", Long.toString(learnedAtPublication), "watermark-ms",
                        Long.toString(watermarkMs), "version", Long.toString(version), "predictions", window.save(),
                        "segments", segments.save()));
        calibration.save(notes);
        if (published != null) {
            neutral.score(published);
        }
        notes.put("neutral-predictions", neutral.save());
        notes.put("neutral-offset", Long.toString(neutral.nextOffset()));
        learner.save(checkpointFile, notes);
        learnedAtCheckpoint = learned;
        meters.count(TrainerCounter.CHECKPOINTS);
    }

    private void closePublished() {
        if (published != null) {
            published.close();
            published = null;
        }
    }

    @Override
    public void close() {
        closePublished();
        learner.close();
    }
}
