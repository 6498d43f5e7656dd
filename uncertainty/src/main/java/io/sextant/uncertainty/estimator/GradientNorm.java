package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * How far one more example of the request would move the model: the norm of its prediction's gradient by all that training
 * moves. No standard deviation, though it is used like one: only numbers of this estimator can be compared with each other.
 * It looks at the net as it is, not at what training has seen. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Expected gradient length (Settles and Craven, "An analysis of active learning strategies for sequence labeling
 *           tasks", 2008): the gradient of the cross entropy by the logit is p - y, so its expected length over what the
 *           model itself takes the label to be is 2 p (1 - p) ‖∂logit/∂θ‖. On the probability scale this is half of that,
 *           on the logit scale ‖∂logit/∂θ‖ alone.
 */
public final class GradientNorm implements UncertaintyEstimator {
    private static final int[] REQUEST = {CtrModel.MASKED};

    private final UncertaintyScale scale;
    private final float[] logit = new float[1];
    private final double[] squares = new double[1];

    /** An estimator on the given scale. */
    public GradientNorm(UncertaintyScale scale) {
        this.scale = scale;
    }

    @Override
    public CtrModel.Ability needs() {
        return CtrModel.Ability.PARAMETER_GRADIENTS;
    }

    /** {@inheritDoc} 0, which explores nothing, where the model yields something that is not a number. */
    @Override
    public double estimate(CtrModel model, long decisionKey, CtrScratch scratch) {
        model.parameterGradients(REQUEST, 1, scratch, logit, squares);
        double norm = Math.sqrt(squares[0]) * scale.slope(logit[0]);
        return Double.isFinite(norm) ? norm : 0;
    }
}
