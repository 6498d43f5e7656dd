package io.sextant.controller;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How clicks find their impressions.
 *
 * @param window     how long an impression waits for its click before it is sent to the trainer; event time
 * @param lateWindow how long after its impression a click still corrects a label that was sent; at least {@code window}
 * @param retention  how long after the bid its notices are accepted; at least the bidder's maximum age of a notice, or
 *                   money is dropped (and counted)
 * @param maxAhead   how far a time may lie in the future of this machine's clock
 */
public record AttributionConfig(@NotNull Duration window, @NotNull Duration lateWindow, @NotNull Duration retention,
        @NotNull Duration maxAhead) {

    /** Checks the ranges. */
    public AttributionConfig {
        Ranges.check("window", window, Duration.ofMillis(100), Duration.ofDays(7));
        Ranges.check("late-window", lateWindow, window, Duration.ofDays(30));
        Ranges.check("retention", retention, Duration.ofSeconds(1), Duration.ofDays(30));
        Ranges.check("max-ahead", maxAhead, Duration.ZERO, Duration.ofDays(1));
    }
}
