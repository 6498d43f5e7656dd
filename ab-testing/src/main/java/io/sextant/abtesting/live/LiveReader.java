package io.sextant.abtesting.live;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.sextant.abtesting.report.ArmMetrics;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads topics from a point in time to the ends that they have when the reading begins, committed messages only. Assumes one
 * thread.
 */
/*
 * A bid's notices have the same key and lie in partitions of the same number in all four topics, so bids are put together
 * partition by partition and only one partition's bids are in memory.
 */
final class LiveReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    /** What clocks of bidders and broker may differ by. */
    private static final long SLACK_MS = 60_000;
    private static final List<Topics> NOTICES = List.of(Topics.WINS, Topics.BILLS, Topics.IMPRESSIONS, Topics.CLICKS);
    private static final List<Topics> OTHERS = List.of(Topics.LOSSES, Topics.METRICS, Topics.UNCERTAINTY,
            Topics.MODELS);

    private final KafkaConfig kafka;
    private final TimeSpan span;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<Topics, Integer> partitions = new EnumMap<>(Topics.class);
    private long unreadable;

    /**
     * Connects.
     *
     * @throws LiveDataException if the broker does not answer, topics are missing, or those of the notices have different
     *                           numbers of partitions
     */
    LiveReader(KafkaConfig kafka, TimeSpan span) throws LiveDataException {
        this.kafka = kafka;
        this.span = span;
        this.consumer = new SkippingConsumer<>(KafkaClients.consumer(kafka, "ab-report", null),
                new StringDeserializer(), new ByteArrayDeserializer(), () -> unreadable++);
        try {
            look();
        } catch (KafkaException e) {
            consumer.close();
            throw unreachable(e);
        } catch (LiveDataException e) {
            consumer.close();
            throw e;
        }
    }

    private void look() throws LiveDataException {
        var topics = consumer.listTopics(kafka.topics().timeout());
        for (Topics topic : Topics.all()) {
            var infos = topics.get(kafka.topic(topic));
            if (infos != null) {
                partitions.put(topic, infos.size());
            } else if (NOTICES.contains(topic) || OTHERS.contains(topic)) {
                throw new LiveDataException("there is no topic " + kafka.topic(topic) + " at "
                        + kafka.bootstrapServers() + "; bidder, controller and trainer make theirs. Is"
                        + " kafka.topic-prefix right?");
            }
        }
        if (NOTICES.stream().map(partitions::get).distinct().count() > 1) {
            throw new LiveDataException("topics " + NOTICES.stream().map(topic -> kafka.topic(topic) + " ("
                    + partitions.get(topic) + ")").collect(Collectors.joining(", "))
                    + " must have the same number of partitions, or the notices of a bid do not meet");
        }
    }

    private LiveDataException unreachable(KafkaException e) {
        return new LiveDataException("topics at " + kafka.bootstrapServers() + " cannot be read: " + e.getMessage()
                + "; is kafka.bootstrap-servers right?");
    }

    /** What hears what was read. */
    record Hearers(BidOutcomes bids, LossSums losses, AllocatedUnits allocated, ArmMetrics metrics,
            Consumer<ModelSnapshot> models) {}

    /**
     * Reads everything.
     *
     * @param progress told how many messages lie ahead at all, then, below 0, of each part that was read
     * @throws LiveDataException if the broker goes away
     */
    void read(Hearers hearers, LongConsumer progress) throws LiveDataException {
        try {
            int count = partitions.getOrDefault(Topics.WINS, 0);
            for (int partition = 0; partition < count; partition++) {
                int number = partition;
                read(NOTICES.stream().map(topic -> new TopicPartition(kafka.topic(topic), number)).toList(),
                        span.startMs() - SLACK_MS, record -> notice(record, hearers.bids), progress);
                hearers.bids.close();
            }
            read(all(Topics.UNCERTAINTY), span.fromMs() - SLACK_MS,
                    record -> parse(record, ArmSecond.parser(), hearers.allocated::accept), progress);
            read(all(Topics.LOSSES), span.fromMs() - SLACK_MS,
                    record -> parse(record, LossCounts.parser(), hearers.losses::accept), progress);
            // what is compacted has the time of the last word on an older thing
            read(all(Topics.METRICS), 0, record -> parse(record, ArmMinute.parser(), minute -> {
                if (span.periodOf(minute.getMinuteMs()) == TimeSpan.Period.NOW) {
                    hearers.metrics.accept(minute);
                }
            }), progress);
            read(all(Topics.MODELS), 0, record -> parse(record, ModelSnapshot.parser(), hearers.models), progress);
            for (; unreadable > 0; unreadable--) {
                hearers.bids.unreadable();
            }
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private List<TopicPartition> all(Topics topic) {
        return IntStream.range(0, partitions.getOrDefault(topic, 0))
                .mapToObj(partition -> new TopicPartition(kafka.topic(topic), partition)).toList();
    }

    private void notice(ConsumerRecord<String, byte[]> record, BidOutcomes bids) {
        String topic = record.topic();
        if (topic.equals(kafka.topic(Topics.WINS))) {
            parse(record, WinEvent.parser(), event -> bids.accept(record.key(), event));
        } else if (topic.equals(kafka.topic(Topics.BILLS))) {
            parse(record, BillEvent.parser(), event -> bids.accept(record.key(), event));
        } else if (topic.equals(kafka.topic(Topics.IMPRESSIONS))) {
            parse(record, ImpressionEvent.parser(), event -> bids.accept(record.key(), event));
        } else {
            parse(record, ClickEvent.parser(), event -> bids.accept(record.key(), event));
        }
    }

    /** A message without a value takes back one of a compacted topic: there is nothing to read. */
    private <T extends Message> void parse(ConsumerRecord<String, byte[]> record, Parser<T> parser,
            Consumer<T> hearer) {
        if (record.value() == null) {
            return;
        }
        T message;
        try {
            message = parser.parseFrom(record.value());
        } catch (InvalidProtocolBufferException _) {
            unreadable++;
            return;
        }
        hearer.accept(message);
    }

    private void read(Collection<TopicPartition> places, long startMs, Consumer<ConsumerRecord<String, byte[]>> hearer,
            LongConsumer progress) {
        Duration timeout = kafka.topics().timeout();
        consumer.assign(places);
        Map<TopicPartition, Long> ends = consumer.endOffsets(places, timeout);
        if (startMs > 0) {
            var starts = consumer.offsetsForTimes(
                    places.stream().collect(Collectors.toMap(place -> place, _ -> startMs)), timeout);
            for (TopicPartition place : places) {
                var start = starts.get(place);
                consumer.seek(place, start == null ? ends.getOrDefault(place, 0L) : start.offset());
            }
        } else {
            consumer.seekToBeginning(places);
        }
        long ahead = places.stream().mapToLong(place -> Math.max(0, ends.getOrDefault(place, 0L)
                - consumer.position(place, timeout))).sum();
        progress.accept(ahead);
        while (places.stream().anyMatch(place -> consumer.position(place, timeout) < ends.getOrDefault(place, 0L))) {
            var records = consumer.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    hearer.accept(record);
                }
            }
            progress.accept(-records.count());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
