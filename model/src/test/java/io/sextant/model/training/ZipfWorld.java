package io.sextant.model.training;

import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded examples of a logistic model whose row effects are normal and whose values come up as Zipf has it: many sites
 * are rare, as supply is.
 */
public final class ZipfWorld {
    private static final int[] VALUES = {1_000, 24, 100, 20, 100};
    private static final double[] EXPONENTS = {0.8, 0.2, 0.8, 0.3, 0.8};
    private static final double INTERCEPT = -3.2;

    /** Three request fields, the first of them with rare values, and two ad fields. */
    public final FeatureSchema schema;
    /** Standard deviations of the planted effects, field by field, in logits. */
    public final double[] effectSds;
    private final double[][] effects = new double[VALUES.length][];
    private final double[][] cumulative = new double[VALUES.length][];
    private final SplittableRandom random;

    /** Examples in order; the weights are all 1. */
    public static final class Examples {
        /** [count * fields] table rows. */
        public final int[] features;
        final float[] labels;
        final float[] weights;

        private Examples(int[] features, float[] labels) {
            this.features = features;
            this.labels = labels;
            this.weights = new float[labels.length];
            Arrays.fill(weights, 1);
        }

        private Examples slice(int from, int to) {
            return new Examples(Arrays.copyOfRange(features, from * VALUES.length, to * VALUES.length),
                    Arrays.copyOfRange(labels, from, to));
        }
    }

    /** Plants effects whose deviations are {@code factor} times 0.8, 0.3, 0.5, 0.4 and 0.6. */
    public ZipfWorld(double factor, long seed) {
        this.schema = new FeatureSchema(List.of(field("site", 0), field("hour", 1), field("region", 2),
                field("campaign", 3), field("creative", 4)), 11);
        this.effectSds = new double[]{0.8 * factor, 0.3 * factor, 0.5 * factor, 0.4 * factor, 0.6 * factor};
        this.random = new SplittableRandom(seed);
        for (int field = 0; field < VALUES.length; field++) {
            effects[field] = new double[VALUES[field]];
            cumulative[field] = new double[VALUES[field]];
            double sum = 0;
            for (int value = 0; value < VALUES[field]; value++) {
                effects[field][value] = random.nextGaussian(0, effectSds[field]);
                sum += Math.pow(value + 1.0, -EXPONENTS[field]);
                cumulative[field][value] = sum;
            }
        }
    }

    private static FeatureSchema.Field field(String name, int number) {
        return new FeatureSchema.Field(name, number >= 3, VALUES[number] + FeatureSchema.FIRST_VALUE);
    }

    /** The next examples. */
    public Examples next(int count) {
        int fields = VALUES.length;
        int[] features = new int[count * fields];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            double logit = INTERCEPT;
            for (int field = 0; field < fields; field++) {
                double place = random.nextDouble() * cumulative[field][VALUES[field] - 1];
                int found = Arrays.binarySearch(cumulative[field], place);
                int value = found >= 0 ? found : -found - 1;
                logit += effects[field][value];
                features[i * fields + field] = schema.maskIndex(field) + FeatureSchema.FIRST_VALUE + value;
            }
            labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
        }
        return new Examples(features, labels);
    }

    /** Trains on examples in batches of 256. */
    public static void train(DeepFmTrainer trainer, Examples examples) {
        for (int start = 0; start < examples.labels.length; start += 256) {
            Examples batch = examples.slice(start, Math.min(examples.labels.length, start + 256));
            trainer.scoreAndTrain(batch.features, batch.labels, batch.weights);
        }
    }
}
