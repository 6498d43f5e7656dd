package io.sextant.uncertainty.estimator;

/** Bounds of this module's settings, each with its reason. */
public final class Limits {
    /** A standard deviation over N - 1 needs two values. */
    public static final int PASSES_MIN = 2;
    /** Sizes buffers; the standard error of a deviation over 1,000 passes is 2 %, more buys nothing. */
    public static final int PASSES_MAX = 1_000;
    /** Gradient steps of one direction; each costs a forward and a backward pass a candidate. */
    public static final int STEPS_MAX = 100;

    private Limits() {}
}
