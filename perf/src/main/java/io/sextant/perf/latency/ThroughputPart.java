package io.sextant.perf.latency;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * How many requests a second hold p99 within 5 ms, with ten and with a hundred candidates, as a share of what a bare server
 * holds; latency at 70 % of each's own; and what a request costs.
 */
/*
 * All servers run at once and are measured in turn, in several rounds: what the machine does meanwhile meets all of them. A
 * bidder that nobody asks uses a hundredth of a core.
 */
final class ThroughputPart implements LatencyPart {
    private static final double PART_OF_KNEE = 0.7;
    private static final double BASE_WITHOUT_KNEE = 500;
    private static final double JSON_PART_OF_KNEE = 0.5;
    private static final List<Double> SWEEP = List.of(0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1);
    private static final Duration SWEEP_TIME = Duration.ofSeconds(6);
    /** Parts of the whole time that the steps take, for the progress bar. */
    private static final double WARM = 0.2;
    private static final double KNEES = 0.55;
    private static final double POINTS = 0.8;
    private static final double BYTES = 0.87;

    /** A server and all that is known of it. */
    static final class Measured {
        private final String name;
        private final ServerJvm server;
        private final Traffic traffic;
        private final List<Double> knees = new ArrayList<>();
        private final List<LoadPoint> points = new ArrayList<>();
        private final List<LoadPoint> sweep = new ArrayList<>();

        Measured(String name, ServerJvm server, Traffic traffic) {
            this.name = name;
            this.server = server;
            this.traffic = traffic;
        }

        String name() {
            return name;
        }

        List<Double> knees() {
            return knees;
        }

        List<LoadPoint> points() {
            return points;
        }

        List<LoadPoint> sweep() {
            return sweep;
        }

        double knee() {
            return LatencyBench.median(knees);
        }

        /** The knee; where no rate held, a low rate, so that the rest can be told all the same. */
        double base() {
            return knee() > 0 ? knee() : BASE_WITHOUT_KNEE;
        }

        double latencyMs(double percentile) {
            return LatencyBench.median(points.stream().map(point -> point.load().latencyMs(percentile)).toList());
        }

        double cpuMs() {
            return LatencyBench.median(points.stream().map(LoadPoint::cpuMs).toList());
        }

        double bytes() {
            return LatencyBench.median(points.stream().map(LoadPoint::bytes).toList());
        }
    }

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        LatencyBench.Standing ten = bench.standing(10, share -> progress.accept(WARM * share / 3));
        LatencyBench.Standing hundred = bench.standing(100, share -> progress.accept(WARM * (1 + share) / 3));
        // Only now: the floor answers what bidders have answered.
        try (var bare = bench.floor(false)) {
            bench.warm(bare, hundred.traffic(), share -> progress.accept(WARM * (2 + share) / 3));
            return measure(bench, new Measured("bare server", bare, hundred.traffic()),
                    new Measured("10 candidates", ten.server(), ten.traffic()),
                    new Measured("100 candidates", hundred.server(), hundred.traffic()), progress);
        }
    }

    private static PartResult measure(LatencyBench bench, Measured floor, Measured ten, Measured hundred,
            DoubleConsumer progress) throws IOException, InterruptedException {
        List<Measured> all = List.of(floor, ten, hundred);
        int rounds = bench.quick() ? 1 : 3;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < all.size(); i++) {
                Measured next = all.get(i);
                next.knees.add(bench.knee(next.server, next.traffic));
                progress.accept(WARM + (KNEES - WARM) * (round * all.size() + i + 1) / (rounds * all.size()));
            }
        }
        atSeventyPercent(bench, all, progress);
        Map<String, Double> bytes = bytesOfJson(bench, all, progress);
        sweep(bench, all, progress);
        var report = new ThroughputReport(floor, ten, hundred, bytes);
        return new PartResult(report.figures(), report.tables(), report.details(), report.charts());
    }

    private static void atSeventyPercent(LatencyBench bench, List<Measured> all, DoubleConsumer progress)
            throws IOException, InterruptedException {
        int rounds = bench.quick() ? 1 : 3;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < all.size(); i++) {
                Measured next = all.get(i);
                LoadPoint point = bench.point(next.server, next.traffic,
                        bench.plan(PART_OF_KNEE * next.base(), Duration.ofSeconds(bench.quick() ? 3 : 15)), _ -> {});
                next.points.add(point);
                if (bench.quick()) {
                    // All that a quick run tells of latency by rate.
                    next.sweep.add(point);
                }
                progress.accept(KNEES + (POINTS - KNEES) * (round * all.size() + i + 1) / (rounds * all.size()));
            }
        }
    }

    /** Bytes a request in JSON, all servers at the same rate, so that what they do beside requests is alike. */
    private static Map<String, Double> bytesOfJson(LatencyBench bench, List<Measured> all, DoubleConsumer progress)
            throws IOException, InterruptedException {
        double rate = JSON_PART_OF_KNEE * all.stream().mapToDouble(Measured::base).min().orElseThrow();
        Map<String, Double> bytes = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Measured next = all.get(i);
            Traffic json = next.traffic.only(template -> !template.protobuf());
            bytes.put(next.name, bench.point(next.server, json,
                    bench.plan(rate, Duration.ofSeconds(bench.quick() ? 2 : 15)), _ -> {}).bytes());
            progress.accept(POINTS + (BYTES - POINTS) * (i + 1) / all.size());
        }
        return bytes;
    }

    private static void sweep(LatencyBench bench, List<Measured> all, DoubleConsumer progress)
            throws IOException, InterruptedException {
        for (int i = 0; i < SWEEP.size() && !bench.quick(); i++) {
            for (Measured next : all) {
                next.sweep.add(bench.point(next.server, next.traffic,
                        bench.plan(SWEEP.get(i) * next.base(), SWEEP_TIME), _ -> {}));
            }
            progress.accept(BYTES + (1 - BYTES) * (i + 1) / SWEEP.size());
        }
    }
}
