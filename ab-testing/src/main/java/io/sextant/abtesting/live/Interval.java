package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * A number and where the truth lies, conditional on the models that were bid with.
 *
 * @param value the number
 * @param low   lower end
 * @param high  upper end
 */
public record Interval(@JsonProperty("value") double value, @JsonProperty("low") double low,
        @JsonProperty("high") double high) {

    /**
     * Of a number above 0: as near by its logarithm as the number is to its error, so no end is below 0. Null where number or
     * error is not finite or the number is 0: too little is known.
     */
    static @Nullable Interval of(Estimate estimate, double level) {
        if (!usable(estimate) || !(estimate.value() > 0)) {
            return null;
        }
        ConfidenceInterval logs = estimate.log().interval(level);
        return new Interval(estimate.value(), Math.exp(logs.low()), Math.exp(logs.high()));
    }

    /** A difference of logarithms as a relative difference: 0.05 is 5 % more. */
    static @Nullable Interval relative(Estimate logs, double level) {
        return usable(logs) ? relative(logs.value(), logs.interval(level)) : null;
    }

    /** The same where the interval has another source; null where anything is not finite. */
    static @Nullable Interval relative(double log, ConfidenceInterval logs) {
        return Double.isFinite(log) && Double.isFinite(logs.low()) && Double.isFinite(logs.high())
                ? new Interval(Math.expm1(log), Math.expm1(logs.low()), Math.expm1(logs.high()))
                : null;
    }

    static boolean usable(Estimate estimate) {
        return Double.isFinite(estimate.value()) && Double.isFinite(estimate.standardError())
                && estimate.standardError() > 0;
    }
}
