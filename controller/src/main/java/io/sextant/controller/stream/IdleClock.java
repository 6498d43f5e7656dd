package io.sextant.controller.stream;

import java.time.Duration;

/**
 * Lets event time go on with the wall clock while no records come. It measures from the last record, so neither a
 * restart nor a backlog makes it jump ahead of what is still to be read. Assumes one thread.
 */
final class IdleClock {
    private final long idleMs;
    private long recordTimeMs;
    private long recordWallMs;

    /** Makes one that takes over after {@code idle} without a record. */
    IdleClock(Duration idle) {
        idleMs = idle.toMillis();
    }

    /** Notes a record: event time stands at {@code timeMs} while the wall clock shows {@code wallMs}. */
    void reset(long timeMs, long wallMs) {
        recordTimeMs = timeMs;
        recordWallMs = wallMs;
    }

    /** Event time now: {@code timeMs} while records come, the wall clock's progress since the last one after that. */
    long timeMs(long timeMs, long wallMs) {
        long elapsedMs = wallMs - recordWallMs;
        return elapsedMs < idleMs ? timeMs : Math.max(timeMs, recordTimeMs + elapsedMs);
    }
}
