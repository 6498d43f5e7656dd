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
    private static final TrainingConfig CONFIG = new TrainingConfig(TINY, 10, 0.3, 0.1, 1, 0, 0, 1);
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
        SparseAdaGrad sparse = new SparseAdaGrad(weights, CONFIG, new PlainRows());
        RowLife life = new RowLife(weights, sparse, CONFIG);
        SparseAdaGrad.Touched touched = sparse.new Touched();

        for (int step = 0; step < 4; step++) {
            double[] sum = new double[30];
            double[] linearSum = new double[10];
            // and is cut into two shards
            List<Shard> shards = List.of(shard(random, weights, sum, linearSum),
                    shard(random, weights, sum, linearSum));
            touched.update(0, shards, life);
            touched.update(1, shards, life);
            for (int i = 0; i < 30; i++) {
                // what the factorisation machine's gradients lack as they are collected
                double gradient = sum[i] - linearSum[i / 3] * dense[i];
                squares[i] += gradient * gradient;
                dense[i] -= 0.3 * gradient / Math.sqrt(squares[i]);
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

    private static Shard shard(SplittableRandom random, Weights weights, double[] sum, double[] linearSum) {
        Shard shard = new Shard(weights);
        int[] indices = new int[10];
        for (int i = 0; i < 10; i++) {
            indices[i] = i % 2 * 5 + random.nextInt(5);
        }
        boolean[] hide = new boolean[5];
        float[] ones = {1, 1, 1, 1, 1};
        shard.train(indices, 0, 5, new float[5], ones, hide);
        for (int row = 0; row < 5; row++) {
            shard.slopes[row] = (float) random.nextGaussian();
            for (int field = 0; field < 2; field++) {
                linearSum[indices[row * 2 + field]] += shard.slopes[row];
                for (int k = 0; k < 3; k++) {
                    float gradient = (float) random.nextGaussian();
                    shard.gradients[field][row * 3 + k] = gradient;
                    sum[indices[row * 2 + field] * 3 + k] += gradient;
                }
            }
        }
        return shard;
    }

    @Test
    void shouldFollowThePublishedStepsOfAdam() {
        // Worked by hand from algorithm 1: g = 0.5, then -0.25, rate 0.1, weight starts at 1.
        // t=1: m=0.05, v=0.00025, m^=0.5, v^=0.25 -> 1 - 0.1 * 0.5/0.5 = 0.9
        // t=2: m=0.02, v=0.00031225, m^=0.02/0.19=0.10526316, v^=0.00031225/0.001999=0.15620310
        //      -> 0.9 - 0.1 * 0.10526316/0.39522538 = 0.87336629
        float[] weight = {1};
        Adam adam = new Adam(new NamedTensor("w", weight, 1), 0);

        adam.update(0, 1, new float[]{5}, 0.1f, Adam.stepSize(0.1, 1));
        assertThat(weight[0]).isCloseTo(0.9f, within(1e-5f));
        adam.update(0, 1, new float[]{-2.5f}, 0.1f, Adam.stepSize(0.1, 2));
        assertThat(weight[0]).isCloseTo(0.8733663f, within(1e-5f));
    }
}
