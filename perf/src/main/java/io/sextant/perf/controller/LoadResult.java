package io.sextant.perf.controller;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.fixtures.fleet.WindowComparison;

/**
 * What one load yielded.
 *
 * @param load          that was measured
 * @param seconds       that were measured
 * @param windowSeconds of the controller's window
 * @param messages      messages that the controller finished, a second
 * @param sent          messages that bidders sent, a second
 * @param bytes         what was written to topics
 * @param cpuShare      processor time of the controller's process, of one core
 * @param memoryBytes   most memory that the controller's process had at once; 0 where the system does not tell
 * @param maxLag        most messages that waited for longer than two commits, while measuring
 * @param finalLag      the same at the end
 * @param snapshots     snapshots compared
 * @param comparison    how far they were from the truth
 */
record LoadResult(@JsonProperty("load") Load load, @JsonProperty("seconds") double seconds,
        @JsonProperty("window_seconds") long windowSeconds, @JsonProperty("messages_per_second") double messages,
        @JsonProperty("messages_sent_per_second") double sent, @JsonProperty("bytes_per_second") TopicBytes bytes,
        @JsonProperty("controller_cpu_share") double cpuShare,
        @JsonProperty("memory_bytes") long memoryBytes, @JsonProperty("max_lag") long maxLag,
        @JsonProperty("final_lag") long finalLag, @JsonProperty("snapshots") long snapshots,
        @JsonProperty("comparison") WindowComparison comparison) {

    /** Processor time of a message, milliseconds. */
    @JsonProperty("cpu_ms_per_message")
    double cpuMsPerMessage() {
        return messages == 0 ? Double.NaN : 1000 * cpuShare / messages;
    }
}
