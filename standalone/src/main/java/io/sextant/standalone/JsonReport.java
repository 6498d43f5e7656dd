package io.sextant.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of a run as a JSON file, with what is needed to get them again. */
final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Map<String, Object> members = new LinkedHashMap<>();

    /** Starts with what every report tells. */
    JsonReport(String command, long seed, double durationSeconds) {
        members.put("command", command);
        members.put("seed", seed);
        members.put("machine", Machine.here());
        members.put("duration_seconds", durationSeconds);
    }

    /** Adds a figure, or a record or list of them. */
    JsonReport with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it cannot be written
     */
    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, JSON.writeValueAsString(members) + System.lineSeparator());
    }
}
