package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureSchema;
import org.jspecify.annotations.Nullable;

/** The DeepFM written out in loops and doubles: the oracle of the engines' tests. */
public final class ReferenceDeepFm {
    private ReferenceDeepFm() {}

    /** The logit of one row of [fields] indices; under mask number {@code mask} of a bank, or plain if there is none. */
    public static double logit(Weights weights, int[] indices, @Nullable MaskBank bank, int mask) {
        FeatureSchema schema = weights.schema();
        int size = weights.architecture().embeddingSize();
        double logit = weights.bias[0];
        double[] values = new double[schema.size() * size];
        for (int f = 0; f < indices.length; f++) {
            logit += weights.linear[indices[f]];
            for (int k = 0; k < size; k++) {
                values[f * size + k] = weights.embedding[indices[f] * size + k];
            }
        }
        for (int f = 0; f < indices.length; f++) {
            for (int g = f + 1; g < indices.length; g++) {
                for (int k = 0; k < size; k++) {
                    logit += values[f * size + k] * values[g * size + k];
                }
            }
        }
        int unit = 0;
        for (int layer = 0; layer < weights.hiddenWeights.size(); layer++) {
            float[] matrix = weights.hiddenWeights.get(layer);
            double[] next = new double[weights.hiddenBiases.get(layer).length];
            for (int out = 0; out < next.length; out++) {
                double sum = weights.hiddenBiases.get(layer)[out];
                for (int in = 0; in < values.length; in++) {
                    sum += values[in] * matrix[in * next.length + out];
                }
                next[out] = Math.max(0, sum) * (bank == null ? 1 : bank.value(mask, unit));
                unit++;
            }
            values = next;
        }
        for (int i = 0; i < values.length; i++) {
            logit += values[i] * weights.output[i];
        }
        return logit;
    }
}
