package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.training.GaussianProcessFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process on a model's last hidden layer: asked through the model, and shipped with it. */
class GaussianProcessTest {
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard(0.01, 1);
    private static final Architecture SHAPE = new Architecture(4, List.of(20, 12), 0.3, 4);
    private static final int ROWS = 70;

    @TempDir
    Path models;

    private static Weights weights() {
        return SmallModels.random(SCHEMA, SHAPE, 0.4, 6);
    }

    private static ArrayCtrModel model(Weights weights) {
        return new ArrayCtrModel(SmallModels.description(SCHEMA, SHAPE), weights, KernelChoice.kernels());
    }

    /** A process fitted to made-up clicks on the rows of an impression. */
    private static GaussianProcess fitted(Weights weights, long seed) {
        Impression impression = Impression.random(SCHEMA, ROWS, seed);
        float[] logits = new float[ROWS];
        float[] outputs = new float[ROWS * 12];
        float[] clicks = new float[ROWS];
        try (ArrayCtrModel model = model(weights); CtrScratch scratch = model.newScratch(ROWS)) {
            impression.begin(model, scratch);
            model.lastHidden(impression.rows(), ROWS, scratch, logits, outputs);
        }
        var random = new SplittableRandom(seed);
        for (int i = 0; i < ROWS; i++) {
            clicks[i] = random.nextInt(2);
        }
        return GaussianProcessFit.fit(12, outputs, logits, clicks, 1);
    }

    @Test
    void shouldTellTheLastHiddenLayerOfEveryRow() {
        Weights weights = weights();
        Impression impression = Impression.random(SCHEMA, ROWS, 2);
        int[] rows = impression.rows();
        rows[3] = CtrModel.MASKED;
        float[] logits = new float[ROWS];
        float[] outputs = new float[ROWS * 12];

        try (ArrayCtrModel model = model(weights); CtrScratch scratch = model.newScratch(ROWS)) {
            impression.begin(model, scratch);
            model.lastHidden(rows, ROWS, scratch, logits, outputs);
        }

        Weights withoutDeep = weights.copy();
        Arrays.fill(withoutDeep.output, 0);
        for (int row = 0; row < ROWS; row++) {
            int[] features = impression.features(rows[row]);
            double deep = ReferenceDeepFm.logit(weights, features, null, 0)
                    - ReferenceDeepFm.logit(withoutDeep, features, null, 0);
            double sum = 0;
            for (int unit = 0; unit < 12; unit++) {
                assertThat(outputs[row * 12 + unit]).isNotNegative();
                sum += outputs[row * 12 + unit] * weights.output[unit];
            }
            assertThat(sum).isCloseTo(deep, within(1e-4));
            assertThat((double) logits[row]).isCloseTo(ReferenceDeepFm.logit(weights, features, null, 0), within(1e-4));
        }
    }

    @Test
    void shouldScoreAsTheProcessOnTheLastHiddenLayerSays() {
        Weights weights = weights();
        GaussianProcess process = fitted(weights, 5);
        weights.setProcess(process);
        Impression impression = Impression.random(SCHEMA, ROWS, 2);
        float[] plain = new float[ROWS];
        float[] outputs = new float[ROWS * 12];
        float[] logits = new float[ROWS];
        double[] variances = new double[ROWS];

        try (ArrayCtrModel model = model(weights); CtrScratch scratch = model.newScratch(ROWS)) {
            impression.begin(model, scratch);
            model.lastHidden(impression.rows(), ROWS, scratch, plain, outputs);
            model.processScores(impression.rows(), ROWS, scratch, logits, variances);
            assertThat(model.can(CtrModel.Ability.GAUSSIAN_PROCESS)).isTrue();
        }

        double[] place = new double[2 * GaussianProcess.POINTS];
        for (int row = 0; row < ROWS; row++) {
            process.locate(outputs, row * 12, place);
            assertThat(logits[row]).isEqualTo(plain[row] + (float) process.mean(place));
            assertThat(variances[row]).isEqualTo(process.variance(place)).isPositive();
        }
    }

    @Test
    void shouldBeSureOfThePlainScoreWhenThereIsNoProcess() {
        Impression impression = Impression.random(SCHEMA, 5, 2);
        float[] plain = new float[5];
        float[] logits = new float[5];
        double[] variances = {1, 1, 1, 1, 1};

        try (ArrayCtrModel model = model(weights()); CtrScratch scratch = model.newScratch(5)) {
            impression.begin(model, scratch);
            model.scoreRows(impression.rows(), 5, scratch, plain);
            model.processScores(impression.rows(), 5, scratch, logits, variances);
        }

        assertThat(logits).isEqualTo(plain);
        assertThat(variances).containsOnly(0);
    }

    @Test
    void shouldComeBackWithTheArtefactAndItsDeltas() throws IOException {
        Weights before = weights();
        ModelArtefact first = ModelArtefact.write(models, SmallModels.description(SCHEMA, SHAPE, 3), before);
        Weights after = before.copy();
        after.setProcess(fitted(after, 5));
        ArtefactDelta.Written delta = ArtefactDelta.write(models, first,
                SmallModels.description(SCHEMA, SHAPE, 4), after, RowChanges.between(before, after));

        Weights reached = before.copy();
        ArtefactDelta.apply(delta.directory(), delta.sha256(), 3, reached);
        ModelArtefact whole = ModelArtefact.write(models, delta.result().description(), after);
        ModelArtefact read = ModelArtefact.read(whole.directory(), delta.result().sha256());

        for (Weights each : List.of(reached, read.weights(), after.copy())) {
            assertThat(each.tensors()).hasSameSizeAs(after.tensors());
            for (int i = 0; i < after.tensors().size(); i++) {
                assertThat(each.tensors().get(i).data()).isEqualTo(after.tensors().get(i).data());
            }
        }
        assertThat(ModelArtefact.read(first.directory(), first.sha256()).weights().process()).isNull();
    }

    @Test
    void shouldRefuseAProcessOnAnotherLayer() {
        assertThatThrownBy(() -> weights().setProcess(new GaussianProcess(7)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("7 units")
                .hasMessageContaining("12");
    }
}
