package io.sextant.standalone;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.abtesting.report.ArmMetrics;
import io.sextant.abtesting.report.ArmTotals;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the metrics topic from its start, on a thread of its own. Methods may be called from any thread. */
final class ArmMetricsReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArmMetricsReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    /** Guarded by itself: the reader writes, whoever prints reads. */
    private final ArmMetrics metrics;

    /**
     * Starts reading.
     *
     * @param arms names of the arms, in the order of reports
     */
    ArmMetricsReader(KafkaConfig kafka, List<String> arms) {
        this.metrics = new ArmMetrics(arms);
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", "report-" + UUID.randomUUID(),
                        "auto.offset.reset", "earliest", "enable.auto.commit", "false", "isolation.level",
                        "read_committed"),
                new StringDeserializer(), new ByteArrayDeserializer());
        String topic = kafka.topic(Topics.METRICS);
        this.thread = Thread.ofPlatform().daemon().name("arm-metrics").start(() -> run(topic));
    }

    /** Every arm's totals so far; the controller commits once a second, so they are a moment old. */
    List<ArmTotals> totals() {
        synchronized (metrics) {
            return metrics.totals();
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String topic) {
        try (consumer) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).toList());
            consumer.seekToBeginning(consumer.assignment());
            while (true) {
                consumer.poll(POLL).forEach(record -> accept(record.value()));
            }
        } catch (WakeupException _) {
            // Asked to end.
        }
    }

    private void accept(byte[] value) {
        try {
            ArmMinute minute = ArmMinute.parseFrom(value);
            synchronized (metrics) {
                metrics.accept(minute);
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("a message of the metrics topic is none", e);
        }
    }
}
