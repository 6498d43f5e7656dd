package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SparseAdaGradTest {
    private static final Architecture TINY = new Architecture(3, List.of(2), 0, 1);
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of(new FeatureSchema.Field("site", false, 5), new FeatureSchema.Field("creative", true, 5)), 1);

    @Property(tries = 50, seed = "20260302")
    void shouldMoveLikeDenseAdaGrad(@ForAll long seed) {
        // given a batch whose rows repeat often: ten lookups a field into five rows
        SplittableRandom random = new SplittableRandom(seed);
        Weights weights = Weights.initial(SCHEMA, TINY, seed, 0.1);
        double[] dense = new double[30];
        double[] denseLinear = new double[10];
        double[] squares = new double[30];
        double[] linearSquares = new double[10];
        for (int i = 0; i < 30; i++) {
            dense[i] = weights.embedding[i];
            squares[i] = 0.1;
            denseLinear[i / 3] = weights.linear[i / 3];
            linearSquares[i / 3] = 0.1;
        }
        SparseAdaGrad sparse = new SparseAdaGrad(weights, new TrainingConfig(TINY, 10, 0.3, 0.1, 1, 0, 0, 1));

        for (int step = 0; step < 4; step++) {
            int[] indices = new int[20];
            float[] gradients = new float[60];
            float[] logitGradients = new float[10];
            double[] sum = new double[30];
            double[] linearSum = new double[10];
            for (int i = 0; i < 20; i++) {
                indices[i] = i % 2 * 5 + random.nextInt(5);
                logitGradients[i / 2] = i % 2 == 0 ? (float) random.nextGaussian() : logitGradients[i / 2];
                linearSum[indices[i]] += logitGradients[i / 2];
                for (int k = 0; k < 3; k++) {
                    gradients[i * 3 + k] = (float) random.nextGaussian();
                    sum[indices[i] * 3 + k] += gradients[i * 3 + k];
                }
            }
            sparse.update(indices, 10, gradients, logitGradients);
            for (int i = 0; i < 30; i++) {
                squares[i] += sum[i] * sum[i];
                dense[i] -= 0.3 * sum[i] / Math.sqrt(squares[i]);
            }
            for (int i = 0; i < 10; i++) {
                linearSquares[i] += linearSum[i] * linearSum[i];
                denseLinear[i] -= 0.3 * linearSum[i] / Math.sqrt(linearSquares[i]);
            }
        }

        for (int i = 0; i < 30; i++) {
            assertThat((double) weights.embedding[i]).isCloseTo(dense[i], within(1e-5));
            assertThat((double) weights.linear[i / 3]).isCloseTo(denseLinear[i / 3], within(1e-5));
        }
    }

    @Test
    void shouldFollowThePublishedStepsOfAdam() {
        // Worked by hand from algorithm 1: g = 0.5, then -0.25, rate 0.1, weight starts at 1.
        // t=1: m=0.05, v=0.00025, m^=0.5, v^=0.25 -> 1 - 0.1 * 0.5/0.5 = 0.9
        // t=2: m=0.02, v=0.00031225, m^=0.02/0.19=0.10526316, v^=0.00031225/0.001999=0.15620310
        //      -> 0.9 - 0.1 * 0.10526316/0.39522538 = 0.87336629
        float[] weight = {1};
        Adam adam = new Adam(new NamedTensor("w", weight, 1), 0);

        adam.update(new float[]{5}, 0.1f, 0.1, 1);
        assertThat(weight[0]).isCloseTo(0.9f, within(1e-5f));
        adam.update(new float[]{-2.5f}, 0.1f, 0.1, 2);
        assertThat(weight[0]).isCloseTo(0.8733663f, within(1e-5f));
    }
}
