package io.sextant.controller;

import io.sextant.configuration.KafkaClients;
import io.sextant.controller.stream.CountingExceptionHandler;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings as Kafka Streams takes them. */
public final class StreamsProperties {
    /** Kafka 5 drops this switch and always handles; its constant is deprecated for that reason. */
    private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";
    private static final int REQUEST_BYTES_MAX = 8 << 20;

    private StreamsProperties() {}

    /** All of them. */
    public static Properties of(ControllerConfig config, ControllerMetrics metrics) {
        StreamsSettings streams = config.streams();
        String applicationId = config.kafka().topicPrefix() + streams.applicationId();
        var properties = new Properties();
        properties.putAll(KafkaClients.common(config.kafka(), applicationId));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDir());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, streams.commitInterval().toMillis());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, streams.replicationFactor());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, streams.standbyReplicas());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, streams.cacheBytes());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, CountingExceptionHandler.class);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, CountingExceptionHandler.class);
        properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, CountingExceptionHandler.class);
        properties.put(GLOBAL_HANDLER, true);
        properties.put(CountingExceptionHandler.METRICS, metrics);
        int sessionMs = Math.toIntExact(streams.sessionTimeout().toMillis());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), sessionMs);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), sessionMs / 4);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // The broker measures a message as compressed, the producer as it is.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), REQUEST_BYTES_MAX);
        properties.putAll(streams.properties());
        return properties;
    }
}
