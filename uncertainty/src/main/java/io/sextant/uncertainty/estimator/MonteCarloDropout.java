package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;

/**
 * Spread of the request's prediction over dropout masks. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Exploration with Model Uncertainty in RTB, section 3: sample standard deviation, N - 1, of K predictions under
 *           dropout, in two passes of double arithmetic in the order of the masks. Masks are drawn from the model's bank
 *           with replacement, which keeps the variance unbiased for the bank. Twenty passes have a standard error of 16 %.
 */
public final class MonteCarloDropout implements UncertaintyEstimator {
    /** Passes that the papers use. */
    public static final int PASSES_DEFAULT = 20;

    private static final int[] REQUEST = {CtrModel.MASKED};

    private final UncertaintyScale scale;
    private final int[] masks;
    private final float[] logits;

    /**
     * Prepares the buffers.
     *
     * @param scale  what the deviation is of
     * @param passes predictions a request, {@link Limits#PASSES_MIN} to {@link Limits#PASSES_MAX}
     * @throws IllegalArgumentException if passes is out of range
     */
    public MonteCarloDropout(UncertaintyScale scale, int passes) {
        if (passes < Limits.PASSES_MIN || passes > Limits.PASSES_MAX) {
            throw new IllegalArgumentException("passes is " + passes + ", must be " + Limits.PASSES_MIN + " to "
                    + Limits.PASSES_MAX);
        }
        this.scale = scale;
        this.masks = new int[passes];
        this.logits = new float[passes];
    }

    @Override
    public CtrModel.Ability needs() {
        return CtrModel.Ability.MASKS;
    }

    /** {@inheritDoc} 0, which explores nothing, where the model yields something that is not a number. */
    @Override
    public double estimate(CtrModel model, long decisionKey, CtrScratch scratch) {
        int bank = model.description().masks();
        for (int pass = 0; pass < masks.length; pass++) {
            masks[pass] = Draws.below(bank, decisionKey, Purpose.MASKS, pass);
        }
        model.scoreDropped(REQUEST, 1, masks, masks.length, scratch, logits);
        double deviation = scale.deviation(logits);
        return Double.isFinite(deviation) ? deviation : 0;
    }
}
