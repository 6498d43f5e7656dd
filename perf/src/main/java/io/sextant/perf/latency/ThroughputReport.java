package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.github.freva.asciitable.ColumnData;
import io.sextant.perf.ReportTable;
import io.sextant.perf.latency.ThroughputPart.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * What the throughput part tells.
 *
 * @param floor   the bare server
 * @param ten     the bidder with ten candidates
 * @param hundred the one with a hundred
 * @param bytes   allocated a request in JSON, by name
 */
record ThroughputReport(Measured floor, Measured ten, Measured hundred, Map<String, Double> bytes) {
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    /** What may be seen between 10 and 100 candidates and is not theirs: answers of other ads, chance. */
    private static final double GROWTH_BYTES = 200;

    private record PointRow(String name, LoadPoint point) {}

    /** The figures that targets are set for, and those that explain them. */
    List<LatencyFigure> figures() {
        double overFloor = bytes(hundred) - bytes(floor);
        return List.of(
                LatencyFigure.atLeast("throughput_ratio_10", ratio(ten), 0.35,
                        "requests a second at p99 ≤ 5 ms, 10 candidates, as a share of the bare server's"),
                LatencyFigure.atLeast("throughput_ratio_100", ratio(hundred), 0.12, "the same, 100 candidates"),
                LatencyFigure.of("throughput_floor", floor.knee(), "requests a second at p99 ≤ 5 ms, bare server"),
                LatencyFigure.of("throughput_10", ten.knee(), "the same, 10 candidates"),
                LatencyFigure.of("throughput_100", hundred.knee(), "the same, 100 candidates"),
                LatencyFigure.atMost("p99_ms_at_70", Math.max(ten.latencyMs(99), hundred.latencyMs(99)), 2,
                        "p99 at 70 % of that, ms; the longer of 10 and 100 candidates"),
                LatencyFigure.of("floor_p99_ms_at_70", floor.latencyMs(99), "p99 of the bare server at its 70 %, ms"),
                LatencyFigure.atMost("p999_ms_at_70", Math.max(ten.latencyMs(99.9), hundred.latencyMs(99.9)), 5,
                        "p99.9 at 70 %, ms; the longer"),
                LatencyFigure.of("floor_p999_ms_at_70", floor.latencyMs(99.9), "p99.9 of the bare server, ms"),
                LatencyFigure.atMost("cpu_ms_per_request", hundred.cpuMs(), 0.2,
                        "processor time a request, 100 candidates, ms, at 70 %"),
                LatencyFigure.of("cpu_ms_per_request_10", ten.cpuMs(), "the same, 10 candidates, ms"),
                LatencyFigure.of("floor_cpu_ms_per_request", floor.cpuMs(), "the same, bare server, ms"),
                LatencyFigure.atMost("bytes_per_request_over_floor", overFloor, 24_000,
                        "bytes allocated a request in JSON, 100 candidates, beyond the bare server's"),
                LatencyFigure.atMost("bytes_growth_10_to_100", bytes(hundred) - bytes(ten), GROWTH_BYTES,
                        "of these, more than with 10 candidates"));
    }

    /* Of each round by itself: what the machine did in it meets both. */
    private double ratio(Measured bidder) {
        return LatencyBench.median(IntStream.range(0, floor.knees().size())
                .mapToObj(round -> bidder.knees().get(round) / floor.knees().get(round)).toList());
    }

    private double bytes(Measured measured) {
        return bytes.getOrDefault(measured.name(), Double.NaN);
    }

    private List<Measured> all() {
        return List.of(floor, ten, hundred);
    }

    /** Throughput by round, latency by rate, and the steps of a bid. */
    List<String> tables() {
        return List.of(kneeTable(), sweepTable(), stepTable());
    }

    private String kneeTable() {
        List<Integer> rounds = IntStream.range(0, floor.knees().size()).boxed().toList();
        return "Requests a second at p99 ≤ 5 ms, by round; 0 where no rate held" + System.lineSeparator()
                + ReportTable.of(rounds,
                        List.of(right("round", round -> Integer.toString(round + 1)),
                                right(floor.name(), round -> rate(floor.knees().get(round))),
                                right(ten.name(), round -> rate(ten.knees().get(round))),
                                right(hundred.name(), round -> rate(hundred.knees().get(round)))));
    }

    private String sweepTable() {
        List<PointRow> rows = new ArrayList<>();
        for (Measured measured : all()) {
            measured.sweep().forEach(point -> rows.add(new PointRow(measured.name(), point)));
        }
        return "Latency by rate, from the moment a request was due, ms; ! where the sender itself was late"
                + System.lineSeparator() + pointTable(rows);
    }

    private static String pointTable(List<PointRow> rows) {
        List<ColumnData<PointRow>> columns = new ArrayList<>();
        columns.add(left("", PointRow::name));
        columns.add(right("due/s", row -> rate(row.point().load().due() / row.point().load().seconds())));
        columns.add(right("answers/s", row -> rate(row.point().load().answersPerSecond())));
        for (double percentile : PERCENTILES) {
            columns.add(right("p" + label(percentile), row -> fixed(3, row.point().load().latencyMs(percentile))));
        }
        columns.add(right("bids %", row -> fixed(1, 100 * row.point().bidShare())));
        columns.add(right("time-outs", row -> Long.toString(row.point().load().timeOuts())));
        columns.add(right("CPU ms", row -> fixed(4, row.point().cpuMs())));
        columns.add(right("kB", row -> fixed(1, row.point().bytes() / 1000)));
        columns.add(right("MB/s", row -> fixed(0, row.point().added().allocatedBytes() / 1e6
                / row.point().load().seconds())));
        columns.add(right("longest pause", row -> fixed(2, row.point().pauses().longestMs())));
        columns.add(right("pauses ms/s",
                row -> fixed(2, row.point().pauses().standingMs() / row.point().load().seconds())));
        columns.add(right("stalls", row -> Long.toString(row.point().pauses().stalls())));
        columns.add(right("sender %", row -> fixed(0, 100 * row.point().load().generatorShare())));
        columns.add(right("its lateness p99", row -> fixed(2,
                row.point().load().lateness().getValueAtPercentile(99) / 1e6)
                + (row.point().load().generatorLate() ? " !" : "")));
        return ReportTable.of(rows, columns);
    }

    private String stepTable() {
        return "Mean time of each step at 70 %, µs" + System.lineSeparator()
                + ReportTable.of(List.of(ten, hundred), steps());
    }

    private static List<ColumnData<Measured>> steps() {
        List<ColumnData<Measured>> columns = new ArrayList<>();
        columns.add(left("", Measured::name));
        for (String step : LoadPoint.STEPS) {
            columns.add(right(step, measured -> fixed(1, stepUs(measured, step))));
        }
        columns.add(right("all steps", measured -> fixed(1,
                LoadPoint.STEPS.stream().mapToDouble(step -> stepUs(measured, step)).sum())));
        columns.add(right("processor time a request", measured -> fixed(1, 1000 * measured.cpuMs())));
        return columns;
    }

    /* AGE and uncertainty are not taken by every request: a request pays their share. */
    private static double stepUs(Measured measured, String step) {
        return LatencyBench.median(measured.points().stream()
                .map(point -> point.added().stepUsPerRequest(step)).toList());
    }

    /** Latency by rate, a chart for each server. */
    List<Chart<?, ?>> charts() {
        return List.of(RatePlot.of(floor), RatePlot.of(ten), RatePlot.of(hundred));
    }

    /** All points, for programs. */
    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        for (Measured measured : all()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("throughput_rounds", measured.knees());
            one.put("at_70", measured.points().stream().map(ThroughputReport::point).toList());
            one.put("sweep", measured.sweep().stream().map(ThroughputReport::point).toList());
            one.put("json_bytes_per_request", bytes(measured));
            details.put(measured.name().replace(' ', '_'), one);
        }
        return details;
    }

    /** A point's figures by name. */
    static Map<String, Object> point(LoadPoint point) {
        LoadResult load = point.load();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("rate", load.plan().rate());
        members.put("answers_per_second", load.answersPerSecond());
        for (double percentile : PERCENTILES) {
            members.put("p" + label(percentile).replace(".", "_") + "_ms", load.latencyMs(percentile));
        }
        members.put("bid_share", point.bidShare());
        members.put("missed_bids", load.missedBids());
        members.put("time_outs", load.timeOuts());
        members.put("not_sent", load.notSent());
        members.put("errors", load.errors());
        members.put("cpu_ms", point.cpuMs());
        members.put("bytes", point.bytes());
        members.put("pause_longest_ms", point.pauses().longestMs());
        members.put("pause_ms_per_second", point.pauses().standingMs() / load.seconds());
        members.put("allocation_stalls", point.pauses().stalls());
        members.put("sender_cpu_share", load.generatorShare());
        members.put("sender_lateness_p99_ms", load.lateness().getValueAtPercentile(99) / 1e6);
        members.put("sender_late", load.generatorLate());
        return members;
    }

    static String label(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
