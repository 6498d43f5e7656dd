package io.sextant.perf.controller;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.fixtures.fleet.RecordedFleet;
import io.sextant.fixtures.fleet.WindowTruth;
import io.sextant.protocol.Topics;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a fleet measures, second by second, as the seconds pass: all of a second's messages once it is over, as
 * bidders do. Threading: a thread of its own sends; counts may be asked from any thread, the truth when it has ended.
 */
final class FleetSender implements AutoCloseable {
    private static final long SECOND_MS = 1000;
    /** Bidders send a second this long after its end. */
    private static final long DELAY_MS = 100;

    private final Load load;
    private final RecordedFleet fleet;
    private final WindowTruth truth;
    private final String topic;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closing;

    /** Starts with the second that began {@code historyMs} ago, as quickly as the broker takes what has passed. */
    FleetSender(Load load, RecordedFleet fleet, WindowTruth truth, KafkaConfig kafka, long historyMs) {
        this.load = load;
        this.fleet = fleet;
        this.truth = truth;
        this.topic = kafka.topic(Topics.UNCERTAINTY);
        this.producer = new KafkaProducer<>(KafkaClients.producer(kafka, "fleet"));
        long nowMs = System.currentTimeMillis();
        long startMs = nowMs - Math.floorMod(nowMs, SECOND_MS) - historyMs;
        this.thread = Thread.ofPlatform().name("fleet-sender").start(() -> run(startMs));
    }

    /** Messages that the broker has. */
    long acknowledged() {
        return acknowledged.get();
    }

    /**
     * Ends after the present second and waits until the broker has everything.
     *
     * @throws IllegalStateException if the broker did not take a message
     */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the broker did not take a message", failed);
        }
    }

    private void run(long startMs) {
        for (long secondMs = startMs; !closing && failure.get() == null; secondMs += SECOND_MS) {
            long waitMs = secondMs + SECOND_MS + DELAY_MS - System.currentTimeMillis();
            if (waitMs > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(waitMs));
            }
            for (int bidder = 0; bidder < load.bidders(); bidder++) {
                for (String arm : Load.ARMS) {
                    send("bidder-" + bidder, arm, secondMs);
                }
            }
        }
    }

    private void send(String bidder, String arm, long secondMs) {
        long sequence = secondMs / SECOND_MS;
        truth.receive(bidder, arm, secondMs, sequence);
        // The callback has the result.
        Future<RecordMetadata> _ = producer.send(
                new ProducerRecord<>(topic, arm, fleet.message(bidder, arm, secondMs, sequence)),
                (_, failed) -> {
                    if (failed == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failure.set(failed);
                    }
                });
    }
}
