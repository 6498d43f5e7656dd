package io.sextant.controller;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * The rolling window over an arm's uncertainties.
 *
 * @param length   how far back statistics reach; whole panes
 * @param pane     what the window moves by
 * @param grace    how long after its end a pane waits for slower bidders before it is published
 * @param publish  time between snapshots of an arm
 * @param maxCells bound on the leaf cells of an arm that are published; the least used beyond it are counted as "other"
 * @param maxAhead how far a second may lie in the future of this machine's clock
 */
public record WindowConfig(@DurationMin(seconds = 1) @DurationMax(days = 1) Duration length,
        @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration pane,
        @DurationMin @DurationMax(hours = 1) Duration grace,
        @DurationMin(millis = 100) @DurationMax(minutes = 10) Duration publish, @Min(1) @Max(100_000) int maxCells,
        @DurationMin @DurationMax(days = 1) Duration maxAhead) {

    /** Checks that panes fit the window. */
    public WindowConfig {
        if (pane.isZero() || length.toMillis() % pane.toMillis() != 0) {
            throw new IllegalArgumentException("length is " + length.toMillis() + "ms, must be a multiple of pane, "
                    + pane.toMillis() + "ms");
        }
        if (pane.toMillis() % 1000 != 0) {
            throw new IllegalArgumentException("pane is " + pane.toMillis() + "ms, must be whole seconds");
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
