package io.sextant.perf.jmh;

/**
 * Calls until the compiler is done. JMH warms up for a fixed time; how long vectors take to be compiled depends on the
 * machine and on what else runs on it, and until then a call is thousands of times slower.
 */
final class Steady {
    private static final long ROUND_NS = 100_000_000;
    /** The last tier's compiler starts on a loop after some thousand turns, and then takes its time. */
    private static final long CALLS_MIN = 2_000;
    /** Without a quicker round for this long, the speed counts as steady. */
    private static final long PATIENCE_NS = 700_000_000;
    /** What counts as quicker. */
    private static final double GAIN = 0.95;
    private static final long LIMIT_NS = 60_000_000_000L;

    private Steady() {}

    /** Runs {@code call} until its speed is steady, for a minute at most. */
    static void reach(Runnable call) {
        long start = System.nanoTime();
        long lastGain = start;
        double best = Double.POSITIVE_INFINITY;
        long allCalls = 0;
        long now = start;
        while ((now - lastGain < PATIENCE_NS || allCalls < CALLS_MIN) && now - start < LIMIT_NS) {
            long round = now;
            long calls = 0;
            while (calls == 0 || now - round < ROUND_NS) {
                call.run();
                calls++;
                now = System.nanoTime();
            }
            allCalls += calls;
            double each = (double) (now - round) / calls;
            if (each < best * GAIN) {
                lastGain = now;
                best = each;
            }
        }
    }
}
