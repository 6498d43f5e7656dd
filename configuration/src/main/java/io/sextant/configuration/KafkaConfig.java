package io.sextant.configuration;

import jakarta.validation.constraints.NotBlank;
import java.util.Map;

/**
 * How a process reaches Kafka.
 *
 * @param bootstrapServers host:port, comma-separated
 * @param topicPrefix      put before every topic name and consumer group, so that several installations can share a
 *                         cluster; may be empty
 * @param properties       further client properties, passed on as they are (security, for example)
 */
public record KafkaConfig(@NotBlank String bootstrapServers, String topicPrefix, Map<String, String> properties) {}
