package io.sextant.controller;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How budgets are leased to bidders.
 *
 * @param term      how long after a request a lease may be bid with; a request older than this is not answered
 * @param hold      how long after a bid its bill may come: what a lease had is kept for it so long after the lease has ended;
 *                  at least the bidders' {@code budget.settle-within}
 * @param maxAhead  how far a request's time may lie in the future of this machine's clock
 * @param sliceMin  a slice is at least this large where so much is free, USD
 * @param sliceMax  a slice is at most this large, USD
 * @param sliceShare most of what is free that goes into one slice, unless that is less than {@code sliceMin}
 * @param leasesMax leases of one account that are known at once
 * @param daysKept  how long after its end a day's sum is kept; longer than bills may be on their way
 * @param pacing    how a day's budget is spread over the day
 */
public record LedgerConfig(@DurationMin(seconds = 1) @DurationMax(hours = 1) Duration term,
        @DurationMin(seconds = 1) @DurationMax(days = 7) Duration hold,
        @DurationMin @DurationMax(hours = 1) Duration maxAhead,
        @DecimalMin("0") @DecimalMax("1000000") double sliceMin,
        @DecimalMin("0") @DecimalMax("1000000") double sliceMax,
        @DecimalMin("0.001") @DecimalMax("1") double sliceShare, @Min(1) @Max(100_000) int leasesMax,
        @DurationMin(days = 3) @DurationMax(days = 366) Duration daysKept, PacingConfig pacing) {
    private static final double NANOS = 1e9;

    /** Checks the bounds of a slice. */
    public LedgerConfig {
        if (sliceMin > sliceMax || sliceMax == 0) {
            throw new IllegalArgumentException(
                    "slice-max is " + sliceMax + ", must be above 0 and at least slice-min, " + sliceMin);
        }
    }

    /** {@code sliceMin} in nanos of USD. */
    public long sliceMinNanos() {
        return Math.round(sliceMin * NANOS);
    }

    /** {@code sliceMax} in nanos of USD. */
    public long sliceMaxNanos() {
        return Math.round(sliceMax * NANOS);
    }

    /**
     * How a day's budget is spread over the day.
     *
     * @param step     time between two looks at spend and plan
     * @param horizon  time within which spend is to be back at its plan
     * @param smoothing time over which what bidders are told moves to what is right
     * @param memory   time over which what an opportunity costs is averaged; longer where it has few impressions
     * @param ramp     time in which what is let pass at most doubles while it is not known what that costs
     * @param fade     weight of a new day in the learned traffic of an hour
     */
    public record PacingConfig(@DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration step,
            @DurationMin(minutes = 1) @DurationMax(hours = 6) Duration horizon,
            @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration smoothing,
            @DurationMin(minutes = 1) @DurationMax(days = 1) Duration memory,
            @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration ramp,
            @DecimalMin("0.01") @DecimalMax("1") double fade) {}
}
