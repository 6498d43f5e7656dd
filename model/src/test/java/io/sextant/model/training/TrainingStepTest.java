package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.ctr.TensorFlowNet;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one step computes, against derivatives taken by differences and against the net that serves. */
class TrainingStepTest {
    private static final long MS_PER_HOUR = 3_600_000;
    private static final Architecture SMALL = new Architecture(8, List.of(32, 16), 0.1, 8);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"32,16", "8", ""})
    void shouldFollowTheSlopeOfTheLossInEmbeddingsAndNet(String hidden) throws IOException {
        // AdaGrad and Adam hide the gradient's size: a step of 1000 under a sum of squares of 10^6 shows that of a row,
        // Adam's first mean that of the net.
        List<Integer> widths = Arrays.stream(hidden.split(",")).filter(w -> !w.isEmpty()).map(Integer::valueOf)
                .toList();
        Architecture architecture = new Architecture(8, widths, 0, 4);
        TrainingConfig config = new TrainingConfig(architecture, 64, 1000, 1e6, 1e-9, 0, 0, 5);
        PlantedWorld world = new PlantedWorld(40, 2);
        Weights weights = Weights.initial(world.schema, architecture, 1, 0.2);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < weights.embedding.length; i++) {
            weights.embedding[i] = (float) (0.5 * random.nextGaussian());
        }
        float[] signs = world.weights.clone();
        signs[3] = -1;
        signs[5] = 0;
        Path file = directory.resolve("checkpoint");
        float[] moved;
        try (DeepFmTrainer trainer = trainer(weights, config)) {
            trainer.scoreAndTrain(world.features, world.labels, signs);
            moved = trainer.snapshot().embedding;
            trainer.save(file, Map.of());
        }

        // Differences go astray where a ReLU bends in between: one in ten may.
        int close = 0;
        for (int i = 0; i < 40; i++) {
            int at = world.features[random.nextInt(world.features.length)] * 8 + random.nextInt(8);
            double slope = slope(weights, weights.embedding, at, config, world, signs);
            close += Math.abs(weights.embedding[at] - moved[at] - slope) < 4e-3 + 0.01 * Math.abs(slope) ? 1 : 0;
        }
        assertThat(close).isGreaterThanOrEqualTo(36);
        for (NamedTensor tensor : weights.net()) {
            float[] mean = read(file, "adam.mean." + tensor.name(), tensor);
            if (!tensor.name().startsWith("gate.")) {
                int at = random.nextInt(mean.length);
                double slope = slope(weights, tensor.data(), at, config, world, signs) / 39;
                assertThat(mean[at] / 0.1).as(tensor.name()).isCloseTo(slope, within(1e-3 + 0.03 * Math.abs(slope)));
            }
        }
    }

    private static float[] read(Path file, String name, NamedTensor like) throws IOException {
        NamedTensor tensor = new NamedTensor(name, new float[like.data().length], like.shape());
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.read(tensor);
        }
        return tensor.data();
    }

    private static double slope(Weights weights, float[] array, int at, TrainingConfig config, PlantedWorld world,
            float[] signs) {
        float value = array[at];
        array[at] = value + 0.003f;
        double above = loss(weights, config, world, signs);
        array[at] = value - 0.003f;
        double below = loss(weights, config, world, signs);
        array[at] = value;
        return (above - below) / 0.006;
    }

    private static double loss(Weights weights, TrainingConfig config, PlantedWorld world, float[] signs) {
        float[] logits;
        try (DeepFmTrainer trainer = trainer(weights, config)) {
            logits = trainer.score(world.features);
        }
        double loss = 0;
        for (int i = 0; i < logits.length; i++) {
            double z = world.labels[i] > 0 ? -logits[i] : logits[i];
            loss += signs[i] * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
        }
        return loss;
    }

    @Test
    void shouldScoreAsTheNetThatServes() {
        PlantedWorld world = new PlantedWorld(1_500, 3);
        TrainingConfig config = new TrainingConfig(SMALL, 1_500, 0.05, 0.1, 0.002, 0, 0.3, 5);
        try (DeepFmTrainer trainer = trainer(Weights.initial(world.schema, SMALL, 1, 0.1), config)) {
            trainer.scoreAndTrain(world.features, world.labels, world.weights);
            Weights weights = trainer.snapshot();
            float[] rows = new float[world.features.length * 8];
            float[] sums = new float[1_500];
            float[] expected = new float[1_500];
            weights.gather(world.features, 1_500, rows, sums);
            try (TensorFlowNet net = new TensorFlowNet(weights, new MaskBank(1, SMALL.hiddenUnits(), 0, 1),
                    TensorFlowOptions.singleThread())) {
                net.score(rows, sums, 1_500, expected);
            }
            assertThat(trainer.score(world.features)).containsExactly(expected, within(1e-5f));
            // rows whose ad is hidden in training are scored with their ad
            assertThat(trainer.scoreAndTrain(world.features, world.labels, world.weights)).containsExactly(expected,
                    within(1e-5f));
        }
    }

    @Test
    void shouldGiveTheSameBitsOnAnyNumberOfThreads() {
        PlantedWorld world = new PlantedWorld(4_000, 2);
        RowRetention retention = new RowRetention(2, Duration.ofHours(3), Duration.ofHours(5));
        TrainingConfig config = new TrainingConfig(SMALL, 1_300, 0.05, 0.1, 0.002, 1e-6, 0.08, 1, retention, 5);
        Weights one = trained(world, config, 1);

        for (int threads = 2; threads <= 3; threads++) {
            List<NamedTensor> other = trained(world, config, threads).tensors();
            for (int i = 0; i < other.size(); i++) {
                assertThat(other.get(i).data()).as(other.get(i).name()).isEqualTo(one.tensors().get(i).data());
            }
        }
    }

    private static Weights trained(PlantedWorld world, TrainingConfig config, int threads) {
        try (DeepFmTrainer trainer = new DeepFmTrainer(Weights.initial(world.schema, SMALL, 1, 0.1), config,
                TensorFlowOptions.singleThread(), threads)) {
            for (int from = 0; from < 4_000; from += 1_300) {
                int to = Math.min(4_000, from + 1_300);
                trainer.scoreAndTrain(world.features(from, to), world.labels(from, to), world.weights(from, to),
                        (1 + from / 1_300) * MS_PER_HOUR);
            }
            return trainer.snapshot();
        }
    }

    @Test
    void shouldPredictTheSameRateWhenATenthOfTheNegativesIsLearned() {
        PlantedWorld world = new PlantedWorld(60_000, 1);
        double all = pcoc(world, 1);
        double tenth = pcoc(world, 0.1);

        // over the last 20,000 examples; the noise of their clicks is the same for both
        assertThat(all).isCloseTo(1, within(0.08));
        assertThat(tenth).isCloseTo(1, within(0.12));
    }

    private static double pcoc(PlantedWorld world, double share) {
        TrainingConfig config = new TrainingConfig(SMALL, 1_000, 0.05, 0.1, 0.002, 0, 0.08, share,
                RowRetention.FOR_GOOD, 5);
        SplittableRandom random = new SplittableRandom(4);
        double predicted = 0;
        double clicked = 0;
        try (DeepFmTrainer trainer = trainer(Weights.initial(world.schema, SMALL, 1, 0.1), config)) {
            assertThat(Math.abs(trainer.score(world.features(0, 1))[0] - Math.log(0.1 / 0.9))).isLessThan(0.5);
            for (int from = 0; from < 60_000; from += 1_000) {
                float[] labels = world.labels(from, from + 1_000);
                float[] weights = world.weights(from, from + 1_000);
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = labels[i] > 0 || random.nextDouble() < share ? 1 : 0;
                }
                float[] logits = trainer.scoreAndTrain(world.features(from, from + 1_000), labels, weights);
                for (int i = 0; i < logits.length && from >= 40_000; i++) {
                    predicted += 1 / (1 + Math.exp(-logits[i]));
                    clicked += labels[i];
                }
            }
            // what is served is corrected, too, and training goes on from it as if it had not been
            try (DeepFmTrainer successor = trainer(trainer.servable(), config);
                    DeepFmTrainer plain = trainer(trainer.servable(),
                            new TrainingConfig(SMALL, 1_000, 0.05, 0.1, 0.002, 0, 0.08, 5))) {
                float[] expected = trainer.score(world.features(0, 100));
                assertThat(successor.score(world.features(0, 100))).containsExactly(expected, within(1e-5f));
                assertThat(plain.score(world.features(0, 100))).containsExactly(expected, within(1e-5f));
            }
        }
        return predicted / clicked;
    }

    @Test
    void shouldLearnRowsFromTheirSecondExampleOn() {
        FeatureSchema schema = schema();
        TrainingConfig config = new TrainingConfig(SMALL, 4, 0.05, 0.1, 0.002, 0, 0, 1,
                new RowRetention(2, Duration.ZERO, Duration.ZERO), 1);
        Weights initial = Weights.initial(schema, SMALL, 1, 0.1);
        int site = schema.missingIndex(0) + 1;
        int missing = schema.missingIndex(1);
        try (DeepFmTrainer trainer = trainer(initial, config)) {
            train(trainer, 1, site, missing);
            Weights once = trainer.snapshot();
            assertThat(row(once, site)).isEqualTo(row(initial, site));
            assertThat(once.rowInformation[site]).isZero();
            assertThat(once.linear[site]).isZero();
            assertThat(row(once, missing)).isNotEqualTo(row(initial, missing));
            assertThat(trainer.liveRows()).isZero();

            train(trainer, 1, site, missing);
            Weights twice = trainer.snapshot();
            assertThat(row(twice, site)).isNotEqualTo(row(initial, site));
            assertThat(twice.linear[site]).isNotZero();
            // of the second example alone
            assertThat((double) twice.rowInformation[site]).isCloseTo(0.09, within(0.02));
            assertThat(trainer.liveRows()).isEqualTo(2);
        }
    }

    @Test
    void shouldForgetRowsThatNobodyUsesAndHalveWhatIsKnown() throws IOException {
        FeatureSchema schema = schema();
        TrainingConfig config = new TrainingConfig(SMALL, 4, 0.05, 0.1, 0.002, 0, 0, 1,
                new RowRetention(1, Duration.ofHours(10), Duration.ofHours(5)), 1);
        Weights initial = Weights.initial(schema, SMALL, 1, 0.1);
        int site = schema.missingIndex(0) + 1;
        int other = site + 1;
        int ad = schema.missingIndex(1) + 1;
        Path file = directory.resolve("checkpoint");
        try (DeepFmTrainer trainer = trainer(initial, config)) {
            train(trainer, 1_000, site, ad);
            float known = trainer.snapshot().rowInformation[site];
            train(trainer, 1_005, other, ad);
            assertThat(trainer.snapshot().rowInformation[site]).isCloseTo(known / 2, within(1e-6f));
            // time does not go back
            train(trainer, 1_001, other, ad);
            assertThat(trainer.snapshot().rowInformation[site]).isCloseTo(known / 2, within(1e-6f));
            trainer.save(file, Map.of());
            train(trainer, 1_009, other, ad);
            assertThat(row(trainer.snapshot(), site)).isNotEqualTo(row(initial, site));
            train(trainer, 1_010, other, ad);
            assertForgotten(trainer.snapshot(), initial, site);
            assertThat(row(trainer.snapshot(), ad)).isNotEqualTo(row(initial, ad));
            assertThat(trainer.liveRows()).isEqualTo(2);

            // the same after a restart in between
            try (DeepFmTrainer restored = trainer(initial, config)) {
                restored.restore(file);
                train(restored, 1_009, other, ad);
                train(restored, 1_010, other, ad);
                List<NamedTensor> tensors = restored.snapshot().tensors();
                for (int i = 0; i < tensors.size(); i++) {
                    assertThat(tensors.get(i).data()).isEqualTo(trainer.snapshot().tensors().get(i).data());
                }
            }
            // and learned anew as if for the first time
            train(trainer, 1_011, site, ad);
            assertThat(trainer.snapshot().rowInformation[site]).isPositive();
        }
    }

    private static void assertForgotten(Weights weights, Weights initial, int row) {
        assertThat(row(weights, row)).isEqualTo(row(initial, row));
        assertThat(weights.linear[row]).isZero();
        assertThat(weights.rowInformation[row]).isZero();
    }

    private static FeatureSchema schema() {
        return new FeatureSchema(List.of(new FeatureSchema.Field("site", false, 8),
                new FeatureSchema.Field("creative", true, 8)), 1);
    }

    private static void train(DeepFmTrainer trainer, long hour, int site, int ad) {
        trainer.scoreAndTrain(new int[]{site, ad}, new float[]{1}, new float[]{1}, hour * MS_PER_HOUR + 17);
    }

    private static float[] row(Weights weights, int row) {
        return Arrays.copyOfRange(weights.embedding, row * 8, (row + 1) * 8);
    }

    private static DeepFmTrainer trainer(Weights start, TrainingConfig config) {
        return new DeepFmTrainer(start, config, TensorFlowOptions.singleThread());
    }
}
