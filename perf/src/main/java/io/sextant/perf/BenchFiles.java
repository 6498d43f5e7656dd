package io.sextant.perf;

import io.sextant.model.ctr.ArtefactFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a benchmark leaves, and those that it does not. */
public final class BenchFiles {
    private BenchFiles() {}

    /** Writes a text and its end of line, making the folders that are missing. */
    public static void write(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text + System.lineSeparator());
    }

    /** Deletes a folder and all in it. */
    public static void delete(Path directory) throws IOException {
        ArtefactFiles.deleteTree(directory);
    }
}
