package io.sextant.configuration.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --json}: the file that a command's figures also go to; a picocli mixin. */
public final class FiguresOption {
    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures to this file.")
    private @Nullable Path file;

    /** What writes figures to a file. */
    public interface Figures {
        void write(Path file) throws IOException;
    }

    /** Writes the figures and says where they are, if they are asked for. */
    public void write(Figures figures, PrintWriter out) throws IOException {
        if (file != null) {
            figures.write(file);
            out.println("Figures: " + file);
        }
    }
}
