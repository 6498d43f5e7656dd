package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * How far a prediction may be off because training has seen little of the request: from the information in each of the
 * request's rows, {@link CtrModel#requestRowVariance}. It falls with exposure, which dropout's spread need not do. On the
 * logit scale it costs an addition a field; on the probability scale one plain prediction more. Allocates nothing once
 * made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Σ 1 / (1/τ² + F) over the request's rows is the logit's variance under Laplace's approximation with independent
 *           rows. On the probability scale the deviation is that of the logit times the slope p (1 - p) of the logistic
 *           function at the request's plain prediction, ad fields masked.
 */
public final class RowInformation implements UncertaintyEstimator {
    private static final int[] REQUEST = {CtrModel.MASKED};

    private final UncertaintyScale scale;
    private final float[] logit = new float[1];

    /** An estimator on the given scale. */
    public RowInformation(UncertaintyScale scale) {
        this.scale = scale;
    }

    @Override
    public CtrModel.Ability needs() {
        return CtrModel.Ability.ROW_INFORMATION;
    }

    /** {@inheritDoc} 0, which explores nothing, where the model yields something that is not a number. */
    @Override
    public double estimate(CtrModel model, long decisionKey, CtrScratch scratch) {
        double deviation = Math.sqrt(model.requestRowVariance(scratch));
        if (scale == UncertaintyScale.PROBABILITY) {
            model.scoreRows(REQUEST, 1, scratch, logit);
            deviation *= scale.slope(logit[0]);
        }
        return Double.isFinite(deviation) ? deviation : 0;
    }
}
