package io.sextant.standalone;

import io.sextant.model.ctr.ArtefactFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Where a run keeps its data: a directory of its own, removed at the end unless somebody asked for it. */
final class RunDirectory implements AutoCloseable {
    private final Path path;
    private final boolean kept;

    /**
     * Makes the directory.
     *
     * @param parent where to keep the run's data; null for a temporary place
     * @throws UncheckedIOException if it cannot be made
     */
    RunDirectory(@Nullable Path parent) {
        this.kept = parent != null;
        try {
            if (parent == null) {
                this.path = Files.createTempDirectory("sextant-");
            } else {
                String name = "run-" + LocalDateTime.now(ZoneId.systemDefault())
                        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS"));
                this.path = Files.createDirectories(parent.toAbsolutePath().resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the run's data", e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        if (kept) {
            return;
        }
        try {
            ArtefactFiles.deleteTree(path);
        } catch (IOException _) {
            // A thread of RocksDB or Kafka may still write its last file; the system clears its temporary places itself.
        }
    }
}
