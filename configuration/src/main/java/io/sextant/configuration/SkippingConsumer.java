package io.sextant.configuration;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that passes over messages that the broker holds but that cannot be read: damaged on disk, so that the checksum
 * of their batch does not hold, or not to be decompressed. Any other consumer would meet them again after every restart, and
 * the stream would stand still for ever. Assumes one thread, the one that polls.
 *
 * @param <K> the messages' keys
 * @param <V> the messages' values
 */
public final class SkippingConsumer<K, V> extends KafkaConsumer<K, V> {
    /*
     * The client tells of such a batch by a KafkaException of no kind of its own, which names partition and offset in words.
     * The position stands at the first message that could not be read; the next poll tells whether the one after it can. So a
     * batch is passed over message by message, and each is counted.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SkippingConsumer.class);

    private final Runnable onSkip;

    /**
     * Makes one that is not subscribed to anything.
     *
     * @param properties as of {@link KafkaClients#consumer}
     * @param keys       reads keys
     * @param values     reads values
     * @param onSkip     told of every message that is passed over
     */
    public SkippingConsumer(Map<String, Object> properties, Deserializer<K> keys, Deserializer<V> values,
            Runnable onSkip) {
        super(properties, keys, values);
        this.onSkip = onSkip;
    }

    @Override
    public ConsumerRecords<K, V> poll(Duration timeout) {
        try {
            return super.poll(timeout);
        } catch (KafkaException e) {
            TopicPartition damaged = damaged(e);
            long offset = position(damaged);
            LOG.error("message passed over, it cannot be read: topic {}, partition {}, offset {}: {}",
                    damaged.topic(), damaged.partition(), offset, e.toString());
            seek(damaged, offset + 1);
            onSkip.run();
            return ConsumerRecords.empty();
        }
    }

    /* The partition that the failure is about; fails with it if it is about something else. */
    private TopicPartition damaged(KafkaException failure) {
        if (failure.getClass() != KafkaException.class && !(failure instanceof CorruptRecordException)) {
            throw failure;
        }
        String words = failure.getMessage() + " ";
        return assignment().stream().filter(partition -> words.contains(" " + partition + " ")
                || words.contains(" " + partition + ".")).findFirst().orElseThrow(() -> failure);
    }
}
