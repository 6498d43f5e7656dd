package io.sextant.perf.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * How long a JVM stood still.
 *
 * @param collections  pauses of the collector
 * @param collectionMs all of them together, milliseconds
 * @param longestMs    the longest time in which all threads stood, for whatever reason, from the request to stop to the end
 * @param standingMs   all of these together
 * @param stalls       allocations that had to wait for the collector (ZGC)
 * @param stallMs      all of them together
 */
record Pauses(long collections, double collectionMs, double longestMs, double standingMs, long stalls,
        double stallMs) {
    /** Nothing known. */
    static final Pauses NONE = new Pauses(0, 0, 0, 0, 0, 0);

    /** Reads a recording. */
    static Pauses read(Path file) throws IOException {
        long collections = 0;
        double collectionMs = 0;
        double longestMs = 0;
        double standingMs = 0;
        long stalls = 0;
        double stallMs = 0;
        Map<Long, Instant> begun = new HashMap<>();
        try (var events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.GCPhasePause" -> {
                        collections++;
                        collectionMs += ms(event.getDuration());
                    }
                    case "jdk.SafepointBegin" -> begun.put(event.getLong("safepointId"), event.getStartTime());
                    case "jdk.SafepointEnd" -> {
                        Instant start = begun.remove(event.getLong("safepointId"));
                        double stood = start == null ? 0 : ms(Duration.between(start, event.getEndTime()));
                        standingMs += stood;
                        longestMs = Math.max(longestMs, stood);
                    }
                    case "jdk.ZAllocationStall" -> {
                        stalls++;
                        stallMs += ms(event.getDuration());
                    }
                    default -> {
                        // A profile has much more.
                    }
                }
            }
        }
        return new Pauses(collections, collectionMs, longestMs, standingMs, stalls, stallMs);
    }

    private static double ms(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
