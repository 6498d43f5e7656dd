package io.sextant.perf.latency;

import java.time.Duration;

/**
 * What is sent, and for how long.
 *
 * @param rate        requests a second that are due, above 0
 * @param arrivals    gaps between them
 * @param warmUp      time at the start that is not counted
 * @param measured    time that is
 * @param connections connections that are kept open, one request at a time on each
 * @param giveUpAfter a request that has waited so long for a free connection is not sent and counts as a time-out; zero for
 *                    never
 * @param tmax        a later answer counts as a time-out
 * @param seed        of the gaps
 * @param samples     answers that are kept at most, to be checked whole
 * @param stopEarly   ends a run that cannot hold its limit any more; {@link Limit#NONE} for none
 */
record LoadPlan(double rate, Arrivals arrivals, Duration warmUp, Duration measured, int connections,
        Duration giveUpAfter, Duration tmax, long seed, int samples, Limit stopEarly) {
    /** Connections of an exchange to one bidder, unless told. */
    static final int CONNECTIONS = 64;
    /** As the requests say. */
    static final Duration TMAX = Duration.ofMillis(100);
    private static final int SAMPLES = 1_000;

    /** Gaps between requests. */
    enum Arrivals {
        /** Exponential, as if many independent people came. */
        EXPONENTIAL,
        /** All the same. */
        CONSTANT
    }

    /**
     * What a rate has to hold.
     *
     * @param percentile of all requests, 0 to 100
     * @param atMost     their time
     */
    record Limit(double percentile, Duration atMost) {
        /** None. */
        static final Limit NONE = new Limit(100, Duration.ofDays(1));
        /** The one that throughput is told at. */
        static final Limit THROUGHPUT = new Limit(99, Duration.ofMillis(5));
    }

    LoadPlan {
        if (!(rate > 0) || connections < 1 || measured.isNegative() || measured.isZero() || warmUp.isNegative()) {
            throw new IllegalArgumentException(
                    "rate, connections and measured must be above 0, warmUp at least 0: " + rate + ", " + connections
                            + ", " + measured + ", " + warmUp);
        }
    }

    /** Exponential gaps over the usual connections, nothing given up, nothing ended early. */
    static LoadPlan of(double rate, Duration warmUp, Duration measured, long seed) {
        return new LoadPlan(rate, Arrivals.EXPONENTIAL, warmUp, measured, CONNECTIONS, Duration.ZERO, TMAX, seed,
                SAMPLES, Limit.NONE);
    }

    LoadPlan withArrivals(Arrivals other) {
        return new LoadPlan(rate, other, warmUp, measured, connections, giveUpAfter, tmax, seed, samples, stopEarly);
    }

    LoadPlan withConnections(int other) {
        return new LoadPlan(rate, arrivals, warmUp, measured, other, giveUpAfter, tmax, seed, samples, stopEarly);
    }

    LoadPlan withGiveUpAfter(Duration other) {
        return new LoadPlan(rate, arrivals, warmUp, measured, connections, other, tmax, seed, samples, stopEarly);
    }

    LoadPlan withStopEarly(Limit other) {
        return new LoadPlan(rate, arrivals, warmUp, measured, connections, giveUpAfter, tmax, seed, samples, other);
    }

    /** Requests that are due in the measured time, on average. */
    double expected() {
        return rate * measured.toNanos() / 1e9;
    }
}
