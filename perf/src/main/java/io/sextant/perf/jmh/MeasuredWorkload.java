package io.sextant.perf.jmh;

import io.sextant.perf.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;

/** Tells a measuring JVM which net it measures. */
public final class MeasuredWorkload {
    private static final String ARTEFACT = "sextant.bench.artefact";

    private MeasuredWorkload() {}

    /** The JVM option that names the artefact's directory. */
    public static String jvmOption(Path artefact) {
        return "-D" + ARTEFACT + "=" + artefact.toAbsolutePath();
    }

    static Workload read(int candidates) throws IOException {
        String directory = System.getProperty(ARTEFACT);
        if (directory == null) {
            throw new IllegalStateException("no artefact named by -D" + ARTEFACT
                    + "; \"./sextant bench engine\" trains one and names it");
        }
        return Workload.read(Path.of(directory), candidates);
    }
}
