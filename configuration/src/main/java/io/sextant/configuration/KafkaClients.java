package io.sextant.configuration;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Client properties that all processes share: keys are text, values bytes; producers are idempotent and wait for all
 * replicas; consumers see committed records only and commit by hand. {@link KafkaConfig#properties()} come last and win.
 * Callers may change the maps they get.
 */
public final class KafkaClients {
    private KafkaClients() {}

    /** For an AdminClient, and what every other client starts from. */
    public static Map<String, Object> common(KafkaConfig kafka, String clientId) {
        var properties = new HashMap<String, Object>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.putAll(kafka.properties());
        return properties;
    }

    /** For a producer of text keys and byte values. */
    public static Map<String, Object> producer(KafkaConfig kafka, String clientId) {
        var properties = new HashMap<String, Object>();
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.putAll(common(kafka, clientId));
        return properties;
    }

    /**
     * For a consumer of text keys and byte values that starts at the earliest record.
     *
     * @param group consumer group without the prefix, or null for a consumer that assigns its partitions itself
     */
    public static Map<String, Object> consumer(KafkaConfig kafka, String clientId, @Nullable String group) {
        var properties = new HashMap<String, Object>();
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        if (group != null) {
            properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.topicPrefix() + group);
        }
        properties.putAll(common(kafka, clientId));
        return properties;
    }
}
