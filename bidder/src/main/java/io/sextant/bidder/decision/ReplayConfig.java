package io.sextant.bidder.decision;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The directory of decisions; key {@code replay}.
 *
 * @param dir           where it lies, one for each bidder; empty for none
 * @param retention     decisions are deleted when they are this old, and with them what only they were made with
 * @param segmentBytes  a file of decisions is closed at this size
 * @param segmentAge    a file of decisions is closed at this age
 * @param queueCapacity decisions that may wait for the disk; more are dropped and counted
 */
public record ReplayConfig(@NotNull String dir, @NotNull @DurationMin(seconds = 1) Duration retention,
        @Min(1024) long segmentBytes, @NotNull @DurationMin(seconds = 1) Duration segmentAge,
        @Min(16) @Max(1_000_000) int queueCapacity) {
    /** Whether decisions are kept. */
    public boolean enabled() {
        return !dir.isEmpty();
    }
}
