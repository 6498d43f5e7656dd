package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.feature.FeatureBatch;

/**
 * The gate of exploration: an ad is worth exploring here only if it scores at least what is expected of it anywhere.
 * Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Adversarial Gradient Driven Exploration, eq. 13 and the indicator of eq. 14. Both sides are compared as logits,
 *           which is the same as comparing probabilities.
 */
public final class DynamicThresholdUnit {
    private final float[] thresholds;

    /** Prepares the buffer for at most {@code capacity} rows. */
    public DynamicThresholdUnit(int capacity) {
        this.thresholds = new float[capacity];
    }

    /**
     * Judges every row of {@code batch}.
     *
     * @param logits [size] plain scores, f(x)
     * @param open   [size], out: whether f(x) ≥ y_s
     */
    public void judge(CtrModel model, FeatureBatch batch, float[] logits, CtrScratch scratch, boolean[] open) {
        model.gate(batch, scratch, thresholds);
        for (int row = 0; row < batch.size(); row++) {
            open[row] = logits[row] >= thresholds[row];
        }
    }
}
