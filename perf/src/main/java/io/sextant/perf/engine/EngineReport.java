package io.sextant.perf.engine;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.GrowthPoint.Sweep;
import io.sextant.perf.jmh.EstimatorBenchmark.Estimator;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run of the engine's benchmark tells, for people as tables and for programs as JSON.
 *
 * @param command         that was given
 * @param seed            of world, training and requests
 * @param durationSeconds of the whole run
 * @param machine         where it ran
 * @param figures         what targets are set for
 * @param arithmetic      what a request takes
 * @param parity          how far the engines are from each other
 * @param run             what was measured
 * @param growth          how cost grows; empty if that was not measured
 */
record EngineReport(String command, long seed, double durationSeconds, Machine machine, EngineFigures figures,
        Arithmetic arithmetic, Parity parity, EngineRun run, List<GrowthPoint> growth) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final double LOW = 0.1;
    private static final double HIGH = 0.9;

    /** A row of the first table. */
    private record FigureRow(String name, String value, String target, boolean met) {}

    /** A row of the second table. */
    private record TimeRow(String name, Samples samples) {}

    /** The tables. */
    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(ReportTable.of(figureRows(),
                List.of(left("figure", FigureRow::name), right("measured", FigureRow::value),
                        right("target", FigureRow::target), left("", row -> row.met() ? "met" : "missed"))));
        parts.add(ReportTable.of(timeRows(),
                List.of(left("a request of 100 candidates, K = 20, one thread", TimeRow::name),
                        right("µs, median", row -> micros(row.samples().medianMicros())),
                        right("10 % to 90 %", row -> micros(row.samples().quantileMicros(LOW)) + " to "
                                + micros(row.samples().quantileMicros(HIGH))),
                        right("iterations", row -> String.valueOf(row.samples().iterations())))));
        parts.add(String.format(Locale.ROOT,
                "Multiply-adds: %.1f GFLOP/s at most on one core; scores and uncertainty take %.2f MFLOP "
                        + "(%.1f without the algebra), %.2f of them executed: %.0f %% of the peak, %.0f %% nominally.",
                run.peakGflops(), mega(arithmetic.nominal()), mega(arithmetic.whole()), mega(arithmetic.executed()),
                100 * figures.fmaPeakShare(), 100 * EngineFigures.peakShare(arithmetic.nominal(), run)));
        parts.add(String.format(Locale.ROOT, "AGE's gate was open for %.1f of the 10 candidates on average.",
                arithmetic.explored()));
        for (Sweep sweep : Sweep.values()) {
            List<GrowthPoint> points = growth.stream().filter(point -> point.sweep() == sweep).toList();
            if (!points.isEmpty()) {
                parts.add(growthTable(sweep, points));
            }
        }
        return String.join(System.lineSeparator(), parts);
    }

    private List<FigureRow> figureRows() {
        return List.of(
                new FigureRow("100 candidates + uncertainty, TensorFlow Java ÷ Sextant",
                        fixed(2, figures.speedupVsTensorFlow()) + " ×", "≥ 4 ×", figures.speedupVsTensorFlow() >= 4),
                new FigureRow("the same, ONNX Runtime ÷ Sextant", fixed(2, figures.speedupVsOnnxRuntime()) + " ×",
                        "≥ 2.5 ×", figures.speedupVsOnnxRuntime() >= 2.5),
                new FigureRow("share of the machine's peak FMA rate", percent(figures.fmaPeakShare()), "≥ 70 %",
                        figures.fmaPeakShare() >= 0.7),
                new FigureRow("request uncertainty, K = 20, of scoring", percent(figures.uncertaintyShare()),
                        "≤ 20 %", figures.uncertaintyShare() <= 0.2),
                new FigureRow("AGE for the best 10 of 100, on top", percent(figures.ageShare()), "≤ 15 %",
                        figures.ageShare() <= 0.15),
                new FigureRow("bytes allocated a candidate", fixed(2, figures.bytesPerCandidate()), "0",
                        figures.bytesPerCandidate() == 0),
                new FigureRow("bytes allocated a request", fixed(2, figures.bytesPerRequest()), "0",
                        figures.bytesPerRequest() == 0),
                new FigureRow(
                        String.format(Locale.ROOT,
                                "largest logit difference from TensorFlow, %,d rows plain and masked",
                                parity.rows()),
                        String.format(Locale.ROOT, "%.1e", figures.maxLogitDifference()), "≤ 1e-4",
                        figures.maxLogitDifference() <= Parity.TOLERANCE));
    }

    private List<TimeRow> timeRows() {
        List<TimeRow> rows = new ArrayList<>(List.of(new TimeRow("Sextant: scores", run.scores()),
                new TimeRow("Sextant: scores, uncertainty", run.request()),
                new TimeRow("Sextant: scores, uncertainty, AGE", run.withAge())));
        Samples ungated = run.withUngatedAge();
        if (ungated != null) {
            rows.add(new TimeRow("Sextant: scores, uncertainty, AGE without its gate", ungated));
        }
        for (Estimator estimator : Estimator.values()) {
            Samples uncertainty = run.uncertainty(estimator);
            if (uncertainty != null) {
                rows.add(new TimeRow("Sextant: uncertainty alone, " + describe(estimator), uncertainty));
            }
        }
        for (Engine engine : List.of(Engine.TENSORFLOW, Engine.ONNX_RUNTIME)) {
            for (BatchForm form : run.forms(engine)) {
                rows.add(new TimeRow(name(engine) + ": scores, uncertainty, " + describe(form),
                        run.other(engine, form)));
            }
        }
        return rows;
    }

    private static String name(Engine engine) {
        return switch (engine) {
            case ARRAY -> "Sextant";
            case TENSORFLOW -> "TensorFlow";
            case ONNX_RUNTIME -> "ONNX Runtime";
        };
    }

    private static String describe(Estimator estimator) {
        return switch (estimator) {
            case MONTE_CARLO -> "20 masked passes";
            case LINEARISED -> "linearised, logit scale";
            case ROW_INFORMATION -> "row information, logit scale";
            case GRADIENT_NORM -> "gradient norm, logit scale";
        };
    }

    private static String describe(BatchForm form) {
        return switch (form) {
            case FED_EMBEDDINGS -> "120 rows, embeddings fed";
            case FED_INDICES -> "120 rows, looked up in the graph";
            case SHARED_FIRST_LAYER -> "101 rows, masks after layer one";
        };
    }

    private static String growthTable(Sweep sweep, List<GrowthPoint> points) {
        return ReportTable.of(points, List.of(right(sweep.label(), point -> String.valueOf(point.value())),
                right("Sextant µs", point -> fixed(1, point.array())),
                right("TensorFlow µs", point -> fixed(1, point.tensorFlow())),
                right("ONNX Runtime µs", point -> fixed(1, point.onnxRuntime())),
                right("TensorFlow ÷", point -> fixed(1, point.tensorFlow() / point.array())),
                right("ONNX Runtime ÷", point -> fixed(1, point.onnxRuntime() / point.array()))));
    }

    /** The JSON text: the figures under their own names, then everything that they were made of. */
    String json() throws JsonProcessingException {
        Map<String, Object> members = new LinkedHashMap<>(
                JSON.convertValue(figures, new TypeReference<Map<String, Object>>() {}));
        members.put("command", command);
        members.put("seed", seed);
        members.put("duration_seconds", durationSeconds);
        members.put("machine", machine);
        members.put("median_micros", timeRows().stream().collect(Collectors.toMap(TimeRow::name,
                row -> row.samples().medianMicros(), (first, _) -> first, LinkedHashMap::new)));
        members.put("iteration_micros", timeRows().stream().collect(Collectors.toMap(TimeRow::name,
                row -> row.samples().callNs().stream().map(ns -> ns / 1e3).toList(), (first, _) -> first,
                LinkedHashMap::new)));
        members.put("fastest_form", Map.of("tensorflow", run.quickest(Engine.TENSORFLOW), "onnxruntime",
                run.quickest(Engine.ONNX_RUNTIME)));
        members.put("peak_gflops", run.peakGflops());
        members.put("fma_peak_share_nominal", EngineFigures.peakShare(arithmetic.nominal(), run));
        members.put("multiply_adds", arithmetic);
        members.put("parity", parity);
        members.put("growth", growth);
        return JSON.writeValueAsString(members);
    }

    private static double mega(double multiplyAdds) {
        return 2e-6 * multiplyAdds;
    }

    private static String percent(double share) {
        return fixed(1, 100 * share) + " %";
    }

    private static String micros(double value) {
        return fixed(value < 10 ? 2 : 1, value);
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
