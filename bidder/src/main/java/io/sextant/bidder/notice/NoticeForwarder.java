package io.sextant.bidder.notice;

import io.sextant.bidder.notice.NoticeJournal.Page;
import io.sextant.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the journal's notices to Kafka, in order, and deletes what Kafka has acknowledged. While Kafka is away it tries
 * again and again; the journal keeps everything.
 *
 * <p>
 * Threading: one thread of its own.
 */
public final class NoticeForwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeForwarder.class);
    private static final int PAGE = 1000;
    private static final long PAUSE_MS = 500;
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

    private final NoticeJournal journal;
    private final Supplier<Producer<String, byte[]>> producers;
    private final String topicPrefix;
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;
    private volatile long giveUpNs;
    private @Nullable Producer<String, byte[]> producer;
    private boolean away;

    /**
     * Starts forwarding.
     *
     * @param journal     read and deleted from
     * @param producers   makes an idempotent producer with acks=all; may throw while Kafka cannot be resolved
     * @param topicPrefix put before every topic's name
     */
    public NoticeForwarder(NoticeJournal journal, Supplier<Producer<String, byte[]>> producers, String topicPrefix) {
        this.journal = journal;
        this.producers = producers;
        this.topicPrefix = topicPrefix;
        this.thread = Thread.ofPlatform().name("notice-forwarder").start(this::run);
    }

    /** Notices that Kafka has acknowledged. */
    public long forwarded() {
        return forwarded.get();
    }

    /** Attempts that failed and were, or will be, repeated. */
    public long failures() {
        return failures.get();
    }

    /** Stops when the journal is empty, or after {@code drain} if Kafka does not take it all by then. */
    public void close(Duration drain) {
        giveUpNs = System.nanoTime() + drain.toNanos();
        closing = true;
        try {
            if (!thread.join(drain)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(1));
    }

    private boolean goesOn(boolean empty) {
        return !closing || (!empty && System.nanoTime() - giveUpNs < 0 && !Thread.currentThread().isInterrupted());
    }

    private void run() {
        long from = journal.firstSequence();
        Page page = journal.read(from, PAGE);
        while (goesOn(page.next() == from)) {
            if (page.next() == from) {
                journal.awaitEntry(from, IDLE_NS);
            } else {
                long done = send(page);
                if (done > from) {
                    journal.deleteThrough(done - 1);
                }
                if (done < page.next()) {
                    pause();
                }
                from = done;
            }
            page = journal.read(from, PAGE);
        }
        if (Thread.interrupted()) {
            LOG.info("{} notices stay in the journal for the next start", journal.size());
        }
        closeProducer();
    }

    /** Sends a page; returns the number after the last entry up to which everything is acknowledged. */
    private long send(Page page) {
        List<Future<?>> futures = new ArrayList<>(page.entries().size());
        int acknowledged = 0;
        try {
            Producer<String, byte[]> target = producer();
            for (JournalEntry entry : page.entries()) {
                Future<?> future = target.send(record(entry));
                futures.add(future);
                if (future.isDone() && future.state() == Future.State.FAILED) {
                    break;
                }
            }
            for (Future<?> future : futures) {
                future.get();
                acknowledged++;
            }
            if (away) {
                LOG.info("Kafka takes notices again");
                away = false;
            }
        } catch (ExecutionException e) {
            failed(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            failed(e);
        }
        forwarded.addAndGet(acknowledged);
        return acknowledged == page.entries().size() ? page.next() : page.sequences().get(acknowledged);
    }

    private void failed(Throwable cause) {
        failures.incrementAndGet();
        if (!away) {
            LOG.warn("Kafka does not take notices, {} wait in the journal: {}", journal.size(), cause.toString());
            away = true;
        }
        if (!(cause instanceof RetriableException)) {
            closeProducer();
        }
    }

    private Producer<String, byte[]> producer() {
        Producer<String, byte[]> existing = producer;
        if (existing == null) {
            existing = producers.get();
            producer = existing;
        }
        return existing;
    }

    private void closeProducer() {
        Producer<String, byte[]> existing = producer;
        if (existing != null) {
            producer = null;
            try {
                existing.close(Duration.ofMillis(PAUSE_MS));
            } catch (KafkaException e) {
                LOG.debug("closing the notices' producer", e);
            }
        }
    }

    private ProducerRecord<String, byte[]> record(JournalEntry entry) {
        Topics topic = entry.kind().topic();
        if (topic == null) {
            throw new IllegalStateException(entry.kind() + " is never journalled");
        }
        return new ProducerRecord<>(topicPrefix + topic.topic(), entry.bidId(), entry.event().toByteArray());
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
