package io.sextant.perf.controller;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.fixtures.fleet.WindowComparison;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * What a run of the controller's benchmark tells, for people as tables and for programs as JSON.
 *
 * @param command         that was given
 * @param seed            of the fleet
 * @param durationSeconds of the whole run
 * @param machine         where it ran
 * @param core            the core that the controller had for itself; -1 if it had none
 * @param record          what an event loop pays
 * @param standard        the load that targets are set for
 * @param growth          other loads; empty if they were not measured
 */
record ControllerReport(String command, long seed, double durationSeconds, Machine machine, int core,
        RecordCost record, LoadResult standard, List<LoadResult> growth) {
    /** What an event loop may pay for an impression. */
    static final double RECORD_NS_MAX = 20;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final double MEGA = 1e6;
    /** Traffic of the last table, requests a second. */
    private static final List<Integer> TRAFFIC = List.of(100_000, 250_000, 500_000, 1_000_000, 2_000_000);

    private record FigureRow(String name, String value, String target, boolean met) {}

    private record ScaleRow(int requests, double bidders, double messages, double in, double changelog,
            double cpuShare) {}

    /** The tables. */
    String text() {
        List<String> parts = new ArrayList<>();
        WindowComparison comparison = comparison();
        parts.add(core >= 0 ? "The controller had core " + core + " for itself; broker and bidders had the others."
                : "The controller shared all cores with broker and bidders: taskset or a second core is missing.");
        parts.add(ReportTable.of(figureRows(comparison), List.of(left("figure", FigureRow::name),
                right("measured", FigureRow::value), right("target", FigureRow::target),
                left("", row -> row.met() ? "met" : "missed"))));
        parts.add(loadTable());
        if (loads().stream().anyMatch(load -> load.maxLag() > 0)) {
            parts.add("Where there was a lag, the controller did not keep up, or had not yet read what lay before the "
                    + "measured time; then messages/s is what it can do at most.");
        }
        parts.add(scale());
        if (!comparison.contradictions().isEmpty()) {
            parts.add("Wrong: " + String.join(System.lineSeparator(), comparison.contradictions()));
        }
        return String.join(System.lineSeparator(), parts);
    }

    /** Of all loads. */
    WindowComparison comparison() {
        return loads().stream().map(LoadResult::comparison).reduce(WindowComparison.NONE, WindowComparison::with);
    }

    private List<LoadResult> loads() {
        List<LoadResult> all = new ArrayList<>(List.of(standard));
        all.addAll(growth);
        return all;
    }

    private List<FigureRow> figureRows(WindowComparison comparison) {
        return List.of(
                new FigureRow(
                        String.format(Locale.ROOT, "largest relative error of a mean, %,d cells published",
                                comparison.cells()),
                        scientific(comparison.maxRelativeMeanError()), "≤ 1e-9",
                        comparison.maxRelativeMeanError() <= WindowComparison.MEAN_TOLERANCE),
                new FigureRow("largest relative error of a quantile",
                        percent(comparison.maxRelativeQuantileError()), "≤ 1 %",
                        comparison.maxRelativeQuantileError() <= WindowComparison.QUANTILE_TOLERANCE),
                new FigureRow("messages behind at the end", String.valueOf(standard.finalLag()), "0",
                        standard.finalLag() == 0),
                new FigureRow("messages a second", fixed(1, standard.messages()),
                        String.valueOf(standard.load().messages()),
                        standard.messages() >= 0.98 * standard.load().messages()),
                new FigureRow("processor time of the controller, of one core", percent(standard.cpuShare()), "≤ 100 %",
                        standard.cpuShare() <= 1),
                new FigureRow("an event loop writes down an impression", fixed(1, record.ns()) + " ns", "≤ 20 ns",
                        record.ns() <= RECORD_NS_MAX),
                new FigureRow("bytes allocated for it", fixed(2, record.bytes()), "0", record.bytes() == 0));
    }

    private String loadTable() {
        return ReportTable.of(loads(), List.of(right("bidders", row -> String.valueOf(row.load().bidders())),
                right("cells", row -> String.valueOf(row.load().cells())),
                right("window", row -> row.windowSeconds() + " s"),
                right("messages/s", row -> fixed(1, row.messages())),
                right("MB/s in", row -> mega(row.bytes().in())),
                right("changelog", row -> mega(row.bytes().changelog())),
                right("between", row -> mega(row.bytes().repartition())),
                right("out", row -> mega(row.bytes().out())),
                right("CPU of a core", row -> percent(row.cpuShare())),
                right("CPU ms a message", row -> fixed(2, row.cpuMsPerMessage())),
                right("most memory MB", row -> mega((double) row.memoryBytes())),
                right("lag, most", row -> String.valueOf(row.maxLag())),
                right("at the end", row -> String.valueOf(row.finalLag()))));
    }

    private String scale() {
        Load load = standard.load();
        SimpleRegression line = cpuByMessages();
        double fixedShare = line.getIntercept();
        double eachMs = line.getSlope() * 1000;
        double inEach = standard.bytes().in() / standard.sent();
        double changelogEach = standard.bytes().changelog() / standard.messages();
        List<ScaleRow> rows = TRAFFIC.stream().map(requests -> {
            double bidders = (double) requests / load.requests();
            double messages = bidders * Load.ARMS.size();
            return new ScaleRow(requests, bidders, messages, messages * inEach, messages * changelogEach,
                    fixedShare + messages * eachMs / 1000);
        }).toList();
        String arithmetic = String.format(Locale.ROOT,
                "bidders = requests ÷ %,d; messages/s = bidders × %d arms; in = messages × %.1f kB; "
                        + "changelog = messages × %.1f kB; CPU = %.1f %% + messages × %.2f ms%s.",
                load.requests(), Load.ARMS.size(), inEach / 1000, changelogEach / 1000, 100 * fixedShare, eachMs,
                growth.isEmpty() ? "" : " (least squares over the loads that differ in bidders only and had no lag)");
        return ReportTable.of(rows,
                List.of(right("requests/s", row -> String.format(Locale.ROOT, "%,d", row.requests())),
                        right("bidders", row -> fixed(1, row.bidders())),
                        right("messages/s", row -> fixed(0, row.messages())),
                        right("MB/s in", row -> mega(row.in())), right("changelog", row -> mega(row.changelog())),
                        right("CPU of a core", row -> percent(row.cpuShare()))))
                + System.lineSeparator() + arithmetic;
    }

    /* The line through the standard load and 0, or through all loads that differ in bidders only and had no lag. */
    private SimpleRegression cpuByMessages() {
        var line = new SimpleRegression();
        loads().stream().filter(row -> row.load().cells() == standard.load().cells() && row.finalLag() == 0)
                .forEach(row -> line.addData(row.messages(), row.cpuShare()));
        if (line.getN() < 2) {
            line.clear();
            line.addData(0, 0);
            line.addData(standard.messages(), standard.cpuShare());
        }
        return line;
    }

    /** The JSON text: the figures under their own names, then everything that they were made of. */
    String json() throws JsonProcessingException {
        WindowComparison comparison = comparison();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("max_relative_mean_error", comparison.maxRelativeMeanError());
        members.put("max_relative_quantile_error", comparison.maxRelativeQuantileError());
        members.put("final_lag", standard.finalLag());
        members.put("messages_per_second", standard.messages());
        members.put("bytes_per_second", standard.bytes().all());
        members.put("controller_cpu_share", standard.cpuShare());
        members.put("record_ns", record.ns());
        members.put("command", command);
        members.put("seed", seed);
        members.put("duration_seconds", durationSeconds);
        members.put("machine", machine);
        members.put("controller_core", core);
        members.put("record", record);
        members.put("loads", loads());
        return JSON.writeValueAsString(members);
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value);
    }

    private static String mega(double bytes) {
        return fixed(2, bytes / MEGA);
    }

    private static String percent(double share) {
        return fixed(2, 100 * share) + " %";
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
