package io.sextant.controller;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * The panes of the rolling window over an arm's uncertainties. How long the window is can be changed while everything
 * runs, and stands in {@link ExplorationConfig#window}.
 *
 * @param pane     what the window moves by
 * @param grace    how long after its end a pane waits for slower bidders before it is published
 * @param publish  time between snapshots of an arm
 * @param maxAhead how far a second may lie in the future of this machine's clock
 */
public record WindowConfig(@DurationMin(seconds = 1) @DurationMax(hours = 1) Duration pane,
        @DurationMin @DurationMax(hours = 1) Duration grace,
        @DurationMin(millis = 100) @DurationMax(minutes = 10) Duration publish,
        @DurationMin @DurationMax(days = 1) Duration maxAhead) {

    /** Checks that a pane is whole seconds. */
    public WindowConfig {
        if (pane.isZero() || pane.toMillis() % 1000 != 0) {
            throw new IllegalArgumentException("pane is " + pane.toMillis() + "ms, must be whole seconds");
        }
    }

    /**
     * Checks that the window is whole panes.
     *
     * @param key what the window's length is called in the message
     * @throws IllegalArgumentException if it is not
     */
    public void requireWholePanes(String key, Duration length) {
        if (length.toMillis() % pane.toMillis() != 0) {
            throw new IllegalArgumentException(key + " is " + length.toMillis()
                    + "ms, must be a multiple of pane, the controller's window.pane, " + pane.toMillis() + "ms");
        }
    }

    /** Where a time's pane starts, in ms since the epoch. */
    public long paneStartMs(long timeMs) {
        return timeMs - Math.floorMod(timeMs, pane.toMillis());
    }

    /** End, exclusive, of the newest pane that is complete when the clock stands at {@code clockMs}. */
    public long windowEndMs(long clockMs) {
        return paneStartMs(clockMs - grace.toMillis());
    }
}
