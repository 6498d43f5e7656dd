package io.sextant.perf.estimators;

/** What is known of how far predictions are off, and how an uncertainty is held against it. */
interface ErrorEvidence {
    /** What {@link #overall} and {@link #fixed} hold the uncertainty against, for a column's head. */
    String label();

    /** What {@link #other} holds it against. */
    String otherLabel();

    /** Rank correlation of the uncertainty with the request's error. */
    double overall(double[] uncertainty);

    /** The same within strata of the predicted click probability, averaged. */
    double fixed(double[] uncertainty, int[] strata);

    /** Rank correlation with a second kind of error. */
    double other(double[] uncertainty);
}
