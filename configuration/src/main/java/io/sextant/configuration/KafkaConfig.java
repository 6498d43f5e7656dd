package io.sextant.configuration;

import io.sextant.protocol.Topics;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How a process reaches Kafka.
 *
 * @param bootstrapServers host:port, comma-separated
 * @param topicPrefix      put before every topic name and consumer group, so that several installations can share a
 *                         cluster; may be empty
 * @param topics           what a topic is created with where it is missing
 * @param properties       further client properties, passed on as they are (security, for example)
 */
public record KafkaConfig(@NotBlank String bootstrapServers,
        @Pattern(regexp = "[a-zA-Z0-9._-]{0,100}", message = "must be letters, digits, dots, dashes and underscores") String topicPrefix,
        TopicsConfig topics, Map<String, String> properties) {

    /**
     * What a topic is created with where it is missing; topics that exist are left as they are.
     *
     * @param partitions  partitions of every topic; events that are joined need the same number
     * @param replication copies of every partition, at most the number of brokers
     * @param retention   how long events are kept; compacted topics keep the last value of each key for ever
     * @param timeout     how long a process that cannot work without its topics waits for the broker at start
     */
    public record TopicsConfig(@Min(1) @Max(10_000) int partitions, @Min(1) @Max(100) int replication,
            @DurationMin(minutes = 1) Duration retention, @DurationMin(millis = 1) Duration timeout) {}

    public KafkaConfig {
        properties = Map.copyOf(properties);
    }

    /** Plain settings for a broker without security: one partition, one replica, no prefix. */
    public static KafkaConfig of(String bootstrapServers) {
        return new KafkaConfig(bootstrapServers, "",
                new TopicsConfig(1, 1, Duration.ofDays(7), Duration.ofSeconds(30)), Map.of());
    }

    /** Name of a topic on this installation's broker. */
    public String topic(Topics topic) {
        return topicPrefix + topic.topic();
    }
}
