package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One load, all that is known of it, as a table. Stateless. */
final class PointTable {
    private record Row(String name, String value) {}

    private PointTable() {}

    static String of(LoadPoint point) {
        LoadResult load = point.load();
        List<Row> rows = new ArrayList<>();
        rows.add(row("requests due a second", "%,.0f", load.due() / load.seconds()));
        rows.add(row("answers a second", "%,.0f", load.answersPerSecond()));
        for (double percentile : new double[]{50, 90, 99, 99.9, 99.99, 100}) {
            rows.add(row("p" + (percentile == Math.rint(percentile) ? Integer.toString((int) percentile)
                    : Double.toString(percentile)) + ", ms", "%.3f", load.latencyMs(percentile)));
        }
        rows.add(row("bids, % of answers", "%.2f", 100 * point.bidShare()));
        rows.add(row("204 where a bid was expected, %", "%.3f",
                100.0 * load.missedBids() / Math.max(1, load.answered())));
        rows.add(count("time-outs (later than tmax, lost, not sent)", load.timeOuts()));
        rows.add(count("not sent", load.notSent()));
        rows.add(count("lost with their connection", load.errors()));
        rows.add(count("connections retired by the server", load.reconnects()));
        rows.add(row("server: CPU ms a request", "%.4f", point.cpuMs()));
        rows.add(row("server: bytes allocated a request", "%,.0f", point.bytes()));
        rows.add(row("server: shed before parsing", "%,.0f", point.added().requests("shed")));
        rows.add(row("server: no bid for want of time", "%,.0f", point.added().impressions("deadline")));
        rows.add(row("server: own time to an answer, mean µs", "%.1f", point.added().ownLatencyUs()));
        for (String step : LoadPoint.STEPS) {
            rows.add(row("server: " + step + ", mean µs", "%.1f", point.added().stepUs(step)));
        }
        rows.add(row("server: longest time all threads stood, ms", "%.3f", point.pauses().longestMs()));
        rows.add(row("server: they stood, ms a second", "%.3f", point.pauses().standingMs() / load.seconds()));
        rows.add(count("server: pauses of the collector", point.pauses().collections()));
        rows.add(count("server: allocations that waited", point.pauses().stalls()));
        rows.add(row("sender: CPU, % of one core", "%.1f", 100 * load.generatorShare()));
        rows.add(row("sender: own lateness p50, ms", "%.3f", load.lateness().getValueAtPercentile(50) / 1e6));
        rows.add(row("sender: own lateness p99, ms", "%.3f", load.lateness().getValueAtPercentile(99) / 1e6));
        return ReportTable.of(rows, List.of(left("", Row::name), right("value", Row::value)));
    }

    private static Row count(String name, long value) {
        return new Row(name, String.format(Locale.ROOT, "%,d", value));
    }

    private static Row row(String name, String format, double value) {
        return new Row(name, String.format(Locale.ROOT, format, value));
    }
}
