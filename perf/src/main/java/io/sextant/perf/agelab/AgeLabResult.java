package io.sextant.perf.agelab;

import io.sextant.perf.engine.Machine;
import java.util.List;
import java.util.Map;

/**
 * Everything that was found.
 *
 * @param name     of the experiment
 * @param command  that was given
 * @param quick    whether the figures say little
 * @param seconds  that it took
 * @param machine  it ran on
 * @param settings in force, by dotted key
 * @param rows     settings, and a sentence about each
 * @param seeds    runs of each policy and setting
 * @param pilot    what the number of seeds comes from, a sentence
 * @param runs     all of them
 * @param theorem  theorem 1, numerically
 */
public record AgeLabResult(String name, String command, boolean quick, double seconds, Machine machine,
        Map<String, String> settings, Map<String, String> rows, int seeds, String pilot, List<PolicyRun> runs,
        TheoremFigures theorem) {
    public AgeLabResult {
        runs = List.copyOf(runs);
    }

    /** Shares of the log that were run, the largest first. */
    public List<Double> shares() {
        return runs.stream().map(PolicyRun::share).distinct().sorted((a, b) -> Double.compare(b, a)).toList();
    }
}
