package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.CtrModel.Ability;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine has to compute. */
class CtrModelTest {
    private static final FeatureSchema SMALL = SmallModels.schema();

    enum Engine {
        TENSORFLOW, ARRAY, PLAIN_ARRAY;

        CtrModel model(Weights weights) {
            ModelDescription description = SmallModels.description(weights.schema(), weights.architecture());
            return switch (this) {
                case TENSORFLOW -> new TensorFlowCtrModel(description, weights, TensorFlowOptions.singleThread());
                case ARRAY -> new ArrayCtrModel(description, weights, KernelChoice.kernels());
                case PLAIN_ARRAY -> new ArrayCtrModel(description, weights, KernelChoice.plain());
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheLogitWorkedOutByHand(Engine engine) {
        Weights weights = new Weights(SMALL, new Architecture(2, List.of(2), 0, 1));
        set(weights.embedding, 2 * 2, 1, 2); // site row 2
        set(weights.embedding, 2 * 6, 0.5f, -1); // hour row 6
        set(weights.embedding, 2 * 11, -2, 3); // creative row 11
        weights.linear[2] = 0.1f;
        weights.linear[6] = 0.2f;
        weights.linear[11] = 0.4f;
        weights.bias[0] = -1;
        // W is [6 inputs, 2 units], row by row.
        set(weights.hiddenWeights.get(0), 0, 1, 0, 0, 1, 1, 1, 0, -1, 2, 0, 0.5f, -1);
        set(weights.hiddenBiases.get(0), 0, 0.5f, 3);
        set(weights.output, 0, 10, 100);
        // x = (1, 2, 0.5, -1, -2, 3)
        // unit 0: 1 + 0.5 - 4 + 1.5 + 0.5 = -0.5 -> 0;  unit 1: 2 + 0.5 + 1 - 3 + 3 = 3.5
        // MLP = 350.  FM: <s,h> = 0.5 - 2 = -1.5; <s,c> = -2 + 6 = 4; <h,c> = -1 - 3 = -4; sum -1.5
        // logit = -1 + 0.7 - 1.5 + 350 = 348.2
        set(weights.gateWeights, 0, 0.5f, 2);
        weights.gateBiases[0] = 1;
        weights.gateOutput[0] = 3;
        weights.gateBias[0] = -7;
        // gate: relu(-1 + 6 + 1) = 6; 6 * 3 - 7 = 11
        Impression impression = new Impression(SMALL, new int[]{2, 6}, new int[]{11});
        int[] rows = {0};

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(2)) {
            float[] logits = new float[2];
            float[] gradients = new float[2];
            impression.begin(model, scratch);
            model.score(scratch, logits);
            assertThat(logits[0]).isCloseTo(348.2f, within(1e-4f));
            model.gate(rows, 1, scratch, logits);
            assertThat(logits[0]).isCloseTo(11f, within(1e-5f));
            // Δc = (0, 1): unit 0 becomes 0 (-0.5 + 0.5), unit 1 2.5; FM grows by s_1 + h_1 = 2 - 1 = 1
            model.scoreDisplaced(rows, 1, new float[]{0, 1}, scratch, logits);
            assertThat(logits[0]).isCloseTo(348.2f - 100 + 1, within(1e-4f));
            // ∂/∂c = W[c] (unit 1 only) * 100 + Σ others = (0, -100) + (1.5, 1)
            model.adGradients(rows, 1, scratch, gradients);
            assertThat(gradients).containsExactly(new float[]{1.5f, -99}, within(1e-4f));
            // At Δc = (0, 0.25) unit 0 is still closed: the MLP falls by 25, FM rises by 0.25; the gradient stays.
            model.adGradientsAt(rows, 1, new float[]{0, 0.25f}, scratch, logits, gradients);
            assertThat(logits[0]).isCloseTo(348.2f - 25 + 0.25f, within(1e-4f));
            assertThat(gradients).containsExactly(new float[]{1.5f, -99}, within(1e-4f));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithFiniteDifferencesWhenGradientsAreTaken(Engine engine) {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Weights weights = SmallModels.random(schema, new Architecture(8, List.of(32, 16), 0.2, 8), 0.3, 5);
        Impression impression = Impression.random(schema, 3, 11);
        int[] rows = impression.rows();

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(3)) {
            int adInputs = model.description().adInputs();
            float[] at = new float[3 * adInputs];
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < at.length; i++) {
                at[i] = (float) random.nextDouble(-0.1, 0.1);
            }
            float[] logits = new float[3];
            float[] gradients = new float[3 * adInputs];
            impression.begin(model, scratch);
            model.adGradientsAt(rows, 3, at, scratch, logits, gradients);

            float[] up = new float[3];
            float[] down = new float[3];
            float h = 1e-2f;
            int wrong = 0;
            for (int i = 0; i < adInputs; i++) {
                for (int row = 0; row < 3; row++) {
                    at[row * adInputs + i] += h;
                }
                model.scoreDisplaced(rows, 3, at, scratch, up);
                for (int row = 0; row < 3; row++) {
                    at[row * adInputs + i] -= 2 * h;
                }
                model.scoreDisplaced(rows, 3, at, scratch, down);
                for (int row = 0; row < 3; row++) {
                    at[row * adInputs + i] += h;
                    double slope = (up[row] - down[row]) / (2.0 * h);
                    if (Math.abs(slope - gradients[row * adInputs + i]) > 5e-3) {
                        wrong++;
                    }
                }
            }
            // A unit that crosses its kink within the step makes a difference; hardly any does.
            assertThat(wrong).isLessThan(3 * adInputs / 20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldScoreTheRowsAskedForAndKnowTheRequestsVariance(Engine engine) {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Weights weights = SmallModels.random(schema, new Architecture(4, List.of(12, 8), 0.3, 4), 0.5, 6);
        Impression impression = Impression.random(schema, 200, 2);
        int[] rows = new int[150];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i == 7 ? CtrModel.MASKED : 199 - i;
        }

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(200)) {
            float[] logits = new float[150];
            float[] all = new float[200];
            impression.begin(model, scratch);
            model.scoreRows(rows, 150, scratch, logits);
            model.score(scratch, all);

            for (int i = 0; i < 150; i++) {
                double expected = ReferenceDeepFm.logit(weights, impression.features(rows[i]), null, 0);
                assertThat((double) logits[i]).isCloseTo(expected, within(2e-5 * Math.max(1, Math.abs(expected))));
            }
            assertThat(logits[1]).isCloseTo(all[198], within(1e-5f));
            double variance = 0;
            for (int field = 0; field < schema.requestFields(); field++) {
                double sd = weights.rowPriorSd[field];
                variance += 1 / (1 / (sd * sd) + weights.rowInformation[impression.batch.request[field]]);
            }
            assertThat(model.requestRowVariance(scratch)).isCloseTo(variance, within(1e-6));
            double[] ofAds = new double[150];
            model.adRowVariances(rows, 150, scratch, ofAds);
            for (int i = 0; i < 150; i++) {
                double prior = 0;
                double ofAd = 0;
                for (int field = schema.requestFields(); field < schema.size(); field++) {
                    double sd = weights.rowPriorSd[field];
                    prior += sd * sd;
                    ofAd += 1 / (1 / (sd * sd) + weights.rowInformation[impression.features(rows[i])[field]]);
                }
                assertThat(ofAds[i]).isCloseTo(ofAd, within(1e-6));
                assertThat(model.adPriorVariance()).isCloseTo(prior, within(1e-12));
            }
            assertThat(List.of(Ability.MASKS, Ability.GRADIENTS, Ability.ROW_INFORMATION)).allMatch(model::can);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldApplyTheNumberedMasksWhenUnitsAreDropped(Engine engine) {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Architecture architecture = new Architecture(4, List.of(12, 8, 6), 0.3, 4);
        Weights weights = SmallModels.random(schema, architecture, 0.5, 6);
        Impression impression = Impression.random(schema, 4, 2);
        int[] rows = {0, 3, CtrModel.MASKED, 1};
        int passes = 5;
        int[] masks = new SplittableRandom(8).ints(4L * passes, 0, 1024).toArray();

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(4)) {
            float[] logits = new float[4 * passes];
            impression.begin(model, scratch);
            model.scoreDropped(rows, 4, masks, passes, scratch, logits);

            MaskBank bank = MaskBank.of(model.description());
            for (int i = 0; i < logits.length; i++) {
                double expected = ReferenceDeepFm.logit(weights, impression.features(rows[i / passes]), bank,
                        masks[i]);
                assertThat((double) logits[i]).isCloseTo(expected, within(2e-5 * Math.max(1, Math.abs(expected))));
            }
            float[] plain = new float[4];
            model.score(scratch, plain);
            for (int i = 0; i < 4; i++) {
                double expected = ReferenceDeepFm.logit(weights, impression.features(i), null, 0);
                assertThat((double) plain[i]).isCloseTo(expected, within(2e-5 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAverageToThePlainLogitWhenTheNetIsLinear(Engine engine) {
        // One hidden layer of positive units under positive inputs: the ReLU never bends, the logit is linear in the mask.
        Weights weights = SmallModels.random(SMALL, new Architecture(2, List.of(16), 0.2, 1), 0.5, 1);
        for (float[] values : List.of(weights.embedding, weights.hiddenWeights.get(0), weights.hiddenBiases.get(0))) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.abs(values[i]);
            }
        }
        Impression impression = new Impression(SMALL, new int[]{3, 7}, new int[]{10});

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(1)) {
            int[] masks = new int[1024];
            for (int i = 0; i < masks.length; i++) {
                masks[i] = i;
            }
            float[] dropped = new float[1024];
            float[] plain = new float[1];
            impression.begin(model, scratch);
            model.scoreDropped(new int[]{0}, 1, masks, masks.length, scratch, dropped);
            model.score(scratch, plain);

            double mean = 0;
            double squares = 0;
            for (float logit : dropped) {
                mean += logit / 1024;
            }
            for (float logit : dropped) {
                squares += (logit - mean) * (logit - mean) / 1023;
            }
            assertThat(squares).isPositive();
            assertThat(mean).isCloseTo(plain[0], within(3 * Math.sqrt(squares / 1024)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldScoreUnderMasksWhenThereIsNoHiddenLayer(Engine engine) {
        Weights weights = SmallModels.random(SMALL, new Architecture(2, List.of(), 0.2, 1), 0.5, 4);
        Impression impression = new Impression(SMALL, new int[]{2, 5}, new int[]{8});
        int[] rows = {0};

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(3)) {
            float[] dropped = new float[3];
            float[] plain = new float[1];
            float[] moved = new float[1];
            float[] gradient = new float[2];
            impression.begin(model, scratch);
            model.scoreDropped(rows, 1, new int[3], 3, scratch, dropped);
            model.score(scratch, plain);
            assertThat((double) plain[0])
                    .isCloseTo(ReferenceDeepFm.logit(weights, impression.features(0), null, 0), within(1e-6));
            assertThat(dropped).containsOnly(plain[0]);
            // Pairs between ad and request only, for there is one ad field: the logit is linear in the ad.
            model.adGradients(rows, 1, scratch, gradient);
            model.scoreDisplaced(rows, 1, new float[]{0.5f, -1}, scratch, moved);
            assertThat(moved[0]).isCloseTo(plain[0] + 0.5f * gradient[0] - gradient[1], within(1e-5f));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAScratchOfAnotherModel(Engine engine) {
        Weights weights = new Weights(SMALL, new Architecture(2, List.of(2), 0, 1));
        Impression impression = new Impression(SMALL, new int[]{2, 5}, new int[]{8});

        try (CtrModel one = engine.model(weights);
                CtrModel two = engine.model(weights);
                CtrScratch scratch = two.newScratch(1)) {
            assertThatThrownBy(() -> impression.begin(one, scratch))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another model");
        }
    }

    private static void set(float[] into, int from, float... values) {
        System.arraycopy(values, 0, into, from, values.length);
    }

    /** p / (1 − p) Σ (g h)², with g by differences: a unit's share is what the logit loses without it. */
    @ParameterizedTest
    @EnumSource
    void shouldGiveTheVarianceOfTheLinearisedNet(Engine engine) {
        // A last layer's unit enters the logit linearly, so g h is its output times its weight; one hidden layer is all.
        Weights weights = SmallModels.random(SMALL, new Architecture(2, List.of(5), 0.2, 1), 0.7, 9);
        Impression impression = new Impression(SMALL, new int[]{3, 6}, new int[]{11}, new int[]{9});
        int[] rows = {1, CtrModel.MASKED};

        try (CtrModel model = engine.model(weights); CtrScratch scratch = model.newScratch(2)) {
            float[] logits = new float[2];
            float[] variances = new float[2];
            impression.begin(model, scratch);
            model.droppedVariance(rows, 2, scratch, logits, variances);

            for (int i = 0; i < 2; i++) {
                int[] features = impression.features(rows[i]);
                double whole = ReferenceDeepFm.logit(weights, features, null, 0);
                double sum = 0;
                for (int unit = 0; unit < 5; unit++) {
                    Weights without = weights.copy();
                    without.output[unit] = 0;
                    double lost = whole - ReferenceDeepFm.logit(without, features, null, 0);
                    sum += lost * lost;
                }
                assertThat((double) logits[i]).isCloseTo(whole, within(1e-5));
                assertThat((double) variances[i]).isCloseTo(0.25 * sum, within(1e-5));
            }
        }
    }
}
