package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The JSON of an {@link ExperimentResult}, there and back. Numbers that are not finite are written as texts. Thread-safe. */
public final class ExperimentJson {
    // Records' components only: what is worked out from them is not written.
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private ExperimentJson() {}

    /** The text. */
    public static String text(ExperimentResult result) throws JsonProcessingException {
        return JSON.writeValueAsString(result);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IOException naming the place, if the file cannot be read or is no such text
     */
    public static ExperimentResult read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), ExperimentResult.class);
    }
}
