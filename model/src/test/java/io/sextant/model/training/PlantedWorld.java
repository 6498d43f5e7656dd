package io.sextant.model.training;

import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded examples whose click probability is known: a logistic model with one pairwise interaction. */
final class PlantedWorld {
    private static final int VALUES = 30;

    final FeatureSchema schema = new FeatureSchema(List.of(field("site", false), field("hour", false),
            field("country", false), field("campaign", true), field("creative", true)), 11);
    final int[] features;
    final float[] labels;
    final float[] weights;
    final float[] trueLogits;

    PlantedWorld(int examples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int fields = schema.size();
        double[][] effects = new double[fields][VALUES];
        for (double[] effect : effects) {
            for (int value = 0; value < VALUES; value++) {
                effect[value] = random.nextGaussian(0, 0.6);
            }
        }
        features = new int[examples * fields];
        labels = new float[examples];
        weights = new float[examples];
        trueLogits = new float[examples];
        for (int i = 0; i < examples; i++) {
            double logit = -2;
            int[] values = new int[fields];
            for (int field = 0; field < fields; field++) {
                values[field] = random.nextInt(1 + random.nextInt(VALUES));
                logit += effects[field][values[field]];
                features[i * fields + field] = schema.missingIndex(field) + 1 + values[field];
            }
            logit += 0.8 * effects[0][values[3]] * effects[3][values[0]];
            trueLogits[i] = (float) logit;
            labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
            weights[i] = 1;
        }
    }

    private static FeatureSchema.Field field(String name, boolean ad) {
        return new FeatureSchema.Field(name, ad, VALUES + FeatureSchema.FIRST_VALUE);
    }

    int[] features(int from, int to) {
        return Arrays.copyOfRange(features, from * schema.size(), to * schema.size());
    }

    float[] labels(int from, int to) {
        return Arrays.copyOfRange(labels, from, to);
    }

    float[] weights(int from, int to) {
        return Arrays.copyOfRange(weights, from, to);
    }
}
