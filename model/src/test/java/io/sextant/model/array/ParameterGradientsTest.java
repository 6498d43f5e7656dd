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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

    @ParameterizedTest
    @MethodSource("formedShapes")
    void shouldBeTheSquaredLengthOfTheGradientThatIsFormed(int requestFields, List<Integer> hidden) {
        FeatureSchema schema = schema(requestFields, 3);
        var architecture = new Architecture(4, hidden, 0.1, 4);
        Weights weights = SmallModels.random(schema, architecture, 0.3, 7);
        // more than a block of rows
        int candidates = ArrayScratch.BLOCK + 7;
        Impression impression = Impression.random(schema, candidates, 5);
        float[] logits = new float[candidates];

        for (Kernels kernels : List.of(KernelChoice.plain(), KernelChoice.kernels())) {
            double[] squares = new double[candidates];
            try (var model = new ArrayCtrModel(SmallModels.description(schema, architecture), weights, kernels);
                    ArrayScratch scratch = model.newScratch(candidates)) {
                impression.begin(model, scratch);
                model.parameterGradients(impression.rows(), candidates, scratch, logits, squares);
            }

            for (int row : impression.rows()) {
                double formed = formed(weights, impression.features(row));
                assertThat(squares[row]).isCloseTo(formed, within(1e-5 * formed));
            }
        }
    }

    /** Fields of the request, and hidden layers: the laboratory's, with more units than one panel, and with none. */
    static List<Arguments> formedShapes() {
        return List.of(Arguments.of(136, List.of(64, 32)), Arguments.of(5, List.of(70, 33, 9)),
                Arguments.of(5, List.of()));
    }

    private static FeatureSchema schema(int requestFields, int adFields) {
        List<FeatureSchema.Field> fields = new ArrayList<>();
        for (int field = 0; field < requestFields + adFields; field++) {
            fields.add(new FeatureSchema.Field("field-" + field, field >= requestFields, 5));
        }
        return new FeatureSchema(fields, 7);
    }

    /** Back-propagation written out, each number of the gradient formed and squared. */
    private static double formed(Weights weights, int[] features) {
        int size = weights.architecture().embeddingSize();
        List<double[]> inputs = new ArrayList<>();
        double[] values = new double[features.length * size];
        double[] sums = new double[size];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.embedding[features[i / size] * size + i % size];
            sums[i % size] += values[i];
        }
        for (int layer = 0; layer < weights.hiddenWeights.size(); layer++) {
            inputs.add(values);
            double[] next = new double[weights.hiddenBiases.get(layer).length];
            for (int out = 0; out < next.length; out++) {
                double sum = weights.hiddenBiases.get(layer)[out];
                for (int in = 0; in < values.length; in++) {
                    sum += values[in] * weights.hiddenWeights.get(layer)[in * next.length + out];
                }
                next[out] = Math.max(0, sum);
            }
            values = next;
        }
        // the bias, the linear terms, and the output layer
        double squares = 1 + features.length + Arrays.stream(values).map(value -> value * value).sum();
        double[] gradients = new double[weights.output.length];
        Arrays.setAll(gradients, i -> weights.output[i]);
        for (int layer = inputs.size() - 1; layer >= 0; layer--) {
            double[] in = inputs.get(layer);
            double[] below = new double[in.length];
            for (int out = 0; out < gradients.length; out++) {
                double gradient = values[out] > 0 ? gradients[out] : 0;
                squares += gradient * gradient;
                for (int i = 0; i < in.length; i++) {
                    squares += in[i] * gradient * in[i] * gradient;
                    below[i] += weights.hiddenWeights.get(layer)[i * gradients.length + out] * gradient;
                }
            }
            gradients = below;
            values = in;
        }
        for (int i = 0; i < gradients.length; i++) {
            double gradient = gradients[i] + sums[i % size]
                    - weights.embedding[features[i / size] * size + i % size];
            squares += gradient * gradient;
        }
        return squares;
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
