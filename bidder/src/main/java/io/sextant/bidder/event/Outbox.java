package io.sextant.bidder.event;

import com.google.protobuf.MessageLite;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue before a Kafka producer, for events that may be lost: what does not fit, or what Kafka does not take in
 * time, is dropped and counted.
 *
 * <p>
 * Threading: {@link #offer} may be called from any thread and never waits; one thread of its own serialises and sends.
 */
public final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long PAUSE_MS = 500;

    /** Why a message was dropped. */
    public enum Drop {
        /** The queue was full. */
        FULL,
        /** Kafka did not take it in time. */
        UNSENT
    }

    private record Message(String topic, String key, MessageLite value) {}

    private final String name;
    private final ArrayBlockingQueue<Message> queue;
    private final Supplier<Producer<String, byte[]>> producers;
    private final Counts<Drop> drops;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean away;
    private @Nullable Producer<String, byte[]> producer;

    /**
     * Starts the sender.
     *
     * @param name      what it carries, for logs and the thread's name
     * @param capacity  messages that may wait
     * @param producers makes a producer; may throw while Kafka cannot be resolved
     * @param drops     counts what is lost
     */
    public Outbox(String name, int capacity, Supplier<Producer<String, byte[]>> producers, Counts<Drop> drops) {
        this.name = name;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.producers = producers;
        this.drops = drops;
        this.thread = Thread.ofPlatform().name("outbox-" + name).start(this::run);
    }

    /** Hands a message in; returns false, and counts, if it is dropped. */
    public boolean offer(String topic, String key, MessageLite value) {
        if (closing || !queue.offer(new Message(topic, key, value))) {
            drops.add(Drop.FULL);
            return false;
        }
        return true;
    }

    /** Messages that wait. */
    public int size() {
        return queue.size();
    }

    /** Sends what waits, for a second or two at most, and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(Duration.ofSeconds(2))) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted() && (!closing || !queue.isEmpty())) {
            try {
                Message message = queue.poll(200, TimeUnit.MILLISECONDS);
                if (message != null) {
                    send(message);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        // A producer that is closed by an interrupted thread gives up at once and complains; this one may take its second.
        boolean interrupted = Thread.interrupted();
        Producer<String, byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(1));
        }
        if (interrupted) {
            LOG.debug("{} messages of {} are dropped at the end", queue.size(), name);
        }
        drops.add(Drop.UNSENT, queue.size());
    }

    private void send(Message message) throws InterruptedException {
        try {
            Producer<String, byte[]> target = producer;
            if (target == null) {
                target = producers.get();
                producer = target;
            }
            byte[] value = message.value().toByteArray();
            // The callback has the result.
            Future<RecordMetadata> _ = target.send(new ProducerRecord<>(message.topic(), message.key(), value),
                    (_, failure) -> {
                        if (failure == null) {
                            back();
                        } else {
                            drops.add(Drop.UNSENT);
                            away(failure);
                        }
                    });
        } catch (KafkaException e) {
            drops.add(Drop.UNSENT);
            away(e);
            if (producer == null) {
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private void back() {
        if (away) {
            away = false;
            LOG.info("Kafka takes {} again", name);
        }
    }

    private void away(Exception failure) {
        if (!away) {
            away = true;
            LOG.warn("Kafka does not take {}, they are dropped and counted: {}", name, failure.toString());
        }
    }
}
