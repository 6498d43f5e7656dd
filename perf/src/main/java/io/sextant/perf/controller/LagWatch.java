package io.sextant.perf.controller;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * How far a controller is behind: messages that were in the topic two commits ago and that it has not committed. For one
 * thread.
 */
final class LagWatch implements AutoCloseable {
    /** The controller commits once a second. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private record Sent(long timeNs, long messages) {}

    private final Admin admin;
    private final String group;
    private final String topic;
    private final LongSupplier sent;
    private final Deque<Sent> history = new ArrayDeque<>();
    private long then;

    /**
     * Watches.
     *
     * @param group of the controller, with its prefix
     * @param sent  messages that are in the topic now
     */
    LagWatch(KafkaConfig kafka, String group, LongSupplier sent) {
        this.admin = Admin.create(KafkaClients.common(kafka, "lag-watch"));
        this.group = group;
        this.topic = kafka.topic(Topics.UNCERTAINTY);
        this.sent = sent;
    }

    /** Messages committed, all partitions. */
    long committed() throws IOException, InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(topic) && offset.getValue() != null)
                    .mapToLong(offset -> offset.getValue().offset()).sum();
        } catch (ExecutionException e) {
            throw new IOException("the broker does not tell the controller's offsets: " + e.getMessage(), e);
        }
    }

    /** Messages that have waited for longer than {@link #PATIENCE}; to be called about twice a second. */
    long overdue() throws IOException, InterruptedException {
        long nowNs = System.nanoTime();
        history.addLast(new Sent(nowNs, sent.getAsLong()));
        while (!history.isEmpty() && nowNs - history.getFirst().timeNs >= PATIENCE.toNanos()) {
            then = history.removeFirst().messages;
        }
        return Math.max(0, then - committed());
    }

    @Override
    public void close() {
        admin.close();
    }
}
