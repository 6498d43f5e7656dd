package io.sextant.model.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.ReferenceDeepFm;
import io.sextant.model.ctr.SmallModels;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient by everything that training moves, against finite differences of the net written out in doubles. */
class ParameterGradientsTest {
    private static final float STEP = 0x1p-16f;

    static List<List<Integer>> shapes() {
        return List.of(List.of(), List.of(5), List.of(7, 3), List.of(6, 5, 4));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void shouldBeTheSumOfSquaredDifferencesByEveryNumberOfTheNet(List<Integer> hidden) {
        FeatureSchema schema = SmallModels.schema();
        var architecture = new Architecture(3, hidden, 0.2, 4);
        Weights weights = SmallModels.random(schema, architecture, 0.6, 11);
        Impression impression = Impression.random(schema, 2, 5);
        int[] rows = {CtrModel.MASKED, 0, 1};
        float[] logits = new float[3];
        double[] squares = new double[3];

        try (var model = new ArrayCtrModel(SmallModels.description(schema, architecture), weights.copy(),
                KernelChoice.kernels()); ArrayScratch scratch = model.newScratch(2)) {
            impression.begin(model, scratch);
            model.parameterGradients(rows, 3, scratch, logits, squares);
        }

        for (int i = 0; i < rows.length; i++) {
            int[] features = impression.features(rows[i]);
            assertThat((double) logits[i]).isCloseTo(ReferenceDeepFm.logit(weights, features, null, 0), within(1e-5));
            assertThat(squares[i]).isCloseTo(squaredDifferences(weights, features), within(1e-3 * squares[i]));
        }
    }

    private static double squaredDifferences(Weights weights, int[] features) {
        double sum = 0;
        for (NamedTensor tensor : weights.tensors()) {
            float[] data = tensor.data();
            for (int i = 0; i < data.length; i++) {
                float kept = data[i];
                data[i] = kept + STEP;
                double up = ReferenceDeepFm.logit(weights, features, null, 0);
                data[i] = kept - STEP;
                double down = ReferenceDeepFm.logit(weights, features, null, 0);
                data[i] = kept;
                double slope = (up - down) / ((double) (kept + STEP) - (kept - STEP));
                sum += slope * slope;
            }
        }
        return sum;
    }
}
