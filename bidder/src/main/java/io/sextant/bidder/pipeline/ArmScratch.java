package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.choice.PolicyChoice;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's working memory for one arm: what belongs to the arm's model or to how uncertainty is measured, and has
 * to be made anew when that changes.
 *
 * <p>
 * Threading: the event loop's.
 */
final class ArmScratch {
    private static final long NO_EPOCH = 0;

    private final @Nullable PolicyChoice choice;
    private final int candidatesMax;
    private final UncertaintyMeasure configured;
    private UncertaintyMeasure measure;
    private UncertaintyEstimator estimator;
    private long modelEpoch;
    private long uncertaintyEpoch;
    private @Nullable CtrModel model;
    private @Nullable CtrScratch ctr;
    private @Nullable ExplorationPolicy policy;

    ArmScratch(Arm arm, ExplorationConfig exploration, int candidatesMax) {
        this.choice = exploration.policy(arm.pctr());
        this.candidatesMax = candidatesMax;
        this.configured = exploration.measure(arm.name());
        this.measure = configured;
        this.estimator = configured.newEstimator();
    }

    /**
     * Measures as the fleet says from now on, or, where it says nothing, as configured; allocates only if this is something
     * else than before.
     */
    void measureBy(@Nullable UncertaintyMeasure told, CtrModel current) {
        UncertaintyMeasure wanted = told == null ? configured : told;
        long epoch = current.description().uncertaintyEpoch();
        boolean same = wanted.equals(measure);
        if (same && epoch == modelEpoch && uncertaintyEpoch != NO_EPOCH) {
            return;
        }
        if (!same) {
            measure = wanted;
            estimator = wanted.newEstimator();
        }
        modelEpoch = epoch;
        uncertaintyEpoch = wanted.epoch(epoch);
    }

    /** Measures a request's uncertainty. */
    UncertaintyEstimator estimator() {
        return estimator;
    }

    /** Tells uncertainties of this model and measure from others; 0 before the first {@link #measureBy}. */
    long uncertaintyEpoch() {
        return uncertaintyEpoch;
    }

    /** Lets go of the model before, if this is another one; allocates only then. */
    @SuppressWarnings("ReferenceEquality") // working memory belongs to one instance, whatever its version
    CtrScratch refresh(CtrModel current) {
        CtrScratch fitting = ctr;
        if (model == current && fitting != null) {
            return fitting;
        }
        release();
        // Configurations are checked at start; a model of another shape that came since is bid with as it is.
        if (choice == null || !choice.needs().stream().allMatch(current::can)) {
            policy = null;
        } else if (policy == null || !policy.fits(current)) {
            policy = choice.newPolicy(current, candidatesMax);
        }
        CtrScratch fresh = current.newScratch(candidatesMax);
        model = current;
        ctr = fresh;
        return fresh;
    }

    /** Lets go of the model. */
    void release() {
        if (ctr != null) {
            ctr.close();
        }
        ctr = null;
        model = null;
    }

    /** What explores the ads; null in an arm that does not. */
    @Nullable
    ExplorationPolicy policy() {
        return policy;
    }
}
