package io.sextant.perf.latency;

/**
 * One measured number.
 *
 * @param key    name in the JSON
 * @param value  the number; NaN where it could not be had
 * @param what   for people: what it is, with its unit
 * @param target for people: what it should be; empty where nothing is asked
 * @param met    whether it is; true where nothing is asked
 */
record LatencyFigure(String key, double value, String what, String target, boolean met) {
    /** One of which nothing is asked. */
    static LatencyFigure of(String key, double value, String what) {
        return new LatencyFigure(key, value, what, "", true);
    }

    /** One that must not be above a bound. */
    static LatencyFigure atMost(String key, double value, double bound, String what) {
        return new LatencyFigure(key, value, what, "≤ " + shown(bound), value <= bound);
    }

    /** One that must not be below a bound. */
    static LatencyFigure atLeast(String key, double value, double bound, String what) {
        return new LatencyFigure(key, value, what, "≥ " + shown(bound), value >= bound);
    }

    private static String shown(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
