package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * How far nets that were trained alike disagree about the request: the sample standard deviation of the members'
 * predictions. For the laboratory: an artefact holds one net, so no bidder can be set to this. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Lakshminarayanan, Pritzel and Blundell (2017), section 2.4; the standard error of a deviation over k members is
 *           about 1 / √(2 (k - 1)) of it, 35 % with five.
 */
public final class EnsembleSpread implements UncertaintyEstimator {
    private static final int[] REQUEST = {CtrModel.MASKED};

    private final UncertaintyScale scale;
    private final float[] logits;

    /**
     * Prepares the buffers.
     *
     * @param scale   what the deviation is of
     * @param members nets of the models that will be judged, 2 or more
     * @throws IllegalArgumentException if members are fewer
     */
    public EnsembleSpread(UncertaintyScale scale, int members) {
        if (members < 2) {
            throw new IllegalArgumentException("members is " + members + ", must be 2 or more");
        }
        this.scale = scale;
        this.logits = new float[members];
    }

    @Override
    public CtrModel.Ability needs() {
        return CtrModel.Ability.MEMBERS;
    }

    /** {@inheritDoc} 0, which explores nothing, where a member yields something that is not a number. */
    @Override
    public double estimate(CtrModel model, long decisionKey, CtrScratch scratch) {
        model.scoreMembers(REQUEST, 1, scratch, logits);
        double deviation = scale.deviation(logits);
        return Double.isFinite(deviation) ? deviation : 0;
    }
}
