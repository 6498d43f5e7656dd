package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.ctr.TensorFlowCtrModel;
import io.sextant.model.ctr.TensorFlowNet;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeepFmTrainerTest {
    private static final int[] FIRST = {0};
    private static final Architecture SMALL = new Architecture(8, List.of(32, 16), 0.1, 8);
    private static final int BATCH = 256;

    @TempDir
    private Path directory;

    @Test
    void shouldComeCloseToTheTruthWhenAWorldIsPlanted() {
        PlantedWorld world = new PlantedWorld(80_000, 1);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);
        Predictions learned = Predictions.last(20_000);
        Predictions truth = Predictions.last(20_000);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            double untrainedMasked = maskedLogLoss(trainer.snapshot(), world);
            train(trainer, world, 0, 80_000, learned);
            for (int i = 60_000; i < 80_000; i++) {
                truth.add(Logistic.of(world.trueLogits[i]), world.labels[i] > 0, 1);
            }

            PredictionFigures metrics = learned.figures();
            assertThat(truth.figures().auc()).isGreaterThan(0.7);
            assertThat(metrics.auc()).isGreaterThan(0.95 * truth.figures().auc());
            assertThat(metrics.logLoss()).isLessThan(truth.figures().logLoss() * 1.04);
            assertThat(metrics.pcoc()).isCloseTo(1, within(0.1));
            assertThat(metrics.normalisedEntropy()).isLessThan(1);
            // masked rows: 8 % of them, give or take four standard errors, and the masked net has learned the request
            assertThat(trainer.maskedExamples() / 80_000.0).isCloseTo(0.08,
                    within(4 * Math.sqrt(0.08 * 0.92 / 80_000)));
            double masked = maskedLogLoss(trainer.snapshot(), world);
            assertThat(masked).isLessThan(0.97 * untrainedMasked).isGreaterThan(metrics.logLoss());
        }
    }

    @Test
    void shouldTeachTheGateTheAverageRateOfTheAdAlone() {
        PlantedWorld world = new PlantedWorld(60_000, 3);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            train(trainer, world, 0, 60_000, Predictions.last(1));

            Weights weights = trainer.snapshot();
            int campaign = world.schema.missingIndex(3) + 1;
            int creative = world.schema.missingIndex(4) + 1;
            double clicks = 0;
            double shown = 0;
            for (int i = 0; i < 60_000; i++) {
                if (world.features[i * 5 + 3] == campaign && world.features[i * 5 + 4] == creative) {
                    clicks += world.labels[i];
                    shown++;
                }
            }
            float[] logit = new float[1];
            try (TensorFlowNet net = new TensorFlowNet(weights, new MaskBank(1, SMALL.hiddenUnits(), 0.1, 1),
                    TensorFlowOptions.singleThread())) {
                float[] ad = new float[2 * SMALL.embeddingSize()];
                System.arraycopy(weights.embedding, campaign * 8, ad, 0, 8);
                System.arraycopy(weights.embedding, creative * 8, ad, 8, 8);
                net.gate(ad, 1, logit);
            }
            double rate = clicks / shown;
            double predicted = 1 / (1 + Math.exp(-logit[0]));
            assertThat(predicted).isCloseTo(rate, within(0.02 + 4 * Math.sqrt(rate * (1 - rate) / shown)));
        }
    }

    @Test
    void shouldGiveTheSameWeightsBitForBitWhenTheBatchesAreTheSame() {
        PlantedWorld world = new PlantedWorld(3_000, 2);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 1e-6, 0.08, 5);

        Weights one = trained(world, config);
        Weights two = trained(world, config);
        Weights otherSeed = trained(world,
                new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 1e-6, 0.08, 6));

        assertSame(one, two);
        assertThat(otherSeed.output).isNotEqualTo(one.output);
    }

    @Test
    void shouldGoOnAsIfNothingHadHappenedWhenRestored() throws IOException {
        PlantedWorld world = new PlantedWorld(4_000, 2);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);
        Path file = directory.resolve("arm/checkpoint.safetensors");

        Weights straight;
        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            train(trainer, world, 0, 2_048, Predictions.last(1));
            trainer.save(file, Map.of("offset", "2047"));
            train(trainer, world, 2_048, 4_000, Predictions.last(1));
            straight = trainer.snapshot();
        }
        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            assertThat(trainer.restore(file)).containsExactly(Map.entry("offset", "2047"));
            assertThat(trainer.examples()).isEqualTo(2_048);
            train(trainer, world, 2_048, 4_000, Predictions.last(1));
            assertSame(trainer.snapshot(), straight);

            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 3] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> trainer.restore(file)).isInstanceOf(IOException.class)
                    .hasMessageContaining("checkpoint.safetensors").hasMessageContaining("damaged");
            assertSame(trainer.snapshot(), straight);
        }
    }

    @Test
    void shouldUndoALabelWhenACorrectionPairArrives() {
        // Without dropout or masks, and from the same point, the gradients of +1 and -1 are each other's opposite.
        PlantedWorld world = new PlantedWorld(2, 2);
        Architecture plain = new Architecture(4, List.of(4), 0, 2);
        TrainingConfig config = new TrainingConfig(plain, 2, 0.05, 0.1, 0.001, 0, 0, 5);
        int[] row = world.features(0, 1);
        int[] twice = Arrays.copyOf(row, 2 * row.length);
        System.arraycopy(row, 0, twice, row.length, row.length);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            Weights before = trainer.snapshot();
            trainer.scoreAndTrain(twice, new float[]{0, 0}, new float[]{1, -1});

            List<NamedTensor> after = trainer.snapshot().tensors();
            for (int i = 0; i < after.size(); i++) {
                assertThat(after.get(i).data()).containsExactly(before.tensors().get(i).data(), within(1e-6f));
            }
        }
    }

    @Test
    void shouldAddUpTheInformationOfTheRowsThatAnExampleTouches() {
        PlantedWorld world = new PlantedWorld(6, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 3, 0.05, 0.1, 0.002, 0, 0, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            double[] expected = new double[world.schema.rows()];
            for (int from = 0; from < 6; from += 3) {
                float[] logits = trainer.score(world.features(from, from + 3));
                trainer.scoreAndTrain(world.features(from, from + 3), world.labels(from, from + 3),
                        new float[]{1, 1, 1});
                for (int i = 0; i < 3 * 5; i++) {
                    double p = 1 / (1 + Math.exp(-logits[i / 5]));
                    expected[world.features[from * 5 + i]] += p * (1 - p);
                }
            }
            // a correction: the example was counted once and stays counted once
            int[] twice = Arrays.copyOf(world.features(0, 1), 10);
            System.arraycopy(twice, 0, twice, 5, 5);
            trainer.scoreAndTrain(twice, new float[]{0, 1}, new float[]{-1, 1});

            float[] information = trainer.snapshot().rowInformation;
            for (int row = 0; row < expected.length; row++) {
                assertThat((double) information[row]).isCloseTo(expected[row], within(1e-6));
            }
            // nothing is ever less than unknown
            trainer.scoreAndTrain(twice, new float[]{0, 0}, new float[]{-1, -1});
            trainer.scoreAndTrain(twice, new float[]{0, 0}, new float[]{-1, -1});
            assertThat(trainer.snapshot().rowInformation[twice[0]]).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void shouldGiveTheMaskRowsTheInformationOfHiddenAds() {
        PlantedWorld world = new PlantedWorld(64, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 64, 0.05, 0.1, 0.002, 0, 0.5, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            float[] logits = trainer.scoreAndTrain(world.features, world.labels, world.weights);
            double all = 0;
            for (float logit : logits) {
                double p = 1 / (1 + Math.exp(-logit));
                all += p * (1 - p);
            }
            float[] information = trainer.snapshot().rowInformation;
            double hidden = information[world.schema.maskIndex(3)];

            // every prediction is still near that of the prior, so information counts examples
            assertThat(trainer.maskedExamples()).isBetween(20L, 44L);
            assertThat(hidden).isCloseTo(all * trainer.maskedExamples() / 64, within(0.1 * all));
            assertThat((double) information[world.schema.maskIndex(4)]).isEqualTo(hidden);
            assertThat(sum(information, world.schema, 3)).isCloseTo(all, within(1e-4));
            assertThat(sum(information, world.schema, 0)).isCloseTo(all, within(1e-4));
            assertThat(information[world.schema.maskIndex(0)]).isZero();
        }
    }

    private static double sum(float[] values, FeatureSchema schema, int field) {
        double sum = 0;
        for (int row = 0; row < schema.fields().get(field).rows(); row++) {
            sum += values[schema.maskIndex(field) + row];
        }
        return sum;
    }

    @Test
    void shouldReadACheckpointFromBeforeRowsWereKnown() throws IOException {
        PlantedWorld world = new PlantedWorld(512, 2);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);
        Path file = directory.resolve("old.safetensors");

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            train(trainer, world, 0, 512, Predictions.last(1));
            trainer.save(file, Map.of());
            Weights trained = trainer.snapshot();
            removeRowKnowledge(file, new TrainerCheckpoint.Counters(2, 512, trainer.maskedExamples(), 0));

            try (DeepFmTrainer restored = trainer(world.schema, config)) {
                restored.restore(file);
                Weights weights = restored.snapshot();
                assertThat(weights.embedding).isEqualTo(trained.embedding);
                assertThat(weights.rowInformation).containsOnly(0);
                assertThat(weights.rowPriorSd).containsOnly(1);
            }
        }
    }

    private static void removeRowKnowledge(Path file, TrainerCheckpoint.Counters counters) throws IOException {
        List<NamedTensor> kept = new ArrayList<>();
        Map<String, String> texts;
        try (Safetensors tensors = Safetensors.open(file)) {
            texts = new HashMap<>(tensors.metadata());
            for (Map.Entry<String, List<Integer>> entry : tensors.shapes().entrySet()) {
                int[] shape = entry.getValue().stream().mapToInt(Integer::intValue).toArray();
                NamedTensor tensor = new NamedTensor(entry.getKey(),
                        new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
                tensors.read(tensor);
                if (!tensor.name().startsWith("row.")) {
                    kept.add(tensor);
                }
            }
        }
        texts.put("checksum", TrainerCheckpoint.checksum(kept, counters));
        Files.delete(file);
        Safetensors.write(file, texts, kept);
    }

    @Test
    void shouldReturnTheLogitsFromBeforeTheStep() {
        PlantedWorld world = new PlantedWorld(64, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 64, 0.05, 0.1, 0.002, 0, 0.5, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            float[] before = trainer.score(world.features);
            float[] returned = trainer.scoreAndTrain(world.features, world.labels, world.weights);
            assertThat(returned).isEqualTo(before);
            assertThat(trainer.score(world.features)).isNotEqualTo(before);
            assertThat(trainer.recentRows()).isEqualTo(world.features);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldDoWhatIsBesideAStepOnceWithItsPredictions(int threads) {
        PlantedWorld world = new PlantedWorld(1_200, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 1_200, 0.05, 0.1, 0.002, 0, 0.1, 5);
        BesideNotes beside = new BesideNotes(7);

        try (DeepFmTrainer alone = trainer(world.schema, config);
                DeepFmTrainer trainer = new DeepFmTrainer(alone.snapshot(), config, TensorFlowOptions.singleThread(),
                        threads)) {
            float[] expected = alone.scoreAndTrain(world.features, world.labels, world.weights);
            float[] logits = trainer.scoreAndTrain(world.features, world.labels, world.weights, 0, beside);

            assertThat(logits).isEqualTo(expected);
            assertThat(trainer.snapshot().embedding).isEqualTo(alone.snapshot().embedding);
            assertThat(beside.runs).hasToString("[1, 1, 1, 1, 1, 1, 1]");
            assertThat(beside.logits).containsExactly(logits);
            assertThat(beside.runsWhenScored).isEqualTo(7);

            // nothing of it moves the weights, but it is scored
            trainer.scoreAndTrain(world.features, world.labels, new float[1_200], 0, beside);
            assertThat(beside.logits).hasSize(2);
            assertThat(beside.runsWhenScored).isEqualTo(14);
        }
    }

    private static final class BesideNotes implements BesideStep {
        private final AtomicIntegerArray runs;
        private final List<float[]> logits = new ArrayList<>();
        private int runsWhenScored;

        BesideNotes(int parts) {
            this.runs = new AtomicIntegerArray(parts);
        }

        @Override
        public int parts() {
            return runs.length();
        }

        @Override
        public void run(int part) {
            runs.incrementAndGet(part);
        }

        @Override
        public void scored(float[] found) {
            logits.add(found);
            runsWhenScored = IntStream.range(0, runs.length()).map(runs::get).sum();
        }
    }

    @Test
    void shouldScoreWithFixedWeightsAsTheTrainerDoes() {
        PlantedWorld world = new PlantedWorld(600, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 600, 0.05, 0.1, 0.002, 0, 0.1, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            trainer.scoreAndTrain(world.features, world.labels, world.weights);
            try (NetScorer scorer = new NetScorer(trainer.snapshot(), TensorFlowOptions.singleThread())) {
                assertThat(scorer.score(world.features)).containsExactly(trainer.score(world.features), within(1e-5f));
                assertThat(scorer.score(new int[0])).isEmpty();
            }
        }
    }

    @Test
    void shouldRefuseTheBatchAndLearnNothingWhenAnExampleIsWrong() {
        PlantedWorld world = new PlantedWorld(2, 2);
        TrainingConfig config = new TrainingConfig(SMALL, 2, 0.05, 0.1, 0.002, 0, 0, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            Weights before = trainer.snapshot();
            int[] wrong = world.features.clone();
            wrong[6] = wrong[5];
            assertThatThrownBy(() -> trainer.scoreAndTrain(wrong, world.labels, world.weights))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("example 1")
                    .hasMessageContaining("field hour, 32 to 63");
            assertThatThrownBy(() -> trainer.scoreAndTrain(world.features, new float[]{0, Float.NaN}, world.weights))
                    .hasMessageContaining("example 1: labels holds NaN");
            assertThatThrownBy(() -> trainer.scoreAndTrain(world.features, world.labels, new float[1]))
                    .hasMessageContaining("1 weights for 2 examples");
            assertSame(trainer.snapshot(), before);
        }
    }

    @Test
    void shouldMoveTheMedianLogitByATenthWhenLambdaIsCalibrated() {
        PlantedWorld world = new PlantedWorld(10_000, 4);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            train(trainer, world, 0, 10_000, Predictions.last(1));
            Weights weights = trainer.snapshot();
            ModelDescription description = new ModelDescription("a", 1, 0, world.schema, 8, SMALL.hidden(), 0.1, 1024,
                    3,
                    8, 1, 0, 0, 0);
            int[] rows = world.features(9_000, 10_000);
            double lambda = LambdaCalibration.calibrate(weights, description, rows, TensorFlowOptions.singleThread());

            // first-order check, computed apart: |Δlogit| ≈ λ · δ · ‖∇f‖ near the calibrated step
            assertThat(lambda).isGreaterThan(LambdaCalibration.PAPER_LAMBDA).isLessThan(1_000);
            assertThat(medianMove(weights, description, world.features(9_488, 10_000), lambda)).isCloseTo(0.1,
                    within(0.002));
            ModelDescription noDropout = new ModelDescription("a", 1, 0, world.schema, 8, SMALL.hidden(), 0, 1024, 3, 8,
                    1, 0, 0, 0);
            assertThat(LambdaCalibration.calibrate(weights, noDropout, rows, TensorFlowOptions.singleThread()))
                    .isEqualTo(LambdaCalibration.PAPER_LAMBDA);
        }
    }

    @Test
    void shouldServeAProcessThatIsSurerTheMoreWasLearned() {
        PlantedWorld world = new PlantedWorld(6_000, 4);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);
        ModelDescription description = new ModelDescription("a", 1, 0, world.schema, 8, SMALL.hidden(), 0.1, 1024, 3,
                8, 1, 0, 0, 0);

        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            assertThat(trainer.servableWithProcess(description).process()).as("nothing learned").isNull();
            train(trainer, world, 0, 500, Predictions.last(1));
            double early = meanProcessVariance(trainer.servableWithProcess(description), description, world);
            train(trainer, world, 500, 6_000, Predictions.last(1));
            Weights late = trainer.servableWithProcess(description);

            assertThat(meanProcessVariance(late, description, world)).isPositive().isLessThan(early);
            assertThat(trainer.snapshot().process()).isNull();
            try (DeepFmTrainer next = new DeepFmTrainer(late, config, TensorFlowOptions.singleThread())) {
                assertThat(next.snapshot().process()).isNull();
            }
        }
    }

    private static double meanProcessVariance(Weights weights, ModelDescription description, PlantedWorld world) {
        int[] features = world.features(5_800, 6_000);
        int width = SMALL.hidden().getLast();
        float[] outputs = new float[200 * width];
        LastHidden.of(description, weights, features, new float[200], outputs);
        GaussianProcess process = Objects.requireNonNull(weights.process());
        double[] place = new double[2 * GaussianProcess.POINTS];
        double sum = 0;
        for (int i = 0; i < 200; i++) {
            process.locate(outputs, i * width, place);
            sum += process.variance(place) / 200;
        }
        return sum;
    }

    private static double probability(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** The median |f(x + λδg) − f(x)| over gated rows, one row at a time through the engine that serves. */
    private static double medianMove(Weights weights, ModelDescription description, int[] features, double lambda) {
        FeatureSchema schema = weights.schema();
        double[] moves = new double[features.length / schema.size()];
        int kept = 0;
        try (var model = new TensorFlowCtrModel(description, weights,
                TensorFlowOptions.singleThread()); var scratch = model.newScratch(20)) {
            for (int row = 0; row < moves.length; row++) {
                var batch = new FeatureBatch(schema, 1);
                System.arraycopy(features, row * 5, batch.request, 0, 3);
                batch.add(0);
                int[] ad = {features[row * 5 + 3], features[row * 5 + 4]};
                model.begin(model.prepare(new AdTable(schema, List.of(ad))), batch, scratch);
                float[] logit = new float[1];
                float[] gate = new float[1];
                float[] gradient = new float[16];
                float[] dropped = new float[20];
                int[] masks = new int[20];
                for (int i = 0; i < 20; i++) {
                    masks[i] = (row * 20 + i) % 1024;
                }
                model.adGradientsAt(FIRST, 1, new float[16], scratch, logit, gradient);
                model.gate(FIRST, 1, scratch, gate);
                model.scoreDropped(FIRST, 1, masks, 20, scratch, dropped);
                double delta = 0;
                for (float pass : dropped) {
                    // f is the click probability, as where AGE is served
                    delta += Math.pow(probability(pass) - probability(logit[0]), 2) / 19;
                }
                double norm = 0;
                for (float g : gradient) {
                    norm += g * g;
                }
                if (logit[0] >= gate[0]) {
                    float[] displacement = new float[16];
                    for (int i = 0; i < 16; i++) {
                        displacement[i] = (float) (lambda * Math.sqrt(delta) * gradient[i] / Math.sqrt(norm));
                    }
                    float[] after = new float[1];
                    model.scoreDisplaced(FIRST, 1, displacement, scratch, after);
                    moves[kept++] = Math.abs(after[0] - logit[0]);
                }
            }
        }
        Arrays.sort(moves, 0, kept);
        return moves[kept / 2];
    }

    private static double maskedLogLoss(Weights weights, PlantedWorld world) {
        FeatureSchema schema = world.schema;
        int[] masked = world.features(60_000, 64_000);
        for (int i = 0; i < masked.length; i++) {
            int field = i % schema.size();
            masked[i] = field >= schema.requestFields() ? schema.maskIndex(field) : masked[i];
        }
        Predictions validation = Predictions.last(4_000);
        TrainingConfig config = new TrainingConfig(SMALL, BATCH, 0.05, 0.1, 0.002, 0, 0.08, 5);
        try (DeepFmTrainer scorer = new DeepFmTrainer(weights, config, TensorFlowOptions.singleThread())) {
            float[] logits = scorer.score(masked);
            for (int i = 0; i < logits.length; i++) {
                validation.add(Logistic.of(logits[i]), world.labels[60_000 + i] > 0, 1);
            }
        }
        return validation.figures().logLoss();
    }

    private static Weights trained(PlantedWorld world, TrainingConfig config) {
        try (DeepFmTrainer trainer = trainer(world.schema, config)) {
            train(trainer, world, 0, world.labels.length, Predictions.last(1));
            return trainer.snapshot();
        }
    }

    private static DeepFmTrainer trainer(FeatureSchema schema, TrainingConfig config) {
        return new DeepFmTrainer(Weights.initial(schema, config.architecture(), 1, 0.1), config,
                TensorFlowOptions.singleThread());
    }

    private static void train(DeepFmTrainer trainer, PlantedWorld world, int from, int to,
            Predictions validation) {
        for (int start = from; start < to; start += BATCH) {
            int end = Math.min(to, start + BATCH);
            float[] logits = trainer.scoreAndTrain(world.features(start, end), world.labels(start, end),
                    world.weights(start, end));
            for (int i = 0; i < logits.length; i++) {
                validation.add(Logistic.of(logits[i]), world.labels[start + i] > 0, 1);
            }
        }
    }

    private static void assertSame(Weights actual, Weights expected) {
        List<NamedTensor> tensors = expected.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            assertThat(actual.tensors().get(i).data()).as(tensors.get(i).name()).isEqualTo(tensors.get(i).data());
        }
    }
}
