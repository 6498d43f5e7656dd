package io.sextant.model.training;

import java.time.Duration;

/**
 * Which rows of the embedding table are learned, and for how long what they hold is believed. Time is that of the
 * examples, never the clock's.
 *
 * @param admissionCount trained examples that a row needs before it is moved, 1 to 2^24; until then it keeps its initial
 *                       numbers. 1 admits every row at once
 * @param expireAfter    a row that no trained example touched for so long gets its initial numbers back, an hour or more;
 *                       zero for never
 * @param halfLife       in so long half of a row's information is forgotten, an hour or more; zero for never
 */
public record RowRetention(int admissionCount, Duration expireAfter, Duration halfLife) {
    /** Every row is learned and kept for good. */
    public static final RowRetention FOR_GOOD = new RowRetention(1, Duration.ZERO, Duration.ZERO);

    private static final int COUNT_MAX = 1 << 24;

    public RowRetention {
        if (admissionCount < 1 || admissionCount > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "admission count is " + admissionCount + ", must be 1 to " + COUNT_MAX);
        }
        requireHours("expiry", expireAfter);
        requireHours("half-life", halfLife);
    }

    private static void requireHours(String name, Duration time) {
        if (!time.isZero() && time.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException(name + " is " + time + ", must be 0 or at least an hour");
        }
    }
}
