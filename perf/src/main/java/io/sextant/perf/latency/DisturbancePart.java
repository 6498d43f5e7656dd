package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A steady load while something happens: new models in all arms, a new catalogue, Kafka away. Each is compared with a quiet
 * run of the same length and rate on the same bidder right before it, so that percentiles are of equally many requests.
 */
final class DisturbancePart implements LatencyPart {
    private static final int CANDIDATES = 100;
    /** Of what the bidder answers when more is asked. */
    private static final double LOAD = 0.5;
    private static final double TIMES_MAX = 2;
    /** What happens begins when this share of the run is over, so that all of it falls into the run. */
    private static final double BEGIN = 0.1;
    private static final double OUTAGE = 0.6;
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Duration OUTAGE_TIME = Duration.ofSeconds(100);

    /** One thing that happens, and the load under it. */
    private record Row(String key, String name, LoadPoint quiet, LoadPoint disturbed, ServerMetrics added) {
        double times() {
            return disturbed.load().latencyMs(99.9) / quiet.load().latencyMs(99.9);
        }

        /** Neither answered nor in time. */
        long failed() {
            LoadResult load = disturbed.load();
            return load.errors() + load.otherStatus() + load.timeOuts() + load.missedBids();
        }
    }

    /** Something that happens during a load of a given length. */
    private interface Event {
        void happen(Duration run) throws Exception;
    }

    @Override
    public String name() {
        return "disturbances";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        if (bench.quick()) {
            return new PartResult(List.of(), List.of("What happens during a load is not measured in a quick run."),
                    Map.of());
        }
        Workbench workbench = bench.workbench();
        LatencyBench.Standing standing = bench.standing(CANDIDATES, share -> progress.accept(0.1 * share));
        List<Row> rows = new ArrayList<>();
        double rate = LOAD * bench.saturation(standing.server(), standing.traffic());
        // The new catalogue is the old one in another order: other bytes, the same answers, the same work to take it up.
        // The first swap and the first reload compile what they run, as every first one does in life.
        rows.add(row(bench, "swap", "new models in all arms", standing, rate, TIME,
                _ -> workbench.swapModels(standing.setup(), 1)));
        progress.accept(0.3);
        rows.add(row(bench, "reload", "new catalogue, 500 campaigns", standing, rate, TIME,
                _ -> CatalogueFile.write(standing.setup().catalogue(),
                        standing.setup().supply().campaigns().reversed())));
        progress.accept(0.5);
        rows.add(row(bench, "outage",
                String.format(Locale.ROOT, "Kafka away for %.0f s", OUTAGE * OUTAGE_TIME.toSeconds()), standing, rate,
                OUTAGE_TIME, run -> outage(workbench.broker(), run)));
        progress.accept(1);
        return result(rows);
    }

    private static void outage(BrokerJvm broker, Duration run) throws IOException, InterruptedException {
        broker.kill();
        try {
            TimeUnit.NANOSECONDS.sleep((long) (OUTAGE * run.toNanos()));
        } finally {
            broker.start();
        }
    }

    private static Row row(LatencyBench bench, String key, String name, LatencyBench.Standing standing, double rate,
            Duration time, Event event) throws IOException, InterruptedException {
        ServerJvm bidder = standing.server();
        Traffic traffic = standing.traffic();
        LoadPoint quiet = bench.point(bidder, traffic, bench.plan(rate, time), _ -> {});
        ServerMetrics before = bidder.metrics();
        var happening = new FutureTask<>(happening(event, time));
        Thread.ofPlatform().name("disturbance").start(happening);
        LoadPoint disturbed = bench.point(bidder, traffic, bench.plan(rate, time), _ -> {});
        try {
            happening.get();
        } catch (ExecutionException e) {
            throw new IOException(name + " did not happen: " + e.getCause(), e);
        }
        return new Row(key, name, quiet, disturbed, bidder.metrics().since(before));
    }

    private static Callable<@Nullable Void> happening(Event event, Duration run) {
        return () -> {
            TimeUnit.NANOSECONDS.sleep((long) (BEGIN * run.toNanos()));
            event.happen(run);
            return null;
        };
    }

    private static PartResult result(List<Row> rows) {
        List<LatencyFigure> figures = new ArrayList<>();
        for (Row row : rows) {
            figures.add(LatencyFigure.atMost("p999_times_" + row.key(), row.times(), TIMES_MAX,
                    row.name() + ": p99.9 over that of a quiet run"));
            figures.add(LatencyFigure.atMost("failed_" + row.key(), (double) row.failed(), 0,
                    row.name() + ": requests that failed, were late, or got no bid where one was due"));
        }
        String table = ReportTable.of(rows, List.of(left("", Row::name),
                right("rate/s", row -> format("%,.0f", row.disturbed().load().plan().rate())),
                right("requests", row -> format("%,.0f", (double) row.disturbed().load().due())),
                right("quiet p99 ms", row -> format("%.2f", row.quiet().load().latencyMs(99))),
                right("p99.9 ms", row -> format("%.2f", row.quiet().load().latencyMs(99.9))),
                right("disturbed p99 ms", row -> format("%.2f", row.disturbed().load().latencyMs(99))),
                right("p99.9 ms", row -> format("%.2f", row.disturbed().load().latencyMs(99.9))),
                right("longest ms", row -> format("%.1f", row.disturbed().load().latencyMs(100))),
                right("errors", row -> format("%,.0f", (double) (row.disturbed().load().errors()
                        + row.disturbed().load().otherStatus()))),
                right("late", row -> format("%,.0f", (double) row.disturbed().load().timeOuts())),
                right("no bid where due", row -> format("%,.0f", (double) row.disturbed().load().missedBids())),
                right("models taken", row -> format("%.0f", row.added().value("bidder_fleet_total{event=\"model\"}"))),
                right("catalogues taken", row -> format("%.0f",
                        row.added().value("bidder_catalogue_total{result=\"taken\"}")))));
        return new PartResult(figures, List.of(table),
                Map.of("rows", rows.stream().map(DisturbancePart::details).toList()));
    }

    private static Map<String, Object> details(Row row) {
        Map<String, Object> details = new TreeMap<>();
        details.put("name", row.name());
        details.put("rate", row.disturbed().load().plan().rate());
        details.put("quiet_p999_ms", row.quiet().load().latencyMs(99.9));
        details.put("p999_ms", row.disturbed().load().latencyMs(99.9));
        details.put("longest_ms", row.disturbed().load().latencyMs(100));
        details.put("failed", row.failed());
        return details;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
