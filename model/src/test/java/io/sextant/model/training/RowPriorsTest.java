package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowPriorsTest {
    private static final int VALUES = 256;
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of(new FeatureSchema.Field("site", false, VALUES + FeatureSchema.FIRST_VALUE),
                    new FeatureSchema.Field("creative", true, 8)),
            1);

    /** Estimates as Bayes would have them: shrunk by what is known, so that the fit must give back what was planted. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1.5})
    void shouldGiveThePlantedDeviationBackWhenTheEffectsArePosteriorMeans(double tau) {
        Weights weights = linearModel();
        SplittableRandom random = new SplittableRandom(7);
        for (int value = 0; value < VALUES; value++) {
            int row = FeatureSchema.FIRST_VALUE + value;
            double information = Math.exp(random.nextDouble(0, 6));
            double effect = random.nextGaussian(0, tau);
            double estimate = effect + random.nextGaussian(0, 1 / Math.sqrt(information));
            double known = tau * tau * information;
            weights.rowInformation[row] = (float) information;
            weights.linear[row] = (float) (3 + estimate * known / (1 + known));
        }

        RowPriors.fit(weights, linearScore(weights));

        // Few examples tell little about a small τ: its standard error is a third.
        assertThat((double) weights.rowPriorSd[0]).isCloseTo(tau, within(tau < 0.2 ? 0.35 * tau : 0.15 * tau));
    }

    @Test
    void shouldSolveTheFixedPointOfTheStepWhenTwoRowsAreSeen() {
        // ŵ = ±0.3 with F = 10 each: τ⁴ · 10 / (1 + 10 τ²) = 0.09, so 10 τ⁴ − 0.9 τ² − 0.09 = 0,
        // τ² = (0.9 + √(0.81 + 3.6)) / 20 = 0.15
        Weights weights = linearModel();
        weights.linear[2] = 0.3f;
        weights.linear[3] = -0.3f;
        weights.rowInformation[2] = 10;
        weights.rowInformation[3] = 10;
        weights.linear[0] = 99; // MASK is not one of the values
        weights.rowInformation[0] = 50;
        weights.linear[4] = 99; // nor is a row that was never seen

        RowPriors.fit(weights, linearScore(weights));

        assertThat((double) weights.rowPriorSd[0]).isCloseTo(Math.sqrt(0.15), within(1e-6));
    }

    @Test
    void shouldKeepToItsBoundsWhenEffectsAreNothingOrEnormous() {
        Weights same = linearModel();
        Weights enormous = linearModel();
        Arrays.fill(same.rowInformation, 2, 2 + VALUES, 100);
        Arrays.fill(enormous.rowInformation, 2, 2 + VALUES, 100);
        for (int value = 0; value < VALUES; value++) {
            enormous.linear[2 + value] = value - 100;
        }

        RowPriors.fit(same, linearScore(same));
        RowPriors.fit(enormous, linearScore(enormous));

        assertThat((double) same.rowPriorSd[0]).isCloseTo(RowPriors.TAU_MIN, within(1e-6));
        assertThat((double) enormous.rowPriorSd[0]).isCloseTo(RowPriors.TAU_MAX, within(1e-6));
    }

    @Test
    void shouldTakeOneWhereFewerThanTwoRowsWereSeen() {
        Weights weights = linearModel();
        weights.rowInformation[2] = 5;
        weights.linear[2] = 2;
        weights.rowPriorSd[0] = 0.5f;

        RowPriors.fit(weights, linearScore(weights));

        assertThat(weights.rowPriorSd).containsExactly(1, 1);
    }

    /** A net in training knows rare rows less well than Bayes would: a third too low at most in a field of rare rows. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void shouldFindThePlantedDeviationsWhenTheNetIsTrained(double factor) {
        ZipfWorld world = new ZipfWorld(factor, 5);
        Architecture architecture = new Architecture(8, List.of(32, 16), 0.1, 8);
        TrainingConfig config = new TrainingConfig(architecture, 256, 0.05, 0.1, 0.001, 0, 0.08, 5);

        try (DeepFmTrainer trainer = new DeepFmTrainer(Weights.initial(world.schema, architecture, 1, 0.04), config,
                TensorFlowOptions.singleThread())) {
            ZipfWorld.train(trainer, world.next(100_000));
            Weights servable = trainer.servable();

            for (int field = 0; field < world.schema.size(); field++) {
                double planted = world.effectSds[field];
                assertThat((double) servable.rowPriorSd[field]).as(world.schema.fields().get(field).name())
                        .isBetween(0.67 * planted, 1.25 * planted);
            }
            assertThat(trainer.servable().rowPriorSd).isEqualTo(servable.rowPriorSd);
            assertThat(trainer.snapshot().rowPriorSd).containsOnly(1);
        }
    }

    private static Weights linearModel() {
        return new Weights(SCHEMA, new Architecture(1, List.of(1), 0, 1));
    }

    private static Function<int[], float[]> linearScore(Weights weights) {
        return features -> {
            float[] logits = new float[features.length / SCHEMA.size()];
            for (int i = 0; i < features.length; i++) {
                logits[i / SCHEMA.size()] += weights.linear[features[i]];
            }
            return logits;
        };
    }
}
