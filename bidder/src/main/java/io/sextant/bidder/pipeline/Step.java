package io.sextant.bidder.pipeline;

/** The steps of a decision, in their order; the time of each is measured. The ordinal indexes histograms. */
public enum Step {
    /** Reading the request's exchange, currency and arm. */
    ALLOCATE,
    /** Finding the ads that fit. */
    MATCH,
    /** Turning request and ads into features. */
    ENCODE,
    /** The click model. */
    SCORE,
    /** How unsure the model is about the request. */
    UNCERTAINTY,
    /** Exploration of ads by adversarial gradients. */
    AGE,
    /** Modifier, prices, floors, and the choice. */
    PRICE
}
