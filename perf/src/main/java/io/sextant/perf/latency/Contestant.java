package io.sextant.perf.latency;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * A bidder that is measured in turn with others, and what was measured of it: what it answers when more is asked round by round, and loads at
 * the same rates as the others'. For one thread; closing it ends the bidder.
 */
final class Contestant implements AutoCloseable {
    private final String name;
    private final ServerJvm server;
    private final Traffic traffic;
    private final boolean owned;
    private final List<Double> throughputs = new ArrayList<>();
    private final List<LoadPoint> points = new ArrayList<>();

    /**
     * Takes a bidder that is ready.
     *
     * @param name  in tables
     * @param owned whether closing this ends the bidder
     */
    Contestant(String name, ServerJvm server, Traffic traffic, boolean owned) {
        this.name = name;
        this.server = server;
        this.traffic = traffic;
        this.owned = owned;
    }

    /**
     * Measures bidders in turn, so that what disturbs the machine for a while disturbs all of them: what each answers a second
     * when more is asked, in several rounds, then each at the same rate, half of the least of that. It is not the rate at
     * which p99 holds: that takes a search each time and is no steady figure where one answer takes a large part of the limit.
     *
     * @param progress told which share is done
     */
    static void compare(LatencyBench bench, List<Contestant> contestants, DoubleConsumer progress)
            throws IOException, InterruptedException {
        int rounds = bench.quick() ? 2 : 7;
        int done = 0;
        int all = (2 + rounds) * contestants.size();
        for (Contestant contestant : contestants) {
            bench.warm(contestant.server, contestant.traffic, _ -> {});
            progress.accept((double) ++done / all);
        }
        for (int round = 0; round < rounds; round++) {
            for (Contestant contestant : contestants) {
                contestant.throughputs.add(bench.saturation(contestant.server, contestant.traffic));
                progress.accept((double) ++done / all);
            }
        }
        double rate = contestants.stream().mapToDouble(Contestant::throughput).min().orElseThrow() / 2;
        for (Contestant contestant : contestants) {
            contestant.points.add(bench.point(contestant.server, contestant.traffic,
                    bench.plan(Math.max(1, rate), Duration.ofSeconds(bench.quick() ? 2 : 15)), _ -> {}));
            progress.accept((double) ++done / all);
        }
    }

    /** Median of the rounds, requests a second. */
    double throughput() {
        return LatencyBench.median(throughputs);
    }

    /** What is lost of the other's throughput, 0 for nothing: median of what each round says. */
    double costAgainst(Contestant other) {
        List<Double> losses = new ArrayList<>();
        for (int round = 0; round < throughputs.size(); round++) {
            losses.add(1 - throughputs.get(round) / other.throughputs.get(round));
        }
        return LatencyBench.median(losses);
    }

    /** The last load that was measured. */
    LoadPoint point() {
        return points.getLast();
    }

    /** The bidder. */
    ServerJvm server() {
        return server;
    }

    /** What it is called in tables. */
    String name() {
        return name;
    }

    /** Everything measured, for the JSON. */
    Map<String, Object> details() {
        Map<String, Object> details = new TreeMap<>(Map.of("name", name, "throughputs", List.copyOf(throughputs)));
        if (!points.isEmpty()) {
            details.put("rate", point().load().plan().rate());
            details.put("cpu_ms", point().cpuMs());
            details.put("bytes", point().bytes());
            details.put("p99_ms", point().load().latencyMs(99));
            details.put("p999_ms", point().load().latencyMs(99.9));
            details.put("longest_pause_ms", point().pauses().longestMs());
            details.put("ready_seconds", server.readySeconds());
        }
        return details;
    }

    /** The throughputs of the rounds, for a table. */
    String rounds() {
        return String.join(" ", throughputs.stream().map(rate -> String.format(Locale.ROOT, "%.0f", rate)).toList());
    }

    @Override
    public void close() {
        if (owned) {
            server.close();
        }
    }
}
