package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TensorFlowCtrModelTest {
    private static final FeatureSchema SMALL = SmallModels.schema();

    @Test
    void shouldGiveTheLogitWorkedOutByHand() {
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
        FeatureBatch batch = new FeatureBatch(SMALL, 2);
        batch.request[0] = 2;
        batch.request[1] = 6;
        batch.add(new int[]{11});

        try (CtrModel model = model(weights); CtrScratch scratch = model.newScratch(2)) {
            float[] logits = new float[2];
            float[] gradients = new float[2];
            model.score(batch, scratch, logits);
            assertThat(logits[0]).isCloseTo(348.2f, within(1e-4f));
            model.gate(batch, scratch, logits);
            assertThat(logits[0]).isCloseTo(11f, within(1e-5f));
            // Δc = (0, 1): unit 0 becomes 0 (-0.5 + 0.5), unit 1 2.5; FM grows by s_1 + h_1 = 2 - 1 = 1
            model.scoreDisplaced(batch, new float[]{0, 1}, scratch, logits);
            assertThat(logits[0]).isCloseTo(348.2f - 100 + 1, within(1e-4f));
            // ∂/∂c = W[c] (unit 1 only) * 100 + Σ others = (0, -100) + (1.5, 1)
            model.adGradients(batch, new float[2], scratch, logits, gradients);
            assertThat(gradients).containsExactly(new float[]{1.5f, -99}, within(1e-4f));
        }
    }

    @Test
    void shouldAgreeWithFiniteDifferencesWhenGradientsAreTaken() {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Weights weights = SmallModels.random(schema, new Architecture(8, List.of(32, 16), 0.2, 8), 0.3, 5);
        FeatureBatch batch = randomBatch(schema, 3, 11);

        try (CtrModel model = model(weights); CtrScratch scratch = model.newScratch(3)) {
            int adInputs = model.description().adInputs();
            float[] at = new float[3 * adInputs];
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < at.length; i++) {
                at[i] = (float) random.nextDouble(-0.1, 0.1);
            }
            float[] logits = new float[3];
            float[] gradients = new float[3 * adInputs];
            model.adGradients(batch, at, scratch, logits, gradients);

            float[] up = new float[3];
            float[] down = new float[3];
            float h = 1e-2f;
            int wrong = 0;
            for (int i = 0; i < adInputs; i++) {
                for (int row = 0; row < 3; row++) {
                    at[row * adInputs + i] += h;
                }
                model.scoreDisplaced(batch, at, scratch, up);
                for (int row = 0; row < 3; row++) {
                    at[row * adInputs + i] -= 2 * h;
                }
                model.scoreDisplaced(batch, at, scratch, down);
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

    @Test
    void shouldApplyTheNumberedMasksWhenUnitsAreDropped() {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Architecture architecture = new Architecture(4, List.of(12, 8, 6), 0.3, 4);
        Weights weights = SmallModels.random(schema, architecture, 0.5, 6);
        FeatureBatch batch = randomBatch(schema, 4, 2);
        int passes = 5;
        int[] masks = new SplittableRandom(8).ints(4L * passes, 0, 1024).toArray();

        try (CtrModel model = model(weights); CtrScratch scratch = model.newScratch(4 * passes)) {
            float[] logits = new float[4 * passes];
            model.scoreDropped(batch, masks, passes, scratch, logits);

            MaskBank bank = MaskBank.of(model.description());
            for (int i = 0; i < logits.length; i++) {
                double expected = ReferenceDeepFm.logit(weights, row(schema, batch, i / passes), bank, masks[i]);
                assertThat((double) logits[i]).isCloseTo(expected, within(2e-5 * Math.max(1, Math.abs(expected))));
            }
            float[] plain = new float[4];
            model.score(batch, scratch, plain);
            for (int i = 0; i < 4; i++) {
                double expected = ReferenceDeepFm.logit(weights, row(schema, batch, i), null, 0);
                assertThat((double) plain[i]).isCloseTo(expected, within(2e-5 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    @Test
    void shouldAverageToThePlainLogitWhenTheNetIsLinear() {
        // One hidden layer of positive units under positive inputs: the ReLU never bends, the logit is linear in the mask.
        Weights weights = SmallModels.random(SMALL, new Architecture(2, List.of(16), 0.2, 1), 0.5, 1);
        for (float[] values : List.of(weights.embedding, weights.hiddenWeights.get(0), weights.hiddenBiases.get(0))) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.abs(values[i]);
            }
        }
        FeatureBatch batch = new FeatureBatch(SMALL, 1);
        batch.request[0] = 3;
        batch.request[1] = 7;
        batch.add(new int[]{10});

        try (CtrModel model = model(weights); CtrScratch scratch = model.newScratch(1024)) {
            int[] masks = new int[1024];
            for (int i = 0; i < masks.length; i++) {
                masks[i] = i;
            }
            float[] dropped = new float[1024];
            float[] plain = new float[1];
            model.scoreDropped(batch, masks, masks.length, scratch, dropped);
            model.score(batch, scratch, plain);

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

    @Test
    void shouldScoreUnderMasksWhenThereIsNoHiddenLayer() {
        Weights weights = SmallModels.random(SMALL, new Architecture(2, List.of(), 0.2, 1), 0.5, 4);
        FeatureBatch batch = new FeatureBatch(SMALL, 1);
        batch.request[0] = 2;
        batch.request[1] = 5;
        batch.add(new int[]{8});

        try (CtrModel model = model(weights); CtrScratch scratch = model.newScratch(3)) {
            float[] dropped = new float[3];
            float[] plain = new float[1];
            model.scoreDropped(batch, new int[3], 3, scratch, dropped);
            model.score(batch, scratch, plain);
            assertThat(dropped).containsOnly(plain[0]);
        }
    }

    @Test
    void shouldRefuseAScratchOfAnotherModel() {
        Weights weights = new Weights(SMALL, new Architecture(2, List.of(2), 0, 1));
        FeatureBatch batch = new FeatureBatch(SMALL, 1);
        batch.add(new int[]{8});

        try (CtrModel one = model(weights); CtrModel two = model(weights); CtrScratch scratch = two.newScratch(1)) {
            assertThatThrownBy(() -> one.score(batch, scratch, new float[1]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another model");
        }
    }

    private static CtrModel model(Weights weights) {
        return new TensorFlowCtrModel(SmallModels.description(weights.schema(), weights.architecture()), weights,
                TensorFlowOptions.singleThread());
    }

    private static FeatureBatch randomBatch(FeatureSchema schema, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FeatureBatch batch = new FeatureBatch(schema, rows);
        for (int i = 0; i < schema.requestFields(); i++) {
            batch.request[i] = schema.valueIndex(i, random.nextLong());
        }
        for (int row = 0; row < rows; row++) {
            int[] ad = new int[schema.adFields()];
            for (int i = 0; i < ad.length; i++) {
                ad[i] = schema.valueIndex(schema.requestFields() + i, random.nextLong());
            }
            batch.add(ad);
        }
        return batch;
    }

    private static int[] row(FeatureSchema schema, FeatureBatch batch, int row) {
        int[] indices = new int[schema.size()];
        System.arraycopy(batch.request, 0, indices, 0, schema.requestFields());
        System.arraycopy(batch.ads, row * schema.adFields(), indices, schema.requestFields(), schema.adFields());
        return indices;
    }

    private static void set(float[] into, int from, float... values) {
        System.arraycopy(values, 0, into, from, values.length);
    }
}
