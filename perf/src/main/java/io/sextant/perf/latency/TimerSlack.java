package io.sextant.perf.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How late Linux may wake a sleeping thread so as to wake several at once: 50 µs unless told otherwise. */
final class TimerSlack {
    private static final Path THREAD = Path.of("/proc/thread-self");
    private static final String SLACK_NS = "1000";

    private TimerSlack() {}

    /** Has the calling thread woken in time; where the system has no such thing, or forbids it, it stays as it is. */
    static void tighten() {
        try {
            Path thread = Files.readSymbolicLink(THREAD).getFileName();
            if (thread != null) {
                Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), SLACK_NS);
            }
        } catch (IOException | UnsupportedOperationException _) {
            // Requests are sent a little later then, and their latency, which counts from when they were due, tells it.
        }
    }
}
