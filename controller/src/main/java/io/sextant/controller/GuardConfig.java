package io.sextant.controller;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How the cost of exploration is watched; what it may be is among the exploration settings.
 *
 * @param window how far back the premium reaches that is held against its cap; by the time of the bid, whole panes
 * @param pane   time between two looks at the gain
 */
public record GuardConfig(@DurationMin(seconds = 1) @DurationMax(hours = 1) Duration window,
        @DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration pane) {

    /** Checks that panes fit the window. */
    public GuardConfig {
        if (pane.isZero() || window.toMillis() % pane.toMillis() != 0) {
            throw new IllegalArgumentException("window is " + window.toMillis() + "ms, must be a multiple of pane, "
                    + pane.toMillis() + "ms");
        }
    }

    /** Where a time's pane starts, in ms since the epoch. */
    public long paneStartMs(long timeMs) {
        return timeMs - Math.floorMod(timeMs, pane.toMillis());
    }

    /** Start of the oldest pane that is within the window when the clock stands at {@code timeMs}. */
    public long windowStartMs(long timeMs) {
        return paneStartMs(timeMs) + pane.toMillis() - window.toMillis();
    }
}
