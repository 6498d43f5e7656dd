package io.sextant.bidder.spending;

import io.sextant.protocol.event.LedgerHeartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The dead-man switch: whether the ledger, every partition of it, has been heard of lately.
 *
 * <p>
 * Threading: {@link #isHeard} and {@link #ageMs} are for any thread; {@link #beat} for one.
 */
public final class LedgerPulse {
    private static final long NEVER_MS = Long.MIN_VALUE;

    private final long deadManMs;
    /** By partition, the newest. */
    private final Map<Integer, Long> beatsMs = new HashMap<>();
    /** When the partition that has been silent for longest was last heard of. */
    private volatile long heardMs = NEVER_MS;

    /** A ledger that has not been heard of. */
    public LedgerPulse(Duration deadMan) {
        this.deadManMs = deadMan.toMillis();
    }

    /**
     * Hears a heartbeat. Its own time counts, so that an old one proves nothing; one of the future is as good as one of now.
     *
     * @param nowMs the time, milliseconds since the epoch
     */
    public void beat(LedgerHeartbeat heartbeat, long nowMs) {
        int partitions = Math.max(1, heartbeat.getPartitions());
        beatsMs.keySet().removeIf(partition -> partition >= partitions);
        beatsMs.merge(heartbeat.getPartition(), Math.min(heartbeat.getTimeMs(), nowMs), Math::max);
        heardMs = beatsMs.size() < partitions ? NEVER_MS
                : beatsMs.values().stream().mapToLong(Long::longValue).min().orElse(NEVER_MS);
    }

    /** Whether every partition has been heard of within the dead-man's time. */
    boolean isHeard(long nowMs) {
        long heard = heardMs;
        return heard != NEVER_MS && nowMs - heard <= deadManMs;
    }

    /** Time since the partition that has been silent for longest was heard of; NaN if one never was. */
    public double ageMs(long nowMs) {
        long heard = heardMs;
        return heard == NEVER_MS ? Double.NaN : nowMs - heard;
    }
}
