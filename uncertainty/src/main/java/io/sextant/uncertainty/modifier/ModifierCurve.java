package io.sextant.uncertainty.modifier;

/**
 * From uncertainty to natural bid modifier. Immutable and thread-safe; allocates nothing.
 *
 * @param mean         mean uncertainty of the window, what m is relative to; above 0
 * @param quantileLow  explore only from this uncertainty on
 * @param quantileHigh explore only up to this uncertainty
 * @param min          smallest modifier, above 0 and at most 1
 * @param max          largest modifier, at least 1
 * @implNote Exploration with Model Uncertainty in RTB, section 3: modifier = u / mean(u), some quantiles filter requests
 *           with too low or too high uncertainty, and the modifier is bounded. What scales it to a budget comes after, see
 *           {@link BidModifierTable#applied}.
 */
public record ModifierCurve(double mean, double quantileLow, double quantileHigh, double min, double max) {
    /** The modifier that changes no bid. */
    public static final double NEUTRAL = 1;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public ModifierCurve {
        require(mean > 0 && Double.isFinite(mean), "mean", mean, "above 0");
        require(quantileLow >= 0 && quantileLow <= quantileHigh, "low quantile", quantileLow,
                "from 0 to the high quantile, " + quantileHigh);
        require(min > 0 && min <= NEUTRAL, "minimum", min, "above 0 and at most 1");
        require(max >= NEUTRAL && Double.isFinite(max), "maximum", max, "at least 1");
    }

    /**
     * The natural modifier of an uncertainty: u / mean, bounded; 1 outside the quantiles and where u is not a number. Never
     * below min or above max.
     *
     * @param u uncertainty of the request, on the scale of the mean
     */
    public double natural(double u) {
        return u >= quantileLow && u <= quantileHigh ? Math.min(max, Math.max(min, u / mean)) : NEUTRAL;
    }

    private static void require(boolean holds, String name, double value, String range) {
        if (!holds) {
            throw new IllegalArgumentException("modifier curve: " + name + " is " + value + ", must be " + range);
        }
    }
}
