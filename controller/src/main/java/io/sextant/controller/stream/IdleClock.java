package io.sextant.controller.stream;

import java.time.Duration;

/**
 * Lets event time go on with the wall clock while no records come. Assumes one thread.
 */
final class IdleClock {
    /*
     * Time is added tick by tick and from the last record on, so neither a restart nor a thread that stood still, for a
     * rebalance say, makes it jump ahead of what is still to be read.
     */
    private static final int TICKS_AT_ONCE = 2;

    private final long afterMs;
    private final long tickMs;
    private long recordTimeMs;
    private long lastWallMs;
    private long idleMs;

    /** Makes one that takes over after {@code after} without a record and is asked once a {@code tick}. */
    IdleClock(Duration after, Duration tick) {
        afterMs = after.toMillis();
        tickMs = tick.toMillis();
    }

    /** Notes a record: event time stands at {@code timeMs} while the wall clock shows {@code wallMs}. */
    void reset(long timeMs, long wallMs) {
        recordTimeMs = timeMs;
        lastWallMs = wallMs;
        idleMs = 0;
    }

    /** One tick later: event time, which was {@code timeMs}, and stays that while records come. */
    long tick(long timeMs, long wallMs) {
        idleMs += Math.clamp(wallMs - lastWallMs, 0, TICKS_AT_ONCE * tickMs);
        lastWallMs = wallMs;
        return idleMs < afterMs ? timeMs : Math.max(timeMs, recordTimeMs + idleMs);
    }
}
