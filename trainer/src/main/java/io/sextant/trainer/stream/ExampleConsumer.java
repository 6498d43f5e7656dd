package io.sextant.trainer.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.TrainerCounter;
import io.sextant.trainer.publish.LearnedOffset;
import io.sextant.trainer.publish.ModelPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one arm's examples in the order of their offsets, committed ones only, and those of the neutral arm beside them.
 *
 * <p>
 * An arm's examples lie in one partition, the one that Kafka's default partitioner gives the arm's name, so their order,
 * and with it the model, is the same in every run. Threading: owned by the arm's thread, but for {@link #wakeup}.
 */
public final class ExampleConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExampleConsumer.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String arm;
    private final ArmMeters meters;
    private final KafkaConsumer<String, byte[]> consumer;
    private final TopicPartition partition;
    private final String neutralArm;
    /** Null without a neutral arm. */
    private final @Nullable TopicPartition neutral;
    private final Duration timeout;
    private long nextOffset = -1;

    /** Takes each example with its offset. */
    @FunctionalInterface
    public interface Sink {
        /** Called once an example, offsets rising. */
        void accept(long offset, Example example);
    }

    /**
     * Connects. Blocks until the broker has named the topic's partitions.
     *
     * @param neutralArm whose examples are read beside the arm's own; empty for none
     * @throws org.apache.kafka.common.KafkaException if it does not
     */
    public ExampleConsumer(KafkaConfig kafka, String arm, String neutralArm, ArmMeters meters) {
        this.neutralArm = neutralArm;
        this.arm = arm;
        this.meters = meters;
        this.timeout = kafka.topics().timeout();
        var properties = KafkaClients.consumer(kafka, "trainer-" + arm, ModelPublisher.group(arm));
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        this.consumer = new SkippingConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer(),
                () -> meters.count(TrainerCounter.MESSAGES_UNREADABLE));
        String topic = kafka.topic(Topics.EXAMPLES);
        int partitions = consumer.partitionsFor(topic, timeout).size();
        this.partition = new TopicPartition(topic, partitionOf(arm, partitions));
        this.neutral = neutralArm.isEmpty() ? null
                : new TopicPartition(topic, partitionOf(neutralArm, partitions));
        var assigned = new HashSet<>(Set.of(partition));
        if (neutral != null) {
            assigned.add(neutral);
        }
        consumer.assign(assigned);
    }

    /** The partition, of so many, that an arm's examples lie in. */
    static int partitionOf(String arm, int partitions) {
        return BuiltInPartitioner.partitionForKey(arm.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** How far the arm has learned, for the announcement of its model. */
    public LearnedOffset learned(long firstNotLearned) {
        return new LearnedOffset(consumer.groupMetadata(), partition, firstNotLearned);
    }

    /** The offset that was committed with the last announcement; empty if there was none. */
    public OptionalLong committed() {
        OffsetAndMetadata committed = consumer.committed(Set.of(partition), timeout).get(partition);
        return committed == null ? OptionalLong.empty() : OptionalLong.of(committed.offset());
    }

    /** Offset of the first example that is still on the topic. */
    public long beginning() {
        return consumer.beginningOffsets(Set.of(partition), timeout).getOrDefault(partition, 0L);
    }

    /** Goes on from an offset. */
    public void seek(long offset) {
        consumer.seek(partition, offset);
        nextOffset = offset;
    }

    /**
     * Goes on in the neutral arm's examples; of a partition that has the arm's own as well, {@link #seek} decides.
     *
     * @param offset -1 for what comes from now on: what came before was scored by nobody, or by another model
     */
    public void seekNeutral(long offset) {
        if (neutral == null || neutral.equals(partition)) {
            return;
        }
        if (offset < 0) {
            consumer.seekToEnd(Set.of(neutral));
        } else {
            consumer.seek(neutral, offset);
        }
    }

    /**
     * Waits a moment for examples and hands over what came.
     *
     * @param sink        takes the arm's own
     * @param neutralSink takes the neutral arm's
     * @throws org.apache.kafka.common.errors.WakeupException after {@link #wakeup}
     */
    public void poll(Sink sink, Sink neutralSink) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            if (neutral != null && neutralArm.equals(record.key()) && record.partition() == neutral.partition()) {
                deliver(record, neutralArm, neutralSink);
            }
            if (record.partition() != partition.partition()) {
                continue;
            }
            if (nextOffset >= 0 && record.offset() > nextOffset && beginning() > nextOffset) {
                meters.count(TrainerCounter.OFFSET_GAPS);
                LOG.warn("arm {}: examples {} to {} were deleted before they were read; raise the topic's retention",
                        arm, nextOffset, record.offset() - 1);
            }
            nextOffset = record.offset() + 1;
            if (arm.equals(record.key())) {
                deliver(record, arm, sink);
            }
        }
        nextOffset = consumer.position(partition, timeout);
    }

    private void deliver(ConsumerRecord<String, byte[]> record, String of, Sink sink) {
        if (record.value() == null) {
            meters.count(TrainerCounter.EXAMPLES_MALFORMED);
            return;
        }
        Example example;
        try {
            example = Example.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            meters.count(TrainerCounter.EXAMPLES_MALFORMED);
            return;
        }
        if (!of.equals(example.getArm())) {
            meters.count(TrainerCounter.EXAMPLES_MALFORMED);
            return;
        }
        sink.accept(record.offset(), example);
    }

    /** Ends a {@link #poll} that is under way, or the next one. Safe for any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    }
}
