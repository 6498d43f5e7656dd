package io.sextant.bidder.event;

import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that follows topics with a consumer of its own, and makes that anew when it fails.
 *
 * <p>
 * Threading: {@link #start} and {@link #close} are for one thread; what the body calls is for the thread itself.
 */
public final class TopicThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicThread.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(2);
    private static final long PAUSE_MS = 500;
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    /** Follows until the thread is closing. */
    public interface Body {
        /**
         * Begins with a new consumer, which the thread closes.
         *
         * @throws InterruptedException when interrupted
         */
        void follow(Consumer<String, byte[]> source) throws InterruptedException;
    }

    private final KafkaConfig kafka;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Runnable reconnects;
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    /** Open until {@link #close}; pauses end with it. The thread is not interrupted: a Kafka consumer cannot close under that. */
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Prepares the thread.
     *
     * @param name       of the thread
     * @param kafka      names the topics
     * @param consumers  makes a consumer; may throw while Kafka cannot be resolved
     * @param reconnects told of every consumer that was given up
     * @param body       what it does
     */
    public TopicThread(String name, KafkaConfig kafka, Supplier<Consumer<String, byte[]>> consumers,
            Runnable reconnects, Body body) {
        this.kafka = kafka;
        this.consumers = consumers;
        this.reconnects = reconnects;
        this.thread = Thread.ofPlatform().name(name).unstarted(() -> run(body));
    }

    /** Starts; a second call is a mistake. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closing.countDown();
        Consumer<String, byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            // Woken, it ends by itself; interrupted, the consumer could not say goodbye. Only a pause needs the interrupt.
            if (!thread.join(GOODBYE)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the body is to return. */
    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** All partitions of the topics; waits until there are some of each, or until closing. */
    public List<TopicPartition> partitions(Consumer<String, byte[]> source, List<Topics> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topics topic : topics) {
            List<PartitionInfo> found = List.of();
            while (found.isEmpty() && !isClosing()) {
                try {
                    found = source.partitionsFor(kafka.topic(topic), LOOK_UP);
                } catch (TimeoutException e) {
                    LOG.debug("topic {} cannot be looked up yet", topic, e);
                }
                if (found == null || found.isEmpty()) {
                    found = List.of();
                    pause();
                }
            }
            found.forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        }
        return partitions;
    }

    /** Whether a consumer has not yet come to any of these ends. */
    public static boolean behind(Consumer<String, byte[]> source, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> source.position(end.getKey()) < end.getValue());
    }

    private void run(Body body) {
        while (!isClosing()) {
            try (Consumer<String, byte[]> made = consumers.get()) {
                consumer = made;
                body.follow(made);
            } catch (WakeupException | InterruptException | InterruptedException _) {
                // Only close() wakes; the loop's condition has the answer.
            } catch (KafkaException e) {
                reconnects.run();
                LOG.warn("{} is interrupted, bidding goes on: {}", thread.getName(), e.toString());
                pause();
            } finally {
                consumer = null;
            }
        }
    }

    /** Waits a while, or until closing. */
    private void pause() {
        try {
            boolean _ = closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
