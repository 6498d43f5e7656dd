package io.sextant.bidder.pipeline;

import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model that is easy to reckon with: the logit is the sum of one weight for each feature; a dropout mask scales it by 0.9,
 * 1 or 1.1; the gradient by each of the ad's embeddings, of one float each, is 1; the gate is always open. Allocates nothing.
 */
public final class LinearModel implements CtrModel {
    private ModelDescription description;
    private final float[] weights;
    private int openScratches;
    private boolean able = true;

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

    /** Sets what its predictions go through. */
    LinearModel calibrated(SegmentCalibrations calibrations) {
        description = description.withCalibration(calibrations);
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
    public boolean can(Ability ability) {
        return able;
    }

    /** Takes away all that it can beyond plain predictions. */
    LinearModel unable() {
        able = false;
        return this;
    }

    @Override
    public AdParts prepare(AdTable ads) {
        return () -> ads;
    }

    @Override
    public CtrScratch newScratch(int candidatesMax) {
        openScratches++;
        return new Begun();
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        Begun begun = (Begun) scratch;
        begun.ads = ads.ads();
        begun.batch = batch;
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        Begun begun = (Begun) scratch;
        for (int row = 0; row < begun.batch().size(); row++) {
            logits[row] = begun.logit(row);
        }
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        for (int i = 0; i < count; i++) {
            logits[i] = ((Begun) scratch).logit(rows[i]);
        }
    }

    /** 0.04, whatever the request. */
    @Override
    public double requestRowVariance(CtrScratch scratch) {
        return 0.04;
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        if (!able) {
            throw new UnsupportedOperationException();
        }
        for (int i = 0; i < count * passes; i++) {
            logits[i] = ((Begun) scratch).logit(rows[i / passes]) * (1 + (masks[i] % 3 - 1) * 0.1f);
        }
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        for (int i = 0; i < count; i++) {
            logits[i] = ((Begun) scratch).logit(rows[i]);
            variances[i] = logits[i] * logits[i] * 0.01f;
        }
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        Arrays.fill(gradients, 0, count * description.adInputs(), 1);
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        scoreDisplaced(rows, count, displacement, scratch, logits);
        adGradients(rows, count, scratch, gradients);
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        for (int at = 0; at < count; at++) {
            float logit = ((Begun) scratch).logit(rows[at]);
            for (int i = 0; i < description.adInputs(); i++) {
                logit += displacement[at * description.adInputs() + i];
            }
            logits[at] = logit;
        }
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        Arrays.fill(logits, 0, count, Float.NEGATIVE_INFINITY);
    }

    @Override
    public void close() {}

    /** An impression that has begun. */
    private final class Begun implements CtrScratch {
        private @Nullable AdTable ads;
        private @Nullable FeatureBatch batch;

        FeatureBatch batch() {
            return Objects.requireNonNull(batch);
        }

        float logit(int row) {
            AdTable table = Objects.requireNonNull(ads);
            float sum = 0;
            for (int index : batch().request) {
                sum += weights[index];
            }
            int ad = row == MASKED ? table.masked() : batch().ads[row];
            for (int field = 0; field < description.schema().adFields(); field++) {
                sum += weights[table.feature(ad, field)];
            }
            return sum;
        }

        @Override
        public void close() {
            openScratches--;
        }
    }
}
