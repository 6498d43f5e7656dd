package io.sextant.controller;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * Sums by arm and minute.
 *
 * @param grace how long after its end a minute still takes up what comes late; at least
 *              {@code attribution.late-window}
 */
public record MetricsConfig(@DurationMin(minutes = 1) @DurationMax(days = 30) Duration grace) {}
