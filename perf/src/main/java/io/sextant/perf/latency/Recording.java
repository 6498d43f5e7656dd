package io.sextant.perf.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a JVM's flight recorder writes while a load is measured, nothing before and nothing after. For one thread. */
final class Recording {
    private static final String NAME = "load";
    /** Next to nothing: some events a collection, none a request. */
    private static final List<String> PAUSES = List.of("settings=none", "+jdk.GCPhasePause#enabled=true",
            "+jdk.GCPhasePause#threshold=0ms", "+jdk.SafepointBegin#enabled=true", "+jdk.SafepointBegin#threshold=0ms",
            "+jdk.SafepointEnd#enabled=true", "+jdk.SafepointEnd#threshold=0ms", "+jdk.ZAllocationStall#enabled=true",
            "+jdk.ZAllocationStall#threshold=0ms");

    private final long pid;
    private final Path file;
    private final boolean kept;

    private Recording(long pid, Path file, boolean kept) {
        this.pid = pid;
        this.file = file.toAbsolutePath();
        this.kept = kept;
    }

    /**
     * Starts recording.
     *
     * @param pid     of the JVM
     * @param profile where a whole profile is kept; null if only pauses are wanted
     */
    static Recording start(long pid, @Nullable Path profile) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("JFR.start", "name=" + NAME));
        if (profile == null) {
            command.addAll(PAUSES);
        } else {
            // A profile leaves out short pauses unless it is told to keep them.
            command.add("settings=profile");
            command.addAll(PAUSES.subList(1, PAUSES.size()));
        }
        Jcmd.run(pid, command);
        return new Recording(pid, profile == null ? Files.createTempFile("sextant-pauses", ".jfr") : profile,
                profile != null);
    }

    /** Stops recording and reads the pauses. */
    Pauses stop() throws IOException, InterruptedException {
        Jcmd.run(pid, List.of("JFR.stop", "name=" + NAME, "filename=" + file));
        Pauses pauses = Pauses.read(file);
        if (!kept) {
            Files.deleteIfExists(file);
        }
        return pauses;
    }
}
