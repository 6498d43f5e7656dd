package io.sextant.trainer.offline;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.ReliabilityBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What training or an evaluation found: tables for people, JSON for programs, a picture. Built by one thread. */
final class OfflineReport {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule().addSerializer(Double.class, new NumberOrNull()).addSerializer(double.class,
                    new NumberOrNull()))
            .build();
    private static final int WIDTH_MAX = 100;

    private final Map<String, Object> members = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final List<NamedFigures> figures = new ArrayList<>();
    private final List<NamedBuckets> reliability = new ArrayList<>();
    private List<OfflineTraining.CurvePoint> curve = List.of();
    private List<ExposureRow> exposures = List.of();
    private String exposureLabel = "";

    /** Figures of some predictions. */
    record NamedFigures(String name, PredictionFigures figures) {}

    /** A reliability curve. */
    record NamedBuckets(String name, List<ReliabilityBucket> buckets) {}

    /** JSON knows neither NaN nor infinity. */
    private static final class NumberOrNull extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    }

    /** Adds a figure for programs. */
    OfflineReport with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** Adds a line for people. */
    OfflineReport line(String text) {
        lines.add(text);
        return this;
    }

    /** Adds how good some predictions were. */
    OfflineReport figures(String name, PredictionFigures found) {
        figures.add(new NamedFigures(name, found));
        return this;
    }

    /** Adds a reliability curve, lowest predictions first. */
    OfflineReport reliability(String name, List<ReliabilityBucket> buckets) {
        reliability.add(new NamedBuckets(name, buckets));
        return this;
    }

    /** Sets how training went. */
    OfflineReport curve(List<OfflineTraining.CurvePoint> points) {
        curve = points;
        return this;
    }

    /** Sets uncertainty by exposure. */
    OfflineReport exposures(String label, List<ExposureRow> rows) {
        exposureLabel = label;
        exposures = rows;
        return this;
    }

    List<NamedBuckets> reliability() {
        return reliability;
    }

    List<OfflineTraining.CurvePoint> curve() {
        return curve;
    }

    List<ExposureRow> exposures() {
        return exposures;
    }

    String exposureLabel() {
        return exposureLabel;
    }

    /** All tables, with a line end behind each. */
    String text() {
        List<String> parts = new ArrayList<>(lines);
        if (!curve.isEmpty()) {
            parts.add(table(curve, List.of(right("epochs", point -> fixed(2, point.epochs())),
                    right("log loss in training", point -> fixed(5, point.trainingLogLoss())),
                    right("kept back", point -> fixed(5, point.validationLogLoss())))));
        }
        parts.add(table(figures, List.of(left("predictions", NamedFigures::name),
                right("impressions", row -> String.format(Locale.ROOT, "%,d", row.figures.examples())),
                right("clicks", row -> fixed(0, row.figures.clicks())),
                right("log loss", row -> fixed(5, row.figures.logLoss())),
                right("NE", row -> fixed(4, row.figures.normalisedEntropy())),
                right("AUC", row -> fixed(4, row.figures.auc())), right("PCOC", row -> fixed(4, row.figures.pcoc())),
                right("ECE", row -> fixed(5, row.figures.calibrationError())))));
        if (!exposures.isEmpty()) {
            parts.add("Uncertainty by " + exposureLabel + ":");
            List<ColumnData<ExposureRow>> columns = new ArrayList<>(List.of(right("exposures", ExposureRow::label),
                    right("looked at", row -> String.format(Locale.ROOT, "%,d", row.impressions())),
                    right("predicted", row -> fixed(5, row.predicted())),
                    right("observed", row -> fixed(5, row.observed()))));
            for (String measure : exposures.getFirst().uncertainties().keySet()) {
                columns.add(right(measure, row -> fixed(5, row.uncertainties().getOrDefault(measure, Double.NaN))));
            }
            parts.add(table(exposures, columns));
        }
        return String.join(System.lineSeparator(), parts) + System.lineSeparator();
    }

    /** The JSON text. */
    String json() throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(members);
        Map<String, PredictionFigures> byName = new LinkedHashMap<>();
        figures.forEach(row -> byName.put(row.name, row.figures));
        all.put("figures", byName);
        if (!curve.isEmpty()) {
            all.put("curve", curve);
        }
        Map<String, List<ReliabilityBucket>> curves = new LinkedHashMap<>();
        reliability.forEach(row -> curves.put(row.name, row.buckets));
        all.put("reliability", curves);
        if (!exposures.isEmpty()) {
            all.put("exposures", Map.of("of", exposureLabel, "rows", exposures));
        }
        return JSON.writeValueAsString(all) + System.lineSeparator();
    }

    /**
     * Writes the JSON.
     *
     * @throws IOException if it cannot be written
     */
    void writeJson(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, json());
    }

    private static <T> String table(List<T> rows, List<ColumnData<T>> columns) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static <T> ColumnData<T> left(String header, Function<T, String> cell) {
        return new Column().header(header).maxWidth(WIDTH_MAX).dataAlign(HorizontalAlign.LEFT).with(cell);
    }

    private static <T> ColumnData<T> right(String header, Function<T, String> cell) {
        return new Column().header(header).maxWidth(WIDTH_MAX).dataAlign(HorizontalAlign.RIGHT).with(cell);
    }

    private static String fixed(int digits, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
