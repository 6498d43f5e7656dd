package io.sextant.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that a benchmark leaves. */
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

    /**
     * The same for what is asked for by an option, and says where it is.
     *
     * @param what it is, for people
     * @param file null if it is not asked for
     */
    public static void write(String what, @Nullable Path file, String text, PrintWriter out) throws IOException {
        if (file != null) {
            write(file, text);
            out.println("The " + what + ": " + file);
        }
    }
}
