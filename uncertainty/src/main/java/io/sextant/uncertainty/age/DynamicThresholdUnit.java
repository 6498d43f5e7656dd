package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.Logistic;

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
     * Judges candidates.
     *
     * @param rows   [count] row numbers
     * @param logits [count] plain scores, f(x)
     * @param open   [count], out: whether f(x) ≥ y_s
     */
    public void judge(CtrModel model, int[] rows, int count, float[] logits, CtrScratch scratch, boolean[] open) {
        model.gate(rows, count, scratch, thresholds);
        for (int i = 0; i < count; i++) {
            open[i] = logits[i] >= thresholds[i];
        }
    }

    /**
     * Judges candidates by one threshold for all, the ablation without a gate of its own.
     *
     * @param threshold click probability, 0 to 1
     * @param logits    [count] plain scores, f(x)
     * @param open      [count], out: whether f(x) is at least the threshold
     */
    public static void judgeBy(double threshold, int count, float[] logits, boolean[] open) {
        for (int i = 0; i < count; i++) {
            open[i] = Logistic.of(logits[i]) >= threshold;
        }
    }
}
