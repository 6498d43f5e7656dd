package io.sextant.controller;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

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
public record WindowConfig(@NotNull Duration length, @NotNull Duration pane, @NotNull Duration grace,
        @NotNull Duration publish, @Min(1) @Max(100_000) int maxCells, @NotNull Duration maxAhead) {

    /** Checks the ranges. */
    public WindowConfig {
        Ranges.check("pane", pane, Duration.ofSeconds(1), Duration.ofHours(1));
        Ranges.check("length", length, pane, Duration.ofDays(1));
        Ranges.check("grace", grace, Duration.ZERO, length);
        Ranges.check("publish", publish, Duration.ofMillis(100), Duration.ofMinutes(10));
        Ranges.check("max-ahead", maxAhead, Duration.ZERO, Duration.ofDays(1));
        if (length.toMillis() % pane.toMillis() != 0) {
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
