package io.sextant.perf.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one measurement yielded: the mean time of a call in each iteration of all its JVMs, and counted events. */
final class Samples {
    private static final double MICRO = 1e-3;

    private final List<Double> callNs = new ArrayList<>();
    private final Map<String, Double> counts = new HashMap<>();

    /** Adds an iteration: nanoseconds a call, and what it counted. */
    void add(double nsPerCall, Map<String, Double> counted) {
        callNs.add(nsPerCall);
        counted.forEach((name, count) -> counts.merge(name, count, Double::sum));
    }

    /** Iterations so far. */
    int iterations() {
        return callNs.size();
    }

    /** Half of the iterations were quicker, in nanoseconds a call. */
    double medianNs() {
        return quantileNs(0.5);
    }

    /** {@link #medianNs} in microseconds. */
    double medianMicros() {
        return medianNs() * MICRO;
    }

    /** A quantile of the iterations in microseconds a call. */
    double quantileMicros(double share) {
        return quantileNs(share) * MICRO;
    }

    private double quantileNs(double share) {
        if (callNs.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        double[] sorted = callNs.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** How much of an event was counted in all iterations; 0 if none was. */
    double count(String event) {
        return counts.getOrDefault(event, 0.0);
    }

    /** The iterations in the order in which they were added, nanoseconds a call. */
    List<Double> callNs() {
        return Collections.unmodifiableList(callNs);
    }
}
