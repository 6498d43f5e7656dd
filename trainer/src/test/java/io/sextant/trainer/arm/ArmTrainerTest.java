package io.sextant.trainer.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.Samples;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmTrainerTest {
    private static final String ARM = "control";

    @TempDir
    Path models;
    private TrainerConfig config = Samples.config(Path.of("none"), Map.of());
    private ArmMeters meters = new ArmMeters(new SimpleMeterRegistry(), ARM);

    @BeforeEach
    void useDirectory() {
        config = Samples.config(models, Map.of());
        meters = new ArmMeters(new SimpleMeterRegistry(), ARM);
    }

    @Test
    void shouldStartAllArmsFromSameVersionWhenUntrained() {
        try (var control = new ArmTrainer("control", config, meters);
                var random = new ArmTrainer("random", config, meters)) {
            assertSame(control.weights(), random.weights());
            ModelDescription zero = control.describe(control.weights(), 0, -1);
            assertThat(zero.ageLambda()).isPositive()
                    .isEqualTo(random.describe(random.weights(), 0, -1).ageLambda());
            assertThat(zero.version()).isZero();
            assertThat(zero.parentVersion()).isEqualTo(-1);
        }
    }

    @Test
    void shouldEndWithSameWeightsWhenKilledAndRestartedBetweenCheckpoints() throws IOException {
        Weights straight;
        String window;
        try (var trainer = started()) {
            feed(trainer, 0, 1000);
            straight = trainer.weights();
            // what was seen of rows goes out with the weights, the fields' prior deviations fitted to it
            assertThat(straight.rowInformation).isNotEqualTo(new float[straight.rowInformation.length]);
            assertThat(straight.rowPriorSd)
                    .isNotEqualTo(new Weights(straight.schema(), straight.architecture()).rowPriorSd);
            window = trainer.figures().toString();
            assertThat(trainer.learned()).isEqualTo(992);
        }

        try (var first = started()) {
            feed(first, 0, 500);
            first.checkpoint("topic");
            // Learned after the checkpoint and lost with the process.
            feed(first, 500, 700);
        }
        try (var second = new ArmTrainer(ARM, config, meters)) {
            ArmTrainer.Resumption resumption = second.restore().orElseThrow();
            assertThat(resumption).isEqualTo(new ArmTrainer.Resumption("topic", 480, 0));
            second.published(ModelArtefact.read(ModelArtefact.directory(models, ARM, 0), null), 0);
            feed(second, resumption.nextOffset(), 1000);

            assertSame(second.weights(), straight);
            assertThat(second.figures()).hasToString(window);
            assertThat(second.nextOffset()).isEqualTo(992);
        }
    }

    @Test
    void shouldLearnWhenExamplesHaveSignal() throws IOException {
        try (var trainer = started()) {
            feed(trainer, 0, 10_000);

            assertThat(trainer.figures().normalisedEntropy()).isLessThan(1.1);
            assertThat(trainer.figures().auc()).isGreaterThan(0.6);
            assertThat(trainer.due(0)).isTrue();
            assertThat(trainer.judge(0)).isEmpty();
        }
    }

    @Test
    void shouldSkipAndCountWhenExampleCannotBeTrainedOn() throws IOException {
        try (var trainer = started()) {
            trainer.accept(0, Samples.builder(ARM, 0).setSchemaFingerprint(1).build());
            trainer.accept(1, Samples.builder(ARM, 1).setFeature(3, -1).build());
            trainer.accept(2, Samples.builder(ARM, 2).setFeature(0, Samples.schema().maskIndex(1)).build());
            trainer.accept(3, Samples.builder(ARM, 3).addFeature(0).build());
            trainer.accept(4, Samples.builder(ARM, 4).setWeight(Float.NaN).build());

            assertThat(meters.value(TrainerCounter.EXAMPLES_OTHER_SCHEMA)).isEqualTo(1);
            assertThat(meters.value(TrainerCounter.EXAMPLES_OUT_OF_RANGE)).isEqualTo(3);
            assertThat(meters.value(TrainerCounter.EXAMPLES_BAD_WEIGHT)).isEqualTo(1);
            assertThat(trainer.nextOffset()).isEqualTo(5);

            feed(trainer, 5, 36);
            assertThat(trainer.learned()).isZero();
            feed(trainer, 36, 37);
            assertThat(trainer.learned()).isEqualTo(32);
        }
    }

    @Test
    void shouldKeepCorrectionPairTogetherWhenBatchWouldEndBetween() throws IOException {
        try (var trainer = started()) {
            feed(trainer, 0, 31);
            trainer.accept(31, Samples.builder(ARM, 3).setClick(false).setWeight(-1).build());
            assertThat(trainer.learned()).isZero();
            trainer.accept(32, Samples.builder(ARM, 3).setClick(true).build());

            assertThat(trainer.learned()).isEqualTo(33);
            assertThat(meters.value(TrainerCounter.CORRECTIONS)).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseAndSayWhyWhenModelIsWorseThanPublishedOne() throws IOException {
        config = Samples.withRates(config, 5, 1);
        try (var trainer = started()) {
            feed(trainer, 0, 960);

            Refusal refusal = trainer.judge(7).orElseThrow();

            assertThat(refusal.kind()).isEqualTo(TrainerCounter.MODELS_REFUSED_WORSE);
            assertThat(refusal.reason()).matches("log loss \\d+\\.\\d{5} on \\d+ examples new to both is above the "
                    + "published version's \\d\\.\\d{5} by more than 2\\.0 %");
            assertThat(meters.value(TrainerCounter.MODELS_REFUSED_WORSE)).isEqualTo(1);
            assertThat(meters.lastRefusal()).isEqualTo(refusal.reason());
            assertThat(trainer.due(6)).isFalse();
        }
    }

    @Test
    void shouldWaitUntilEnoughIsNewToBothWhenTheVersionOutsideHasSeenMore() throws IOException {
        try (var trainer = started()) {
            feed(trainer, 0, 352);
            Weights weights = trainer.weights();
            trainer.published(ModelArtefact.write(models, trainer.describe(weights, 1, 0), weights), 0);

            feed(trainer, 352, 640);
            assertThat(trainer.due(0)).as("288 examples are new").isFalse();
            feed(trainer, 640, 672);
            assertThat(trainer.due(0)).as("320 examples are new").isTrue();
        }
    }

    @Test
    void shouldGoBackToPublishedWeightsWhenNumbersAreNotFinite() throws IOException {
        config = Samples.withRates(config, 0.05, 1e300);
        try (var trainer = started()) {
            Weights sound = trainer.weights();
            feed(trainer, 0, 32);

            Refusal refusal = trainer.judge(0).orElseThrow();

            assertThat(refusal.kind()).isEqualTo(TrainerCounter.MODELS_REFUSED_NOT_FINITE);
            assertThat(refusal.reason()).contains("not finite");
            assertSame(trainer.weights(), sound);
            // And again without being judged in between: the next batch notices.
            feed(trainer, 32, 96);
            assertThat(meters.value(TrainerCounter.MODELS_REFUSED_NOT_FINITE)).isEqualTo(2);
        }
    }

    @Test
    void shouldPutCheckpointAsideWhenItDoesNotFit() throws IOException {
        try (var trainer = started()) {
            trainer.checkpoint("topic");
        }
        TrainerConfig other = Samples.config(models, Map.of("model.embedding-size", "8"));
        try (var trainer = new ArmTrainer(ARM, other, meters)) {
            assertThat(trainer.restore()).isEmpty();
            assertThat(models.resolve(ARM).resolve("checkpoint.safetensors")).doesNotExist();
            assertThat(models.resolve(ARM).resolve("checkpoint.safetensors.refused")).exists();
        }
    }

    @Test
    void shouldLeaveNothingHalfWrittenWhenCheckpointIsReplaced() throws IOException {
        try (var trainer = started()) {
            trainer.checkpoint("topic");
            feed(trainer, 0, 64);
            trainer.checkpoint("topic");
        }
        try (var files = Files.list(models.resolve(ARM))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("0000000000", "checkpoint.safetensors");
        }
    }

    /**
     * 300 neutral examples among 1000 of the arm's own, the same before and after a kill between checkpoints: what is learned is
     * what would have been learned without them, and the figures are those of the published version's predictions.
     */
    @Test
    void shouldScoreNeutralExamplesByThePublishedVersionAndLearnNothingFromThem() throws IOException {
        Weights alone;
        try (var trainer = started()) {
            feed(trainer, 0, 1000);
            alone = trainer.weights();
        }
        PredictionFigures straight;
        try (var trainer = started()) {
            feedBoth(trainer, 0, 1300);
            trainer.tell();
            straight = trainer.figures().neutral();

            assertSame(trainer.weights(), alone);
            assertThat(meters.figures().neutral()).isEqualTo(straight);
            assertThat(trainer.figures().examples()).isEqualTo(992);
        }
        Predictions expected = Predictions.all();
        ModelArtefact version = ModelArtefact.read(ModelArtefact.directory(models, ARM, 0), null);
        try (var model = new PublishedModel(version, ModelSettings.SESSION)) {
            for (long offset = 0; offset < 1300; offset++) {
                if (isNeutral(offset)) {
                    Example example = neutral(offset);
                    int[] features = example.getFeatureList().stream().mapToInt(Integer::intValue).toArray();
                    expected.add(model.calibrated(Logistic.of(model.score(features)[0]), ""), example.getClick(),
                            example.getWeight());
                }
            }
        }
        assertThat(straight.examples()).isEqualTo(300);
        assertThat(straight.auc()).isCloseTo(expected.figures().auc(), within(1e-6));
        assertThat(straight.logLoss()).isCloseTo(expected.figures().logLoss(), within(1e-6));
        assertThat(straight.pcoc()).isCloseTo(expected.figures().pcoc(), within(1e-6));

        try (var first = started()) {
            feedBoth(first, 0, 700);
            first.checkpoint("topic");
            feedBoth(first, 700, 800);
        }
        try (var second = new ArmTrainer(ARM, config, meters)) {
            ArmTrainer.Resumption resumption = second.restore().orElseThrow();
            second.published(version, 0);
            assertThat(second.neutralOffset()).isEqualTo(696);
            feedBoth(second, resumption.nextOffset(), 1300);
            second.tell();

            assertThat(second.figures().neutral()).isEqualTo(straight);
            assertSame(second.weights(), alone);
        }
    }

    @Test
    void shouldSkipNeutralExamplesThatItCannotScore() throws IOException {
        try (var trainer = started()) {
            trainer.acceptNeutral(0, Samples.builder("neutral", 0).setSchemaFingerprint(1).build());
            trainer.acceptNeutral(1, neutral(1));
            trainer.tell();

            assertThat(meters.value(TrainerCounter.EXAMPLES_OTHER_SCHEMA)).isEqualTo(1);
            assertThat(meters.figures().neutral().examples()).isEqualTo(1);
            assertThat(trainer.figures().examples()).isZero();
        }
    }

    /** Of the first 1300 offsets, 300 are neutral; 695 is the last before 700. */
    private static boolean isNeutral(long offset) {
        return offset % 13 % 5 == 1;
    }

    private static Example neutral(long offset) {
        return Samples.example("neutral", offset + 1_000_000);
    }

    /* The arm's own are the same whatever lies between them. */
    private static void feedBoth(ArmTrainer trainer, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            if (isNeutral(offset)) {
                trainer.acceptNeutral(offset, neutral(offset));
            } else {
                trainer.accept(offset, Samples.example(ARM, own(offset)));
            }
        }
    }

    private static long own(long offset) {
        long neutral = 0;
        for (long before = 0; before < offset; before++) {
            neutral += isNeutral(before) ? 1 : 0;
        }
        return offset - neutral;
    }

    private ArmTrainer started() throws IOException {
        var trainer = new ArmTrainer(ARM, config, meters);
        Weights weights = trainer.weights();
        trainer.published(ModelArtefact.write(models, trainer.describe(weights, 0, -1), weights), 0);
        return trainer;
    }

    private static void feed(ArmTrainer trainer, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            Example example = Samples.example(ARM, offset);
            trainer.accept(offset, example);
        }
    }

    private static void assertSame(Weights actual, Weights expected) {
        List<NamedTensor> left = actual.tensors();
        List<NamedTensor> right = expected.tensors();
        assertThat(left).hasSameSizeAs(right);
        for (int i = 0; i < left.size(); i++) {
            assertThat(left.get(i).data()).as(left.get(i).name()).isEqualTo(right.get(i).data());
        }
    }
}
