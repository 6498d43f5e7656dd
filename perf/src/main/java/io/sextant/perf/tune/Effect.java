package io.sextant.perf.tune;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.abtesting.statistics.PairedRuns;
import java.util.Arrays;
import java.util.Locale;

/**
 * A paired difference over runs.
 *
 * @param mean of the runs; NaN without any
 * @param low  lower end of the 95 % interval, Student's t over runs; NaN for one run
 * @param high its upper end
 */
record Effect(@JsonProperty("mean") double mean, @JsonProperty("low") double low, @JsonProperty("high") double high) {
    private static final double LEVEL = 0.95;
    private static final double PERCENT = 100;

    /** Of one difference a run; those that are no number, as the ratio of something that is 0, are left out. */
    static Effect of(double... differences) {
        double[] told = Arrays.stream(differences).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(told).sum() / told.length;
        if (told.length < 2) {
            return new Effect(mean, Double.NaN, Double.NaN);
        }
        var interval = PairedRuns.of(told).interval(LEVEL);
        return new Effect(mean, interval.low(), interval.high());
    }

    /** Whether all of the interval lies above 0. */
    boolean gains() {
        return low > 0;
    }

    /** Whether all of it lies below 0. */
    boolean loses() {
        return high < 0;
    }

    /** In per cent. */
    String percent() {
        return Double.isNaN(low) ? String.format(Locale.ROOT, "%+.2f", PERCENT * mean)
                : String.format(Locale.ROOT, "%+.2f ± %.2f", PERCENT * mean, PERCENT * (high - low) / 2);
    }

    /** In a word. */
    String verdict() {
        return gains() ? "gains" : loses() ? "loses" : "no difference shown";
    }
}
