package io.sextant.trainer.offline;

import com.google.protobuf.CodedOutputStream;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import io.sextant.trainer.data.DataException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Copies an arm's examples from Kafka to a file: the messages as they are, each after its length, compressed with gzip. What
 * is on the topic when the copy begins is copied; what comes later is not waited for.
 */
final class ExampleDump {
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaConfig kafka;
    private final String arm;
    private final long max;

    /** @param max examples that are copied at most */
    ExampleDump(KafkaConfig kafka, String arm, long max) {
        this.kafka = kafka;
        this.arm = arm;
        this.max = max;
    }

    /**
     * Copies. The file appears, or is replaced, when it is whole.
     *
     * @return examples copied
     * @throws DataException if there is no such topic, or the broker does not answer
     * @throws IOException   if the file cannot be written
     */
    long write(Path file) throws DataException, IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".part");
        try {
            long copied;
            try (OutputStream out = new GZIPOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(temporary)), 1 << 16);
                    var consumer = new KafkaConsumer<String, byte[]>(
                            KafkaClients.consumer(kafka, "trainer-examples-" + arm, null))) {
                copied = copy(consumer, out);
            } catch (KafkaException e) {
                throw new DataException("the topic " + kafka.topic(Topics.EXAMPLES) + " at " + kafka.bootstrapServers()
                        + " cannot be read: " + e.getMessage() + "; is kafka.bootstrap-servers right?");
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            return copied;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private long copy(KafkaConsumer<String, byte[]> consumer, OutputStream out) throws DataException, IOException {
        String topic = kafka.topic(Topics.EXAMPLES);
        Duration timeout = kafka.topics().timeout();
        List<PartitionInfo> infos = consumer.listTopics(timeout).getOrDefault(topic, List.of());
        List<TopicPartition> partitions = infos.stream().map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new DataException("there is no topic " + topic + " at " + kafka.bootstrapServers()
                    + "; the controller makes it");
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, timeout);
        long records = partitions.stream().mapToLong(place -> at(ends, place) - at(beginnings, place)).sum();
        long copied = 0;
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("copy " + arm).setInitialMax(records)
                .setStyle(ProgressBarStyle.ASCII).setUnit(" records", 1).build()) {
            while (copied < max && partitions.stream().anyMatch(place -> consumer.position(place) < at(ends, place))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    bar.step();
                    boolean early = record.offset() < at(ends, new TopicPartition(topic, record.partition()));
                    if (early && arm.equals(record.key()) && record.value() != null && copied < max) {
                        write(record.value(), out);
                        copied++;
                    }
                }
            }
        }
        return copied;
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition place) {
        return offsets.getOrDefault(place, 0L);
    }

    /* As protobuf's writeDelimitedTo, without parsing what would only be written again. */
    private static void write(byte[] message, OutputStream out) throws IOException {
        byte[] length = new byte[CodedOutputStream.computeUInt32SizeNoTag(message.length)];
        CodedOutputStream.newInstance(length).writeUInt32NoTag(message.length);
        out.write(length);
        out.write(message);
    }
}
