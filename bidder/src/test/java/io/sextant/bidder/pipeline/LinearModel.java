package io.sextant.bidder.pipeline;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;

/**
 * A model that is easy to reckon with: the logit is the sum of one weight for each feature; a dropout mask scales it by 0.9,
 * 1 or 1.1; the gradient by each of the ad's embeddings, of one float each, is 1; the gate is always open. Allocates nothing.
 */
public final class LinearModel implements CtrModel {
    private final ModelDescription description;
    private final float[] weights;
    private int openScratches;

    public LinearModel(FeatureSchema schema, String arm, long version) {
        this.description = new ModelDescription(arm, version, version - 1, schema, 1, List.of(4), 0.2, 1024, 7, 4, 1,
                1, 0, 0);
        this.weights = new float[schema.rows()];
    }

    /** Sets the weight of a feature, a row of the embedding table. */
    public LinearModel weight(int row, double weight) {
        weights[row] = (float) weight;
        return this;
    }

    /** Scratches that were made and not closed. */
    public int openScratches() {
        return openScratches;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public CtrScratch newScratch(int rowsMax) {
        openScratches++;
        return () -> openScratches--;
    }

    @Override
    public void score(FeatureBatch batch, CtrScratch scratch, float[] logits) {
        for (int row = 0; row < batch.size(); row++) {
            logits[row] = logit(batch, row);
        }
    }

    @Override
    public void scoreDropped(FeatureBatch batch, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        for (int i = 0; i < batch.size() * passes; i++) {
            logits[i] = logit(batch, i / passes) * (1 + (masks[i] % 3 - 1) * 0.1f);
        }
    }

    @Override
    public void adGradients(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        scoreDisplaced(batch, displacement, scratch, logits);
        Arrays.fill(gradients, 0, batch.size() * description.adInputs(), 1);
    }

    @Override
    public void scoreDisplaced(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits) {
        for (int row = 0; row < batch.size(); row++) {
            float logit = logit(batch, row);
            for (int i = 0; i < description.adInputs(); i++) {
                logit += displacement[row * description.adInputs() + i];
            }
            logits[row] = logit;
        }
    }

    @Override
    public void gate(FeatureBatch batch, CtrScratch scratch, float[] logits) {
        Arrays.fill(logits, 0, batch.size(), Float.NEGATIVE_INFINITY);
    }

    @Override
    public void close() {}

    private float logit(FeatureBatch batch, int row) {
        float sum = 0;
        for (int index : batch.request) {
            sum += weights[index];
        }
        int adFields = description.schema().adFields();
        for (int i = 0; i < adFields; i++) {
            sum += weights[batch.ads[row * adFields + i]];
        }
        return sum;
    }
}
