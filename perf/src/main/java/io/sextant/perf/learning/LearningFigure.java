package io.sextant.perf.learning;

/**
 * One measured number.
 *
 * @param key    name in the JSON
 * @param value  the number; NaN or infinite where it could not be had
 * @param what   for people: what it is, with its unit
 * @param target for people: what it should be; empty where nothing is asked
 * @param met    whether it is; true where nothing is asked
 */
record LearningFigure(String key, double value, String what, String target, boolean met) {
    /** One of which nothing is asked. */
    static LearningFigure of(String key, double value, String what) {
        return new LearningFigure(key, value, what, "", true);
    }
}
