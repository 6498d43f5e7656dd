package io.sextant.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the processes are set to when they run together in one JVM. Every profile has a settings file for each process and
 * a catalogue among the resources; they are written beside the run's data, where they can be read and used again.
 */
enum Profile {
    /** A simulated market in compressed time: everything that takes minutes in life takes seconds. */
    DEMO("demo"),
    /** Auctions of a recorded log. */
    REPLAY("replay");

    private final String name;

    Profile(String name) {
        this.name = name;
    }

    /** Writes the settings file of a process into the directory. */
    Path settings(String process, Path directory) throws IOException {
        return copy(name + "-" + process + ".yaml", directory);
    }

    /** Writes the catalogue into the directory. */
    Path catalogue(Path directory) throws IOException {
        return copy(name + "-campaigns.yaml", directory);
    }

    private static Path copy(String resource, Path directory) throws IOException {
        Path file = directory.resolve(resource);
        try (InputStream in = Profile.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                throw new IOException("the resource " + resource + " is missing from this build");
            }
            Files.createDirectories(directory);
            Files.write(file, in.readAllBytes());
        }
        return file;
    }
}
