package io.sextant.controller;

import java.time.Duration;

/** Range checks of settings. */
final class Ranges {
    private Ranges() {}

    static void check(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    key + " is " + value.toMillis() + "ms, must be between " + least.toMillis() + "ms and "
                            + most.toMillis() + "ms");
        }
    }
}
