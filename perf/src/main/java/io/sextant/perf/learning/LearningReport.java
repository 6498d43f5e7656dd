package io.sextant.perf.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.perf.engine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the learning benchmark tells, for people as tables and for programs as JSON.
 *
 * @param command         that was given
 * @param durationSeconds of the whole run
 * @param machine         where it ran
 * @param throughput      null if it was not measured
 * @param freshness       null if it was not measured
 * @param memory          null if it was not measured
 */
record LearningReport(String command, double durationSeconds, Machine machine, @Nullable ThroughputFigures throughput,
        @Nullable FreshnessFigures freshness, @Nullable MemoryFigures memory) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private record FigureRow(String name, String value, String target, String outcome) {}

    private record QuarterRow(int number, MemoryFigures.Quarter quarter) {}

    /** Whether every part that was measured met its targets. */
    boolean met() {
        return (throughput == null || throughput.met()) && (freshness == null || freshness.met())
                && (memory == null || memory.flat());
    }

    /** The tables. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (throughput != null) {
            parts.add(throughputTable(throughput));
            parts.add(
                    "An example is checked, batched, scored, one in eight also by the published version, trained with "
                            + "dropout, tables and net moved, its prediction noted and the calibration refitted; parsing protobuf "
                            + "and Kafka are left out.");
        }
        if (freshness != null) {
            parts.add(freshnessTable(freshness));
            parts.add("The demo with all its processes, watched: from the notice that the bidder receives to the first "
                    + "model that it bids with and that has the click among its examples, the wait for the label included.");
        }
        if (memory != null) {
            parts.add(memoryTable(memory));
        }
        return String.join(System.lineSeparator(), parts);
    }

    private static String throughputTable(ThroughputFigures found) {
        return table(
                List.of(new FigureRow(
                        String.format(Locale.ROOT, "examples a second, batches of %,d, %d threads", found.batchSize(),
                                found.threads()),
                        whole(found.examples()), "≥ " + whole(ThroughputFigures.EXAMPLES_MIN),
                        outcome(found.examples() >= ThroughputFigures.EXAMPLES_MIN)),
                        new FigureRow("share of the bare layers, forward and training",
                                percent(found.shareOfBare()), "≥ " + percent(ThroughputFigures.SHARE_MIN),
                                outcome(found.shareOfBare() >= ThroughputFigures.SHARE_MIN)),
                        new FigureRow("bare layers, forward and training, rows a second", whole(found.bareForward()),
                                "",
                                ""),
                        new FigureRow("bare layers, training, rows a second", whole(found.bareTraining()), "", ""),
                        new FigureRow("TensorFlow's own tables, rows a second", whole(found.plainGather()), "", ""),
                        new FigureRow("speed-up against those", fixed(1, found.speedupPlain()) + " ×", "", ""),
                        new FigureRow("processor time of an example, µs", fixed(1, found.cpuMicros()), "", "")),
                List.of(left("learning", FigureRow::name), right("measured", FigureRow::value),
                        right("target", FigureRow::target), left("", FigureRow::outcome)));
    }

    private static String freshnessTable(FreshnessFigures found) {
        return table(List.of(
                new FigureRow("from a click's notice to a served model, median, s", shown(1, found.p50Seconds()),
                        "< " + whole(FreshnessFigures.P50_SECONDS_MAX), outcome(found.met())),
                new FigureRow("the same, nine clicks in ten, s", shown(1, found.p90Seconds()), "", ""),
                new FigureRow("clicks followed, of these never served",
                        whole(found.clicks()) + ", " + whole(found.unserved()), "", ""),
                new FigureRow("versions that came to be served, all arms", whole(found.versions()), "", ""),
                new FigureRow("bytes of a delta, median", shown(0, found.deltaBytesMedian()), "", ""),
                new FigureRow("bytes of a full artefact", whole((double) found.fullBytes()), "", ""),
                new FigureRow("a delta's share of it", shown(3, found.deltaBytesShare()), "", "")),
                List.of(left("freshness", FigureRow::name), right("measured", FigureRow::value),
                        right("target", FigureRow::target), left("", FigureRow::outcome)));
    }

    private static String shown(int digits, @Nullable Double value) {
        return value == null ? "none" : fixed(digits, value);
    }

    private static String memoryTable(MemoryFigures found) {
        List<QuarterRow> rows = new ArrayList<>();
        for (MemoryFigures.Quarter quarter : found.quarters()) {
            rows.add(new QuarterRow(rows.size() + 1, quarter));
        }
        return String.format(Locale.ROOT,
                "%,d examples in %.0f simulated hours, %.0f %% new ids an hour; %s: memory is %s.%n",
                found.examples(), found.hours(), 100 * found.newIds(), found.net(), found.flat() ? "flat" : "NOT flat")
                + table(rows,
                        List.of(right("quarter", row -> Integer.toString(row.number())),
                                right("heap MB", row -> fixed(0, row.quarter().heapMb())),
                                right("resident MB", row -> fixed(0, row.quarter().residentMb())),
                                right("live rows", row -> whole(row.quarter().liveRows())),
                                right("AUC", row -> fixed(4, row.quarter().auc()))));
    }

    /** The figures by name, and where they were measured. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        if (throughput != null) {
            all.put("examples_per_second", throughput.examples());
            all.put("share_of_bare_mlp", throughput.shareOfBare());
            all.put("speedup_vs_plain_gather", throughput.speedupPlain());
            all.put("throughput", throughput);
        }
        if (freshness != null) {
            all.put("click_to_served_seconds_p50", freshness.p50Seconds());
            all.put("delta_bytes_share", freshness.deltaBytesShare());
            all.put("freshness", freshness);
        }
        if (memory != null) {
            all.put("memory_flat", memory.flat());
            all.put("memory", memory);
        }
        all.put("met", met());
        all.put("command", command);
        all.put("duration_seconds", durationSeconds);
        all.put("machine", machine);
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String outcome(boolean met) {
        return met ? "met" : "missed";
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static <T> String table(List<T> rows, List<ColumnData<T>> columns) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static <T> ColumnData<T> left(String header, Function<T, String> value) {
        return new Column().header(header).headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT)
                .with(value);
    }

    private static <T> ColumnData<T> right(String header, Function<T, String> value) {
        return new Column().header(header).headerAlign(HorizontalAlign.RIGHT).dataAlign(HorizontalAlign.RIGHT)
                .with(value);
    }
}
