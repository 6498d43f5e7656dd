package io.sextant.perf.agelab;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A result as JSON, there and back, and as comma-separated values. Numbers that are not finite are written as texts. Thread-safe. */
final class LabFiles {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final String HEADER = "row,policy,share,seed,measure,value\n";

    private LabFiles() {}

    static String json(Object result) throws JsonProcessingException {
        return JSON.writeValueAsString(result);
    }

    /**
     * Reads what {@link #json} wrote of a result.
     *
     * @throws IOException naming the place, if the file cannot be read or is no such text
     */
    static AgeLabResult read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), AgeLabResult.class);
    }

    /** Every figure of every run, a line each. */
    static String csv(AgeLabResult result) {
        var text = new StringBuilder(HEADER);
        for (PolicyRun run : result.runs()) {
            figures(run).forEach((measure, value) -> text.append(run.row()).append(',').append(run.policy())
                    .append(',').append(run.share()).append(',').append(run.seed()).append(',').append(measure)
                    .append(',').append(value).append('\n'));
        }
        return text.toString();
    }

    private static Map<String, Double> figures(PolicyRun run) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rounds", (double) run.rounds());
        figures.put("clicks", (double) run.clicks());
        figures.put("expected-clicks", run.expected());
        figures.put("best-clicks", run.best());
        figures.put("median-move", run.medianMove());
        figures.put("moved-share", run.moved());
        figures.put("rank-changes", run.rankChanges());
        figures.put("top-changed", run.topChanged());
        figures.put("weight-movement", run.movement());
        figures.put("weight-length", run.startLength());
        figures.put("lambda", run.lambda());
        figures.put("rounds-per-second", run.roundsPerSecond());
        figures.put("new-displays", (double) run.fresh().displays());
        figures.put("new-clicks", (double) run.fresh().clicks());
        figures.put("new-expected-clicks", run.fresh().expected());
        figures.put("new-predicted-plain", run.fresh().plain());
        figures.put("new-predicted-explored", run.fresh().perturbed());
        return figures;
    }
}
