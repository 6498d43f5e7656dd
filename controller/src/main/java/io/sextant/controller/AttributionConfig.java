package io.sextant.controller;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
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
 * @param waiting    when an impression need not wait for the whole window
 */
public record AttributionConfig(@DurationMin(millis = 100) @DurationMax(days = 7) Duration window,
        @DurationMin(millis = 100) @DurationMax(days = 30) Duration lateWindow,
        @DurationMin(seconds = 1) @DurationMax(days = 30) Duration retention,
        @DurationMin @DurationMax(days = 1) Duration maxAhead, WaitingConfig waiting) {

    /** Checks that corrections come after labels. */
    public AttributionConfig {
        if (lateWindow.compareTo(window) < 0) {
            throw new IllegalArgumentException("late-window is " + lateWindow.toMillis()
                    + "ms, must be at least window, " + window.toMillis() + "ms");
        }
    }

    /**
     * How long impressions wait, by how steadily their campaign's clicks come.
     *
     * @param steady        wait of a campaign with steady feedback; at most {@code window} has an effect
     * @param dispersionMax how many times as much as chance alone would make of it steady feedback may vary
     * @param clicksMin     clicks that a campaign's past, and what is judged by it, must be worth
     * @param pane          impressions and clicks are compared pane by pane
     * @param halfLife      after this, a pane counts half
     */
    public record WaitingConfig(@DurationMin @DurationMax(days = 7) Duration steady,
            @DecimalMin("1") @DecimalMax("1000") double dispersionMax, @Min(1) @Max(1_000_000) int clicksMin,
            @DurationMin(seconds = 1) @DurationMax(days = 1) Duration pane,
            @DurationMin(seconds = 1) @DurationMax(days = 30) Duration halfLife) {}
}
