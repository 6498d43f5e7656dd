package io.sextant.perf.estimators;

import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.data.DataSet;
import java.util.Arrays;
import java.util.List;

/** Impressions to learn from, oldest first, as columns. The arrays are shared and not written to. */
final class LabelledRows {
    private final FeatureSchema schema;
    private final int[] features;
    private final float[] labels;
    private final float[] weights;

    private LabelledRows(FeatureSchema schema, int[] features, float[] labels, float[] weights) {
        this.schema = schema;
        this.features = features;
        this.labels = labels;
        this.weights = weights;
    }

    /** What an arm's trainer was given. */
    static LabelledRows of(FeatureSchema schema, List<Example> examples) {
        int fields = schema.size();
        int[] features = new int[Math.multiplyExact(examples.size(), fields)];
        float[] labels = new float[examples.size()];
        float[] weights = new float[examples.size()];
        for (int i = 0; i < labels.length; i++) {
            Example example = examples.get(i);
            for (int field = 0; field < fields; field++) {
                features[i * fields + field] = example.getFeature(field);
            }
            labels[i] = example.getClick() ? 1 : 0;
            weights[i] = example.getWeight();
        }
        return new LabelledRows(schema, features, labels, weights);
    }

    /** The impressions of a log before row {@code end}. */
    static LabelledRows of(DataSet data, int end) {
        int fields = data.schema().size();
        int[] features = new int[Math.multiplyExact(end, fields)];
        float[] labels = new float[end];
        float[] weights = new float[end];
        Arrays.fill(weights, 1);
        for (int i = 0; i < end; i++) {
            data.features(i, features, i * fields);
            labels[i] = data.click(i) ? 1 : 0;
        }
        return new LabelledRows(data.schema(), features, labels, weights);
    }

    /** Whose table rows the features are. */
    FeatureSchema schema() {
        return schema;
    }

    /** [n * fields]. */
    int[] features() {
        return features;
    }

    /** [n] 1 for a click, 0 for none. */
    float[] labels() {
        return labels;
    }

    /** [n] 1, or -1 for an example whose label is taken back. */
    float[] weights() {
        return weights;
    }

    int size() {
        return labels.length;
    }
}
