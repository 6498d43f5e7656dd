package io.sextant.abtesting.report;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/**
 * Where the truth lies, with the given confidence.
 *
 * @param low   lower end
 * @param high  upper end
 * @param level confidence, above 0 and below 1
 */
public record ConfidenceInterval(double low, double high, double level) {
    /**
     * Wilson's score interval for a share.
     *
     * @param successes 0 to trials
     * @param trials    1 or more; beyond 2³¹ - 1 both are halved until they fit, which widens the interval
     * @param level     confidence, above 0 and below 1
     * @throws IllegalArgumentException if a value is out of range
     * @implNote Treats trials as independent of each other; clicks of one person are not quite.
     */
    public static ConfidenceInterval wilson(long successes, long trials, double level) {
        if (trials < 1 || successes < 0 || successes > trials || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException("no interval for " + successes + " successes in " + trials
                    + " trials at confidence " + level);
        }
        int halvings = Math.max(0, Integer.SIZE + 1 - Long.numberOfLeadingZeros(trials));
        var interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate((int) (trials >> halvings),
                (int) (successes >> halvings), 1 - level);
        // Rounding can leave 0 to 1 by the last digit.
        return new ConfidenceInterval(Math.max(0, interval.getLowerBound()), Math.min(1, interval.getUpperBound()),
                level);
    }
}
