package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * How unsure a model is about a request, whatever the ad (Exploration with model uncertainty in RTB, section 3): every ad
 * field stands at its trained MASK id, so that only the request is judged.
 *
 * <p>
 * Threading: one instance per event loop; it owns its buffers.
 *
 * @implNote The paper replaces ad features with dummy constants; here the constants are ids that training has seen, row
 *           {@link CtrModel#MASKED} of the model.
 */
public interface UncertaintyEstimator {
    /** What a model must be able to do to be judged. */
    CtrModel.Ability needs();

    /**
     * Judges the request that the model {@link CtrModel#begin began}.
     *
     * @param model       the arm's model, one that {@link CtrModel#can} what this estimator {@link #needs}
     * @param decisionKey key of the decision's draws
     * @param scratch     the loop's scratch for {@code model}
     * @return standard deviation of the prediction, on the estimator's scale; not negative, never NaN
     */
    double estimate(CtrModel model, long decisionKey, CtrScratch scratch);
}
