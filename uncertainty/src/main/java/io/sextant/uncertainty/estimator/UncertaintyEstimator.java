package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.feature.FeatureBatch;

/**
 * How unsure a model is about a request, whatever the ad (Exploration with model uncertainty in RTB, section 3).
 *
 * <p>
 * Threading: one instance per event loop; it owns its buffers.
 */
public interface UncertaintyEstimator {
    /**
     * Judges the request in {@code masked}.
     *
     * @param model       the arm's model
     * @param masked      one row, its ad fields set to MASK by {@link AdFeatureMask}
     * @param decisionKey key of the decision's draws
     * @param scratch     the loop's scratch for {@code model}
     * @return standard deviation of the prediction, on the estimator's scale; not negative, never NaN
     */
    double estimate(CtrModel model, FeatureBatch masked, long decisionKey, CtrScratch scratch);
}
