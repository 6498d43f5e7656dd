package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Starts: how long until a bidder says that it is ready, and how long its first requests then take. */
final class StartPart implements LatencyPart {
    private static final int CANDIDATES = 100;
    private static final double READY_SECONDS_MAX = 3;
    private static final double P99_MS_MAX = 10;
    private static final int FIRST = 10_000;
    /** What an exchange sends to a bidder that has just come up; not what it can do at most. */
    private static final double RATE = 2_000;
    private static final int STARTS = 5;

    /** One start. */
    private record Row(int number, double readySeconds, LoadResult first) {}

    @Override
    public String name() {
        return "start";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (bench.quick()) {
            LatencyBench.Standing standing = bench.standing(CANDIDATES, progress);
            rows.add(new Row(1, standing.server().readySeconds(), standing.first()));
        } else {
            starts(bench, rows, progress);
        }
        double ready = LatencyBench.median(rows.stream().map(Row::readySeconds).toList());
        double p99 = LatencyBench.median(rows.stream().map(row -> row.first().latencyMs(99)).toList());
        return new PartResult(
                List.of(LatencyFigure.atMost("ready_seconds", ready, READY_SECONDS_MAX,
                        "start of the JVM to ready, seconds, median of " + rows.size()),
                        LatencyFigure.atMost("p99_ms_first_10000", p99, P99_MS_MAX, String.format(Locale.ROOT,
                                "p99 of the first %,d requests after ready, at %,.0f a second, ms", FIRST, RATE))),
                List.of(table(rows)),
                Map.of("rate", RATE, "ready_seconds", rows.stream().map(Row::readySeconds).toList(), "p99_ms",
                        rows.stream().map(row -> row.first().latencyMs(99)).toList()));
    }

    private static void starts(LatencyBench bench, List<Row> rows, DoubleConsumer progress)
            throws IOException, InterruptedException {
        Workbench.Setup setup = bench.workbench().bidder(bench.workbench().supply(CANDIDATES));
        Traffic traffic = bench.traffic(setup.supply());
        for (int i = 1; i <= STARTS; i++) {
            try (ServerJvm bidder = bench.bidder(setup, List.of())) {
                rows.add(new Row(i, bidder.readySeconds(), bench.run(bidder, traffic, first(bench), _ -> {})));
            }
            progress.accept((double) i / STARTS);
        }
    }

    /** What a bidder is asked first once it says that it is ready. */
    static LoadPlan first(LatencyBench bench) {
        return bench.plan(RATE, Duration.ofMillis(Math.round(1e3 * FIRST / RATE)));
    }

    private static String table(List<Row> rows) {
        return ReportTable.of(rows, List.of(right("start", row -> Integer.toString(row.number())),
                right("ready s", row -> format("%.2f", row.readySeconds())),
                right("first requests: p50 ms", row -> format("%.2f", row.first().latencyMs(50))),
                right("p90 ms", row -> format("%.2f", row.first().latencyMs(90))),
                right("p99 ms", row -> format("%.2f", row.first().latencyMs(99))),
                right("longest ms", row -> format("%.1f", row.first().latencyMs(100))),
                right("late", row -> format("%,.0f", (double) row.first().timeOuts()))));
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
