package io.sextant.bidder.frequency;

import io.sextant.protocol.event.UnitKind;

/** What users have seen. Thread-safe; hot path: one look-up, which neither waits nor locks. */
@FunctionalInterface
public interface FrequencyCaps {
    /** Nobody has seen anything. */
    FrequencyCaps NONE = (_, _, _) -> FrequencyCounts.NOTHING;

    /**
     * What a user has seen.
     *
     * @param kind  of the unit of allocation
     * @param unit  its hash
     * @param nowMs the time, milliseconds since the epoch
     */
    FrequencyCounts of(UnitKind kind, long unit, long nowMs);
}
