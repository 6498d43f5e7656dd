package io.sextant.trainer.publish;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic {@code models} as it stands: the last announcement of every arm. */
public final class AnnouncedModels {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedModels.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private AnnouncedModels() {}

    /**
     * Reads the topic from start to end. Blocks; give it the thread that starts the process.
     *
     * @param onSkip told of every message that is damaged on the broker's disk and passed over
     * @return the last announcement by arm; announcements that cannot be read are logged and left out
     * @throws IllegalStateException                if the end is not reached in {@code kafka.topics.timeout}
     * @throws org.apache.kafka.common.KafkaException if the broker refuses
     */
    public static Map<String, ModelSnapshot> read(KafkaConfig kafka, Runnable onSkip) {
        var found = new HashMap<String, ModelSnapshot>();
        long deadlineNs = System.nanoTime() + kafka.topics().timeout().toNanos();
        try (KafkaConsumer<String, byte[]> consumer = new SkippingConsumer<>(
                KafkaClients.consumer(kafka, "trainer-models", null), new StringDeserializer(),
                new ByteArrayDeserializer(), onSkip)) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(kafka.topic(Topics.MODELS), kafka.topics().timeout())
                    .stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, kafka.topics().timeout());
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < end(ends, partition))) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new IllegalStateException("kafka.bootstrap-servers = " + kafka.bootstrapServers()
                            + ": the topic " + kafka.topic(Topics.MODELS)
                            + " could not be read to its end in time; check the brokers");
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    note(record, found);
                }
            }
        }
        return found;
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        Long end = ends.get(partition);
        return end == null ? 0 : end;
    }

    private static void note(ConsumerRecord<String, byte[]> record, Map<String, ModelSnapshot> found) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        try {
            found.put(record.key(), ModelSnapshot.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{}-{} offset {}: not a ModelSnapshot: {}", record.topic(), record.partition(), record.offset(),
                    e.getMessage());
        }
    }
}
