package io.sextant.perf.engine;

import java.time.Duration;

/**
 * How long is measured.
 *
 * @param rounds         times that all is measured, each time in a new JVM, one measurement after the other: a machine that
 *                       slows down meets all of them
 * @param warmUps        iterations of each JVM that do not count, after the compiler is done
 * @param iterations     iterations of each JVM that count
 * @param iteration      length of an iteration
 * @param examples       examples that the measured net learns
 * @param growth         whether it is measured how cost grows, and all forms of the other engines
 * @param growthExamples examples that each further net learns
 */
record Effort(int rounds, int warmUps, int iterations, Duration iteration, long examples, boolean growth,
        long growthExamples) {
    /** A minute or so. */
    static Effort quick() {
        return new Effort(1, 1, 6, Duration.ofMillis(200), 40_000, false, 0);
    }

    /** A quarter of an hour or so. */
    static Effort full() {
        return new Effort(5, 2, 8, Duration.ofMillis(300), 150_000, true, 40_000);
    }

    /** Once is enough where only the shape of a curve counts. */
    Effort once() {
        return new Effort(1, warmUps, iterations, iteration, examples, growth, growthExamples);
    }
}
