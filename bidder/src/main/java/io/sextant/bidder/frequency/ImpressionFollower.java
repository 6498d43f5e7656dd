package io.sextant.bidder.frequency;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.event.TopicThread;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ImpressionEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every impression of the fleet into the {@link FrequencyBook}: pixels, and bills, since not every pixel gets through.
 * At first it goes back by the longest cap; as long as no campaign has caps it reads nothing. While Kafka is away, bidding goes on
 * as the book's policy says.
 *
 * <p>
 * Threading: one thread of its own.
 */
public final class ImpressionFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImpressionFollower.class);
    private static final List<Topics> TOPICS = List.of(Topics.IMPRESSIONS, Topics.BILLS);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final long ASK_PAUSE_NS = Duration.ofSeconds(5).toNanos();

    /** What became of a message. */
    public enum Event {
        /** A pixel's. */
        IMPRESSION,
        /** A bill's. */
        BILL,
        /** A message could not be read. */
        MALFORMED,
        /** The connection was given up and made anew. */
        RECONNECT
    }

    private final KafkaConfig kafka;
    private final FrequencyBook book;
    private final Counts<Event> counts;
    private final InstantSource clock;
    private final TopicThread thread;

    /** Starts reading with a consumer of {@code kafka}'s. */
    public ImpressionFollower(KafkaConfig kafka, FrequencyBook book, Counts<Event> counts, InstantSource clock) {
        this(kafka,
                () -> new SkippingConsumer<>(KafkaClients.consumer(kafka, "bidder-impressions", null),
                        new StringDeserializer(), new ByteArrayDeserializer(), () -> counts.add(Event.MALFORMED)),
                book, counts, clock);
    }

    /** Starts reading with the given consumers. */
    ImpressionFollower(KafkaConfig kafka, Supplier<Consumer<String, byte[]>> consumers, FrequencyBook book,
            Counts<Event> counts, InstantSource clock) {
        this.kafka = kafka;
        this.book = book;
        this.counts = counts;
        this.clock = clock;
        this.thread = new TopicThread("impression-follower", kafka, consumers, () -> counts.add(Event.RECONNECT),
                this::follow);
        thread.start();
    }

    @Override
    public void close() {
        thread.close();
    }

    private void follow(Consumer<String, byte[]> source) {
        List<TopicPartition> partitions = thread.partitions(source, TOPICS);
        source.assign(partitions);
        while (!thread.isClosing()) {
            long reading = book.reading();
            if (reading == 0) {
                // Nobody has caps: the connection is kept, and nothing is read.
                source.pause(partitions);
                source.poll(POLL);
                continue;
            }
            source.resume(partitions);
            // What Kafka has at a time is known to have been counted only later.
            long askedMs = clock.millis();
            long askedNs = System.nanoTime();
            Map<TopicPartition, Long> ends = source.endOffsets(partitions, ASK);
            goBack(source, ends);
            while (!thread.isClosing() && book.reading() == reading) {
                if (!TopicThread.behind(source, ends)) {
                    book.know(reading, askedMs);
                    if (System.nanoTime() - askedNs >= ASK_PAUSE_NS) {
                        long nowMs = clock.millis();
                        askedNs = System.nanoTime();
                        Map<TopicPartition, Long> newest = ends(source, partitions);
                        askedMs = newest == null ? askedMs : nowMs;
                        ends = newest == null ? ends : newest;
                    }
                }
                read(source);
            }
        }
    }

    /** To the first message that a cap may look at; to the end, as it was before, where there is none. */
    private void goBack(Consumer<String, byte[]> source, Map<TopicPartition, Long> ends) {
        long fromMs = clock.millis() - book.lookBack().toMillis();
        Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>(source.offsetsForTimes(
                ends.keySet().stream().collect(Collectors.toMap(partition -> partition, _ -> fromMs)), ASK));
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp first = found.get(partition);
            source.seek(partition, first == null ? end : first.offset());
        });
    }

    /** What Kafka has by now; null where it does not answer. What has been read need not be read again for that. */
    private static @Nullable Map<TopicPartition, Long> ends(Consumer<String, byte[]> source,
            List<TopicPartition> partitions) {
        try {
            return source.endOffsets(partitions, ASK);
        } catch (TimeoutException e) {
            LOG.debug("Kafka does not answer", e);
            return null;
        }
    }

    private void read(Consumer<String, byte[]> source) {
        for (ConsumerRecord<String, byte[]> message : source.poll(POLL)) {
            if (message.value() == null) {
                continue;
            }
            try {
                if (message.topic().equals(kafka.topic(Topics.BILLS))) {
                    book.count(BillEvent.parseFrom(message.value()).getBid());
                    counts.add(Event.BILL);
                } else {
                    book.count(ImpressionEvent.parseFrom(message.value()).getBid());
                    counts.add(Event.IMPRESSION);
                }
            } catch (InvalidProtocolBufferException e) {
                counts.add(Event.MALFORMED);
                LOG.warn("a message of {} is not readable: {}", message.topic(), e.getMessage());
            }
        }
    }
}
