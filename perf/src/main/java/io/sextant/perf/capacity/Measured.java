package io.sextant.perf.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Measured numbers by name, each with the run that it is from. Asking for one that was not measured names the command that
 * measures it. Immutable.
 */
final class Measured {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A measured number.
     *
     * @param value  the number
     * @param source command and file that it is from
     */
    record Value(double value, String source) {}

    private final Map<String, Value> values;

    private Measured(Map<String, Value> values) {
        this.values = Map.copyOf(values);
    }

    /** Numbers by name that come from one place. */
    static Measured of(Map<String, Double> numbers, String source) {
        Map<String, Value> values = new TreeMap<>();
        numbers.forEach((name, number) -> values.put(name, new Value(number, source)));
        return new Measured(values);
    }

    /**
     * All numbers at the top of the files that {@code --json} of the benchmarks wrote.
     *
     * @throws IOException if one cannot be read
     */
    static Measured read(List<Path> files) throws IOException {
        Map<String, Value> values = new TreeMap<>();
        for (Path file : files) {
            JsonNode run = JSON.readTree(file.toFile());
            String source = run.path("command").asText("unknown command");
            run.properties().forEach(member -> {
                if (member.getValue().isNumber()) {
                    values.put(member.getKey(), new Value(member.getValue().asDouble(), source));
                }
            });
            controller(run, source, values);
        }
        return new Measured(values);
    }

    /** Intercept and slope of the controller's processor time over messages a second, from loads of the standard cells. */
    private static void controller(JsonNode run, String source, Map<String, Value> values) {
        List<double[]> loads = new ArrayList<>();
        run.path("loads").forEach(load -> {
            if (load.path("load").path("cells").asInt() == 200 && load.path("final_lag").asLong() == 0) {
                loads.add(new double[]{load.path("messages_per_second").asDouble(),
                    load.path("controller_cpu_share").asDouble()});
            }
        });
        run.path("loads").forEach(load -> {
            // The load that a million requests a second make.
            if (load.path("load").path("cells").asInt() == 200 && load.path("load").path("bidders").asInt() == 50) {
                values.put("controller_bytes_in_per_message", new Value(
                        load.path("bytes_per_second").path("in").asDouble()
                                / load.path("messages_per_second").asDouble(),
                        source));
            }
        });
        loads.sort(Comparator.comparingDouble(load -> load[0]));
        double[] line = line(loads);
        if (line != null) {
            values.put("controller_cpu_base", new Value(line[0], source));
            values.put("controller_cpu_ms_per_message", new Value(1000 * line[1], source));
        }
    }

    /** Least squares, {intercept, slope}; null for fewer than two points. */
    static double @Nullable [] line(List<double[]> points) {
        if (points.size() < 2) {
            return null;
        }
        double meanX = points.stream().mapToDouble(point -> point[0]).average().orElseThrow();
        double meanY = points.stream().mapToDouble(point -> point[1]).average().orElseThrow();
        double covariance = points.stream().mapToDouble(p -> (p[0] - meanX) * (p[1] - meanY)).sum();
        double variance = points.stream().mapToDouble(p -> (p[0] - meanX) * (p[0] - meanX)).sum();
        double slope = covariance / variance;
        return new double[]{meanY - slope * meanX, slope};
    }

    /** These, and where they have none, the others'. */
    Measured orElse(Measured others) {
        Map<String, Value> all = new TreeMap<>(others.values);
        all.putAll(values);
        return new Measured(all);
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    double get(String name) {
        Value found = values.get(name);
        if (found == null) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "%s was not measured; run ./sextant bench latency --json FILE, and name FILE here", name));
        }
        return found.value();
    }

    /** Where a number is from. */
    String source(String name) {
        Value found = values.get(name);
        return found == null ? "" : found.source();
    }
}
