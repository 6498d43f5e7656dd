package io.sextant.controller;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * How Kafka Streams runs.
 *
 * @param applicationId     consumer group and prefix of internal topics, after the topic prefix; the same in all
 *                          instances that share the work
 * @param stateDir          where the state stores are kept; an instance's own
 * @param threads           stream threads
 * @param commitInterval    time between commits: how soon others see what was published
 * @param sessionTimeout    how soon a dead instance's work is taken over
 * @param replicationFactor copies of internal topics; -1 is the broker's default
 * @param standbyReplicas   warm copies of the state on other instances
 * @param cacheBytes        memory before the state stores, of all threads
 * @param properties        further Kafka Streams properties, passed on as they are
 */
public record StreamsSettings(
        @Pattern(regexp = "[a-zA-Z0-9._-]{1,100}", message = "must be letters, digits, dots, dashes and underscores") String applicationId,
        @NotBlank String stateDir, @Min(1) @Max(64) int threads,
        @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration commitInterval,
        @DurationMin(seconds = 6) @DurationMax(minutes = 5) Duration sessionTimeout,
        @Min(-1) @Max(100) int replicationFactor,
        @Min(0) @Max(10) int standbyReplicas, @Min(0) long cacheBytes, Map<String, String> properties) {

    /** Checks the replication factor. */
    public StreamsSettings {
        properties = Map.copyOf(properties);
        if (replicationFactor == 0) {
            throw new IllegalArgumentException(
                    "replication-factor is 0, must be at least 1, or -1 for the broker's default");
        }
    }
}
