package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * What a bidder still does when it is asked for more than it can: bids in time, by rate, to three times its capacity.
 */
/*
 * An exchange opens more connections when answers are late, so there are many here; a request that finds none free within
 * tmax is given up, as an exchange would. What refusing costs at least is measured on a server that answers 204 at a request's
 * headers.
 */
final class OverloadPart implements LatencyPart {
    private static final int CANDIDATES = 100;
    private static final int CONNECTIONS = 1_024;
    private static final double GOODPUT_MIN = 0.65;
    private static final double OF_WHAT_IS_LEFT_MIN = 0.9;
    private static final double TWICE = 2;
    private static final List<Double> QUICK = List.of(0.9, 1.0, TWICE);
    private static final List<Double> FULL = List.of(0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, TWICE, 3.0);

    /** A load, and which part of the capacity was asked for. */
    private record Row(double share, LoadPoint point) {
        double goodput() {
            return point.load().goodputPerSecond();
        }
    }

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        LatencyBench.Standing standing = bench.standing(CANDIDATES, share -> progress.accept(0.2 * share));
        ServerJvm bidder = standing.server();
        Traffic traffic = standing.traffic();
        Duration time = Duration.ofSeconds(bench.quick() ? 2 : 8);
        List<Double> shares = bench.quick() ? QUICK : FULL;
        List<Row> rows = new ArrayList<>();
        double capacity = bench.saturation(bidder, traffic);
        for (double share : shares) {
            LoadPlan plan = bench.plan(share * capacity, time).withConnections(CONNECTIONS)
                    .withGiveUpAfter(LoadPlan.TMAX);
            rows.add(new Row(share, bench.point(bidder, traffic, plan, _ -> {})));
            progress.accept(0.2 + 0.7 * rows.size() / shares.size());
        }
        LoadPoint refusals;
        try (ServerJvm floor = bench.floor(true)) {
            bench.run(floor, traffic, bench.plan(TWICE * capacity, time), _ -> {});
            refusals = bench.point(floor, traffic, bench.plan(TWICE * capacity, time), _ -> {});
        }
        progress.accept(1);
        return result(rows, refusals, traffic.bidShare());
    }

    private static PartResult result(List<Row> rows, LoadPoint refusals, double bidShare) {
        Row peak = rows.stream().max(Comparator.comparingDouble(Row::goodput)).orElseThrow();
        Row twice = rows.stream().filter(row -> row.share() == TWICE).findFirst().orElseThrow();
        LoadResult atPeak = peak.point().load();
        var budget = new RefusalBudget(peak.point().cpuSeconds() / atPeak.answered(), refusals.cpuMs() / 1000,
                atPeak.generatorCpuSeconds() / atPeak.sent());
        // Goodput is of bids; what the budget counts are requests.
        double left = bidShare * budget.left(peak.goodput() / bidShare, twice.point().load().due()
                / twice.point().load().seconds());
        LoadResult load = twice.point().load();
        List<LatencyFigure> figures = List.of(
                LatencyFigure.atLeast("goodput_at_2x", twice.goodput() / peak.goodput(), GOODPUT_MIN,
                        "bids in time at twice the capacity, over those at the peak"),
                LatencyFigure.atLeast("goodput_at_2x_of_what_refusals_leave", twice.goodput() / left,
                        OF_WHAT_IS_LEFT_MIN, "the same, over what bare refusals and the sender leave"),
                LatencyFigure.atMost("served_p999_ms_at_2x", load.bidLatency().getValueAtPercentile(99.9) / 1e6,
                        (double) LoadPlan.TMAX.toMillis(),
                        "p99.9 of the bids at twice the capacity, ms; tmax is the bound"),
                LatencyFigure.of("refusal_cpu_ms", 1000 * budget.refuseSeconds(),
                        "CPU of the bare server for a request that it refuses at its headers, ms"),
                LatencyFigure.of("generator_cpu_share_at_2x", load.generatorShare(),
                        "CPU of the sender at twice the capacity, of one core"));
        String table = ReportTable.of(rows, List.of(right("of capacity", row -> format("%.2f", row.share())),
                right("due/s", row -> format("%,.0f", row.point().load().due() / row.point().load().seconds())),
                right("bids in time/s", row -> format("%,.0f", row.goodput())),
                right("bids late/s", row -> format("%,.0f", (row.point().load().bids()
                        - row.point().load().goodBids()) / row.point().load().seconds())),
                right("204/s", row -> format("%,.0f", row.point().load().noBids() / row.point().load().seconds())),
                right("not sent/s",
                        row -> format("%,.0f", row.point().load().notSent() / row.point().load().seconds())),
                right("shed unparsed/s", row -> format("%,.0f", row.point().added().requests("shed")
                        / row.point().load().seconds())),
                right("no time left/s", row -> format("%,.0f", row.point().added().impressions("deadline")
                        / row.point().load().seconds())),
                right("bids p50 ms", row -> format("%.1f", bidMs(row, 50))),
                right("p99 ms", row -> format("%.1f", bidMs(row, 99))),
                right("p99.9 ms", row -> format("%.1f", bidMs(row, 99.9))),
                right("bidder CPU cores",
                        row -> format("%.2f", row.point().cpuSeconds() / row.point().load().seconds())),
                right("sender CPU cores", row -> format("%.2f", row.point().load().generatorShare())),
                left("sender late", row -> row.point().load().generatorLate() ? "yes" : "no")));
        return new PartResult(figures, List.of(table),
                Map.of("loads", rows.stream().map(OverloadPart::details).toList(),
                        "refusal_budget", budget, "left", left));
    }

    private static Map<String, Object> details(Row row) {
        LoadResult load = row.point().load();
        Map<String, Object> details = new TreeMap<>();
        details.put("share", row.share());
        details.put("due_per_second", load.due() / load.seconds());
        details.put("goodput", row.goodput());
        details.put("no_bids_per_second", load.noBids() / load.seconds());
        details.put("not_sent_per_second", load.notSent() / load.seconds());
        details.put("shed_per_second", row.point().added().requests("shed") / load.seconds());
        details.put("bid_p99_ms", bidMs(row, 99));
        details.put("bid_p999_ms", bidMs(row, 99.9));
        details.put("bidder_cores", row.point().cpuSeconds() / load.seconds());
        details.put("generator_cores", load.generatorShare());
        details.put("generator_late", load.generatorLate());
        return details;
    }

    private static double bidMs(Row row, double percentile) {
        return row.point().load().bidLatency().getValueAtPercentile(percentile) / 1e6;
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
