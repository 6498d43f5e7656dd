package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.Logistic;

/** The scale that predictions are compared on. */
public enum UncertaintyScale {
    /** The click probability, 0 to 1; the papers' f. */
    PROBABILITY,
    /** The logit of the click probability. */
    LOGIT;

    /**
     * A model's logit on this scale.
     *
     * @implNote {@link Logistic}, because logged decisions are computed again on other machines to the last bit.
     */
    public double of(double logit) {
        return switch (this) {
            case PROBABILITY -> Logistic.of(logit);
            case LOGIT -> logit;
        };
    }
}
