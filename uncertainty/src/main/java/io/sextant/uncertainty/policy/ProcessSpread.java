package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * What a Gaussian process on the model's last hidden layer says of a score: where it expects it, and how sure it is.
 * Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote After Du and others (2021), "Exploration in online advertising systems with deep uncertainty-aware learning"; see
 *           {@link io.sextant.model.ctr.GaussianProcess} for what differs.
 */
public final class ProcessSpread implements ScoreSpread {
    @Override
    public boolean fits(CtrModel model) {
        return true;
    }

    @Override
    public void judge(CtrModel model, int[] rows, int count, CtrScratch scratch, float[] logits,
            double[] deviations) {
        model.processScores(rows, count, scratch, logits, deviations);
        for (int i = 0; i < count; i++) {
            deviations[i] = Math.sqrt(deviations[i]);
        }
    }
}
