package io.sextant.controller.settings;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A small compacted topic in which operators' orders stand. Clients are made for each use, which is rare. Immutable, safe for
 * any thread.
 */
final class OperatorTopic {
    /** How long Kafka is waited for, ms. */
    static final int TIMEOUT_MS = 8_000;

    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConfig kafka;
    private final Topics topic;
    private final String clientId;

    OperatorTopic(KafkaConfig kafka, Topics topic, String clientId) {
        this.kafka = kafka;
        this.topic = topic;
        this.clientId = clientId;
    }

    /** Its name on the broker. */
    String name() {
        return kafka.topic(topic);
    }

    /** Properties of a producer that sends at once, and gives up after {@link #TIMEOUT_MS}; the caller's to change. */
    Map<String, Object> producer() {
        Map<String, Object> properties = new HashMap<>(KafkaClients.producer(kafka, clientId));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return properties;
    }

    /**
     * Reads it to its end as it is now, each partition in order.
     *
     * @throws KafkaException if Kafka does not answer in time
     */
    void read(Consumer<ConsumerRecord<String, byte[]>> to) {
        Map<String, Object> properties = new HashMap<>(KafkaClients.consumer(kafka, clientId, null));
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        try (var consumer = new KafkaConsumer<String, byte[]>(properties)) {
            List<TopicPartition> partitions = consumer.partitionsFor(name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new KafkaException("topic " + name() + " cannot be read to its end");
                }
                consumer.poll(POLL).forEach(to);
            }
        }
    }
}
