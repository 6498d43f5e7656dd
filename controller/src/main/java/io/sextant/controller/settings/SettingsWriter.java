package io.sextant.controller.settings;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.SettingChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes exploration settings into their topic, one change after another, from whichever instance.
 *
 * <p>
 * Threading: one caller at a time, which waits for Kafka; others wait for it.
 */
final class SettingsWriter {
    /*
     * All instances write under one transactional id. Opening it fences whoever opened it before: so what is read after
     * the opening is the last word, and a commit succeeds only if nobody has opened it since. A writer that fails, most
     * often because it was fenced, waits for a time of chance, so that two do not fence each other for ever, reads again,
     * and finds its change there if the commit had got through all the same. Writing is rare, and clients are made for
     * each attempt.
     */
    private static final Logger AUDIT = LoggerFactory.getLogger("sextant.audit");
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWriter.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(15);
    private static final int PAUSE_MS = 50;
    private static final int PAUSE_DOUBLINGS = 4;

    private final OperatorTopic topic;
    private final String transactionalId;
    private final FleetSettings fleet;
    private final ControllerMetrics metrics;

    /**
     * What to make of the settings in force.
     *
     * @param <X> why it cannot be
     */
    interface Proposal<X extends Exception> {
        /** The change that comes after {@code inForce}, or {@code inForce} itself where there is nothing to change. */
        ExplorationChange after(ExplorationChange inForce) throws X;
    }

    SettingsWriter(KafkaConfig kafka, FleetSettings fleet, ControllerMetrics metrics) {
        this.topic = new OperatorTopic(kafka, Topics.EXPLORATION, "exploration-settings");
        this.transactionalId = kafka.topicPrefix() + "exploration-settings";
        this.fleet = fleet;
        this.metrics = metrics;
    }

    /**
     * Writes what is proposed, once every replica has it.
     *
     * @param origin where it comes from, for the audit line
     * @return the settings in force after it
     * @throws X                    what the proposal throws; then nothing is written
     * @throws KafkaException       if Kafka does not take it in time; whether it was written is not known
     * @throws InterruptedException if the thread is interrupted
     */
    synchronized <X extends Exception> ExplorationChange write(Proposal<X> proposal, String origin)
            throws X, InterruptedException {
        var attempted = new ArrayList<ExplorationChange>();
        long startNs = System.nanoTime();
        for (int attempt = 1;; attempt++) {
            try (var producer = new KafkaProducer<String, byte[]>(properties())) {
                producer.initTransactions();
                ExplorationChange before = read();
                boolean written = attempted.contains(before);
                ExplorationChange after = written ? before : proposal.after(before);
                if (!written) {
                    if (after.equals(before)) {
                        return before;
                    }
                    attempted.add(after);
                    commit(producer, after);
                }
                metrics.count(ControllerCounter.SETTINGS_CHANGED);
                AUDIT.info("{}", auditLine(after, origin));
                return after;
            } catch (KafkaException e) {
                if (e instanceof InterruptException || System.nanoTime() - startNs > RETRY_NS) {
                    throw e;
                }
                LOG.info(
                        "the exploration settings could not be written, perhaps another instance is at it; once more: {}",
                        e.toString());
            }
            Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MS << Math.min(attempt, PAUSE_DOUBLINGS)));
        }
    }

    private void commit(KafkaProducer<String, byte[]> producer, ExplorationChange change) throws InterruptedException {
        producer.beginTransaction();
        var sent = producer.send(new ProducerRecord<>(topic.name(), FleetSettings.KEY, change.toByteArray()));
        producer.commitTransaction();
        try {
            sent.get(OperatorTopic.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the change was not acknowledged", e);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = topic.producer();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, OperatorTopic.TIMEOUT_MS);
        return properties;
    }

    /** The last settings in the topic. */
    private ExplorationChange read() {
        var last = new AtomicReference<@Nullable ExplorationChange>();
        topic.read(record -> {
            if (FleetSettings.KEY.equals(record.key())) {
                last.set(parsed(record, last.get()));
            }
        });
        ExplorationChange usable = fleet.usable(last.get());
        // What cannot be used is not in force anywhere; the next change goes on from what is.
        return usable == null ? fleet.get() : usable;
    }

    private static @Nullable ExplorationChange parsed(ConsumerRecord<String, byte[]> record,
            @Nullable ExplorationChange before) {
        try {
            return record.value() == null ? null : ExplorationChange.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("topic {}, partition {}, offset {}: not a message of this topic, passed over", record.topic(),
                    record.partition(), record.offset());
            return before;
        }
    }

    /** Who, when, from where, and of each key what it was and is. */
    static String auditLine(ExplorationChange change, String origin) {
        var line = new StringBuilder();
        for (SettingChange each : change.getChangeList()) {
            line.append(line.isEmpty() ? "" : ", ").append(each.getKey()).append(' ').append(each.getOld())
                    .append(" -> ").append(each.getNew());
        }
        return "exploration settings, version " + change.getVersion() + ", "
                + Instant.ofEpochMilli(change.getTimeMs()) + ", by " + change.getChangedBy() + " (" + origin + "): "
                + (line.isEmpty() ? "nothing differs" : line);
    }
}
