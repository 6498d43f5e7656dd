package io.sextant.bidder.spending;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.event.Outbox;
import io.sextant.bidder.event.TopicThread;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.event.StopOrder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bidder does its business with the ledger: sends for leases, takes the answers, the stops and the heartbeats in, and
 * gives back what open bids have held long enough. While Kafka is away nothing of this happens: leases run out, and the
 * dead-man switch falls.
 *
 * <p>
 * Threading: one thread of its own.
 */
public final class SpendingDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpendingDesk.class);
    /** Leases of a life of this process that is over are nobody's, and an old heartbeat proves nothing. */
    private static final List<Topics> FROM_NOW = List.of(Topics.LEASES, Topics.LEDGER_HEARTBEATS);
    private static final List<Topics> FROM_THE_BEGINNING = List.of(Topics.STOPS);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SWEEP_MS = 1_000;
    private static final int HEX = 16;

    /** What became of a message. */
    public enum Event {
        /** A grant, of whatever bidder. */
        GRANT,
        /** An order to stop, or to go on. */
        STOP,
        /** A heartbeat of the ledger. */
        HEARTBEAT,
        /** A message could not be read. */
        MALFORMED,
        /** The connection was given up and made anew. */
        RECONNECT
    }

    private final KafkaConfig kafka;
    private final AccountBook accounts;
    private final Reservations reservations;
    private final LedgerPulse pulse;
    private final Outbox requests;
    private final Counts<Event> counts;
    private final InstantSource clock;
    private final TopicThread thread;
    private long sweptMs;

    /**
     * Opens the desk with a consumer of {@code kafka}'s.
     *
     * @param requests takes what is asked of the ledger
     */
    public SpendingDesk(KafkaConfig kafka, AccountBook accounts, Reservations reservations, LedgerPulse pulse,
            Outbox requests, Counts<Event> counts, InstantSource clock) {
        this(kafka,
                () -> new SkippingConsumer<>(KafkaClients.consumer(kafka, "bidder-spending", null),
                        new StringDeserializer(), new ByteArrayDeserializer(), () -> counts.add(Event.MALFORMED)),
                accounts, reservations, pulse, requests, counts, clock);
    }

    /** Opens the desk with the given consumers. */
    SpendingDesk(KafkaConfig kafka, Supplier<Consumer<String, byte[]>> consumers, AccountBook accounts,
            Reservations reservations, LedgerPulse pulse, Outbox requests, Counts<Event> counts, InstantSource clock) {
        this.kafka = kafka;
        this.accounts = accounts;
        this.reservations = reservations;
        this.pulse = pulse;
        this.requests = requests;
        this.counts = counts;
        this.clock = clock;
        this.thread = new TopicThread("spending-desk", kafka, consumers, () -> counts.add(Event.RECONNECT),
                this::follow);
        thread.start();
    }

    /** Ends all leases, as far as Kafka can be told. */
    @Override
    public void close() {
        thread.close();
        accounts.close(clock.millis(), this::send);
    }

    private void follow(Consumer<String, byte[]> source) {
        List<TopicPartition> fromTheBeginning = thread.partitions(source, FROM_THE_BEGINNING);
        source.assign(fromTheBeginning);
        source.seekToBeginning(fromTheBeginning);
        var stops = new StopList();
        Map<TopicPartition, Long> ends = source.endOffsets(fromTheBeginning);
        // Before the ledger is heard of, so that nothing is bid that has been stopped.
        while (!thread.isClosing() && TopicThread.behind(source, ends)) {
            source.poll(POLL).forEach(message -> take(message, stops));
        }
        accounts.stop(stops.stops());

        List<TopicPartition> fromNow = thread.partitions(source, FROM_NOW);
        source.assign(all(fromTheBeginning, fromNow));
        source.seekToEnd(fromNow);
        while (!thread.isClosing()) {
            boolean stopped = false;
            for (ConsumerRecord<String, byte[]> message : source.poll(POLL)) {
                stopped |= take(message, stops);
            }
            if (stopped) {
                accounts.stop(stops.stops());
            }
            tick(clock.millis());
        }
    }

    private static List<TopicPartition> all(List<TopicPartition> some, List<TopicPartition> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private void tick(long nowMs) {
        if (nowMs - sweptMs >= SWEEP_MS || nowMs < sweptMs) {
            sweptMs = nowMs;
            reservations.sweep(nowMs);
        }
        accounts.tick(nowMs, this::send);
    }

    private void send(LeaseRequest request) {
        // What does not fit is counted there, and asked for again.
        boolean _ = requests.offer(kafka.topic(Topics.LEASE_REQUESTS), request.getCampaignId() + "/" + request.getArm(),
                request);
    }

    /** Whether it is about stops. */
    private boolean take(ConsumerRecord<String, byte[]> message, StopList stops) {
        String key = message.key();
        if (key == null) {
            return false;
        }
        try {
            if (message.topic().equals(kafka.topic(Topics.STOPS))) {
                stop(key, message.value(), stops);
                return true;
            }
            if (message.topic().equals(kafka.topic(Topics.LEASES))) {
                grant(key, message.value());
            } else if (message.value() != null) {
                pulse.beat(LedgerHeartbeat.parseFrom(message.value()), clock.millis());
                counts.add(Event.HEARTBEAT);
            }
        } catch (InvalidProtocolBufferException | NumberFormatException e) {
            counts.add(Event.MALFORMED);
            LOG.warn("a message of {} with key {} is not readable: {}", message.topic(), key, e.getMessage());
        }
        return false;
    }

    private void stop(String key, byte @Nullable [] value, StopList stops) throws InvalidProtocolBufferException {
        if (value == null) {
            stops.delete(key);
        } else {
            StopOrder order = StopOrder.parseFrom(value);
            stops.apply(key, order);
            LOG.info("{} of {} {} by {}: {}", order.getStopped() ? "stop" : "end of the stop", order.getScope(),
                    order.getId(), order.getChangedBy(), order.getReason());
        }
        counts.add(Event.STOP);
    }

    private void grant(String key, byte @Nullable [] value) throws InvalidProtocolBufferException {
        if (value == null) {
            accounts.forget(Long.parseUnsignedLong(key, HEX), clock.millis());
        } else {
            accounts.apply(LeaseGrant.parseFrom(value), clock.millis());
            counts.add(Event.GRANT);
        }
    }
}
