package io.sextant.bidder.strategy;

/**
 * A prediction drawn towards the mean by as much as predictions cannot be relied on:
 * {@code mean + reliability × (predicted − mean)}. Who buys what looks best buys what was overrated most; a budget that picks
 * among impressions has to know.
 *
 * @param mean        of what is predicted, from outcomes
 * @param reliability slope of the outcome on the prediction, 0 (predictions tell nothing) to 1 (calibrated: nothing to do).
 *                    Where nobody has measured it, {@link #UNKNOWN}
 * @implNote Kelley (1947), Fundamentals of statistics, regressed true scores.
 */
public record RegressedValue(double mean, double reliability) {
    /** Mean of a reliability that may as well be anything from 0 to 1. */
    public static final double UNKNOWN = 0.5;

    public RegressedValue {
        if (!(mean >= 0) || !(reliability >= 0 && reliability <= 1)) {
            throw new IllegalArgumentException("mean " + mean + ", reliability " + reliability
                    + "; the mean must be at least 0, the reliability 0 to 1");
        }
    }

    /** The expected outcome behind a prediction; 0 or more where the prediction is. */
    public double of(double predicted) {
        return mean + reliability * (predicted - mean);
    }
}
