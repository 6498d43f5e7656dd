package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureSchema;
import java.util.List;
import java.util.SplittableRandom;

/** Models small enough to follow by hand. */
final class SmallModels {
    private SmallModels() {}

    /** Two request fields and one ad field of four rows each. */
    static FeatureSchema schema() {
        return new FeatureSchema(List.of(new FeatureSchema.Field("site", false, 4),
                new FeatureSchema.Field("hour", false, 4), new FeatureSchema.Field("creative", true, 4)), 7);
    }

    static ModelDescription description(FeatureSchema schema, Architecture architecture) {
        return new ModelDescription("control", 3, 2, schema, architecture.embeddingSize(), architecture.hidden(),
                architecture.dropRate(), 1024, 99, architecture.gateHidden(), 1, 0.5, 1_700_000_000_000L, 12);
    }

    /** Every number drawn uniformly from -scale to scale, what is known of rows from 0 to scale. */
    static Weights random(FeatureSchema schema, Architecture architecture, double scale, long seed) {
        Weights weights = new Weights(schema, architecture);
        SplittableRandom random = new SplittableRandom(seed);
        for (NamedTensor tensor : weights.tensors()) {
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) random.nextDouble(-scale, scale);
            }
        }
        for (NamedTensor tensor : weights.rowKnowledge()) {
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) random.nextDouble(scale / 1000, scale);
            }
        }
        return weights;
    }
}
