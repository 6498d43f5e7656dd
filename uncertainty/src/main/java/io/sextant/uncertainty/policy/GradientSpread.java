package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * The norm of the logit's gradient by all that training moves, taken for a deviation of the logit: where it is large, little
 * training would move the score far. It is none; what a policy multiplies it with makes one of it. Allocates nothing once
 * made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Song and others (2021), "Underestimation Refinement", after Zhou, Li and Gu (2020), "Neural contextual bandits
 *           with UCB-based exploration", with the identity in place of the matrix of all earlier gradients.
 */
public final class GradientSpread implements ScoreSpread {
    private final float[] plain;

    /** Prepares the buffer for at most {@code capacity} rows. */
    public GradientSpread(int capacity) {
        this.plain = new float[capacity];
    }

    @Override
    public boolean fits(CtrModel model) {
        return true;
    }

    @Override
    public void judge(CtrModel model, int[] rows, int count, CtrScratch scratch, float[] logits,
            double[] deviations) {
        model.parameterGradients(rows, count, scratch, plain, deviations);
        for (int i = 0; i < count; i++) {
            deviations[i] = Math.sqrt(deviations[i]);
        }
    }
}
