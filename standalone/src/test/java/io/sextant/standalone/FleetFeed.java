package io.sextant.standalone;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.fixtures.fleet.RecordedFleet;
import io.sextant.protocol.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Bidders of a simulated fleet: a message each a second and arm, for as long as the test runs; what Kafka does not take is
 * lost, as with real bidders. Threading: one thread of its own.
 */
final class FleetFeed implements AutoCloseable {
    static final List<String> BIDDERS = List.of("fed-bidder-1", "fed-bidder-2", "fed-bidder-3");
    private static final long SECOND_MS = 1000;
    private static final long DELAY_MS = 100;

    private final RecordedFleet fleet;
    private final List<String> arms;
    private final String topic;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    FleetFeed(RecordedFleet fleet, List<String> arms, KafkaConfig kafka) {
        this.fleet = fleet;
        this.arms = arms;
        this.topic = kafka.topic(Topics.UNCERTAINTY);
        Map<String, Object> properties = new HashMap<>(KafkaClients.producer(kafka, "fleet-feed"));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        this.producer = new KafkaProducer<>(properties);
        this.thread = Thread.ofPlatform().name("fleet-feed").start(this::run);
    }

    /** Messages that Kafka did not take. */
    long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void run() {
        long nowMs = System.currentTimeMillis();
        for (long secondMs = nowMs - Math.floorMod(nowMs, SECOND_MS); !closing; secondMs += SECOND_MS) {
            long waitMs = secondMs + SECOND_MS + DELAY_MS - System.currentTimeMillis();
            if (waitMs > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(waitMs));
            }
            for (String bidder : BIDDERS) {
                for (String arm : arms) {
                    send(bidder, arm, secondMs);
                }
            }
        }
    }

    private void send(String bidder, String arm, long secondMs) {
        try {
            Future<RecordMetadata> _ = producer.send(
                    new ProducerRecord<>(topic, arm, fleet.message(bidder, arm, secondMs, secondMs / SECOND_MS)),
                    (_, failure) -> {
                        if (failure != null) {
                            lost.incrementAndGet();
                        }
                    });
        } catch (KafkaException _) {
            lost.incrementAndGet();
        }
    }
}
