package io.sextant.controller;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * How clicks find their impressions.
 *
 * @param window     how long an impression waits for its click before it is sent to the trainer; event time
 * @param lateWindow how long after its impression a click still corrects a label that was sent; at least {@code window}
 * @param retention  how long after the bid its notices are accepted; at least the bidder's maximum age of a notice, or
 *                   money is dropped (and counted)
 * @param maxAhead   how far a time may lie in the future of this machine's clock
 */
public record AttributionConfig(@DurationMin(millis = 100) @DurationMax(days = 7) Duration window,
        @DurationMin(millis = 100) @DurationMax(days = 30) Duration lateWindow,
        @DurationMin(seconds = 1) @DurationMax(days = 30) Duration retention,
        @DurationMin @DurationMax(days = 1) Duration maxAhead) {

    /** Checks that corrections come after labels. */
    public AttributionConfig {
        if (lateWindow.compareTo(window) < 0) {
            throw new IllegalArgumentException("late-window is " + lateWindow.toMillis()
                    + "ms, must be at least window, " + window.toMillis() + "ms");
        }
    }
}
