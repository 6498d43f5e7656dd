package io.sextant.controller;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Sums by arm and minute, and by campaign, arm and day.
 *
 * @param grace how long after its end a minute or a day still takes up what comes late; at least
 *              {@code attribution.late-window}
 */
public record MetricsConfig(@NotNull Duration grace) {

    /** Checks the range. */
    public MetricsConfig {
        Ranges.check("grace", grace, Duration.ofMinutes(1), Duration.ofDays(30));
    }
}
