package io.sextant.model.training;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the net that serves gives at its last hidden layer for examples, one request each. Cold. */
public final class LastHidden {
    private LastHidden() {}

    /**
     * Asks the net.
     *
     * @param features [n * fields] table rows, row by row
     * @param logits   [n], out
     * @param outputs  [n * width of the last hidden layer], out
     */
    public static void of(ModelDescription description, Weights weights, int[] features, float[] logits,
            float[] outputs) {
        FeatureSchema schema = weights.schema();
        int fields = schema.size();
        int count = features.length / fields;
        int width = weights.architecture().hidden().getLast();
        List<int[]> ads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ads.add(Arrays.copyOfRange(features, i * fields + schema.requestFields(), (i + 1) * fields));
        }
        int[] row = {0};
        float[] logit = new float[1];
        float[] hidden = new float[width];
        FeatureBatch batch = new FeatureBatch(schema, 1);
        try (ArrayCtrModel model = new ArrayCtrModel(description, weights, KernelChoice.kernels());
                CtrScratch scratch = model.newScratch(1)) {
            AdParts parts = model.prepare(new AdTable(schema, ads));
            for (int i = 0; i < count; i++) {
                System.arraycopy(features, i * fields, batch.request, 0, schema.requestFields());
                batch.clear();
                batch.add(i);
                model.begin(parts, batch, scratch);
                model.lastHidden(row, 1, scratch, logit, hidden);
                logits[i] = logit[0];
                System.arraycopy(hidden, 0, outputs, i * width, width);
            }
        }
    }
}
