package io.sextant.bidder.event;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.SkippingConsumer;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the fleet agrees on: uncertainty snapshots and models. Each topic is read from its beginning at every start; of
 * each key only the last message counts. While Kafka is away, bidding goes on with what there is.
 *
 * <p>
 * Threading: one thread of its own. {@link #snapshotTimeMs} may be asked from any thread.
 */
public final class FleetFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
    private static final List<Topics> TOPICS = List.of(Topics.SNAPSHOTS, Topics.MODELS);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long RETRY_NS = Duration.ofSeconds(2).toNanos();
    private static final long RETRY_MAX_NS = Duration.ofMinutes(1).toNanos();

    /** What became of a message. */
    public enum Event {
        /** An uncertainty snapshot is in use. */
        SNAPSHOT,
        /** A model is in use. */
        MODEL,
        /** A model came by deltas; also counted as a model. */
        DELTA,
        /** A model was read whole, since no delta went on from the one in use; also counted as a model. */
        DELTA_GAP,
        /** A model was read whole, since a delta was damaged or led elsewhere; also counted as a model. */
        DELTA_REFUSED,
        /** A snapshot was refused; the old one stays. */
        SNAPSHOT_REFUSED,
        /** A model was refused; the old one stays, and the new one is tried again until another is announced. */
        MODEL_REFUSED,
        /** A refused model was tried again. */
        MODEL_RETRY,
        /** A message could not be read. */
        MALFORMED,
        /** The connection was given up and made anew. */
        RECONNECT
    }

    private record Slot(String topic, String key) {}

    /** A model to be tried again. */
    private record Refused(ModelSnapshot announced, long whenNs, long pauseNs) {}

    private final KafkaConfig kafka;
    private final SnapshotHolder holder;
    private final ModelSwap models;
    private final Counts<Event> counts;
    private final Map<String, Long> snapshotTimesMs = new ConcurrentHashMap<>();
    /** By arm; for the follower's thread. */
    private final Map<String, Refused> refused = new HashMap<>();
    private final long retryNs;
    private final TopicThread thread;

    /** Starts following with a consumer of {@code kafka}'s. */
    public FleetFollower(KafkaConfig kafka, SnapshotHolder holder, ModelSwap models, Counts<Event> counts) {
        this(kafka,
                () -> new SkippingConsumer<>(KafkaClients.consumer(kafka, "bidder-follower", null),
                        new StringDeserializer(), new ByteArrayDeserializer(), () -> counts.add(Event.MALFORMED)),
                holder, models, counts, RETRY_NS);
    }

    /** Starts following with the given consumers, and tries what was refused again after {@code retryNs}. */
    FleetFollower(KafkaConfig kafka, Supplier<Consumer<String, byte[]>> consumers, SnapshotHolder holder,
            ModelSwap models, Counts<Event> counts, long retryNs) {
        this.retryNs = retryNs;
        this.kafka = kafka;
        this.holder = holder;
        this.models = models;
        this.counts = counts;
        this.thread = new TopicThread("fleet-follower", kafka, consumers, () -> counts.add(Event.RECONNECT),
                this::follow);
        thread.start();
    }

    /** When the snapshot that an arm uses was made, milliseconds since the epoch; 0 when it has none. */
    public long snapshotTimeMs(String arm) {
        return snapshotTimesMs.getOrDefault(arm, 0L);
    }

    @Override
    public void close() {
        thread.close();
    }

    private void follow(Consumer<String, byte[]> source) throws InterruptedException {
        List<TopicPartition> partitions = thread.partitions(source, TOPICS);
        source.assign(partitions);
        source.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = source.endOffsets(partitions);
        Map<Slot, byte[]> last = new LinkedHashMap<>();
        // First the whole history, of which nearly everything is out of date: a model is loaded once, not once a version.
        while (!thread.isClosing() && TopicThread.behind(source, ends)) {
            collect(source, last);
        }
        while (!thread.isClosing()) {
            apply(last);
            last.clear();
            retry();
            collect(source, last);
        }
    }

    private static void collect(Consumer<String, byte[]> source, Map<Slot, byte[]> last) {
        for (ConsumerRecord<String, byte[]> message : source.poll(POLL)) {
            if (message.key() != null && message.value() != null) {
                last.put(new Slot(message.topic(), message.key()), message.value());
            }
        }
    }

    private void apply(Map<Slot, byte[]> messages) throws InterruptedException {
        for (var message : messages.entrySet()) {
            String topic = message.getKey().topic();
            try {
                if (topic.equals(kafka.topic(Topics.SNAPSHOTS))) {
                    apply(UncertaintySnapshot.parseFrom(message.getValue()));
                } else {
                    apply(ModelSnapshot.parseFrom(message.getValue()));
                }
            } catch (InvalidProtocolBufferException e) {
                counts.add(Event.MALFORMED);
                LOG.warn("a message of {} with key {} is not readable: {}", topic, message.getKey().key(),
                        e.getMessage());
            }
        }
    }

    private void apply(UncertaintySnapshot snapshot) {
        try {
            holder.withTable(snapshot.getArm(), BidModifierTable.of(snapshot));
            snapshotTimesMs.put(snapshot.getArm(), snapshot.getTimeMs());
            counts.add(Event.SNAPSHOT);
        } catch (IllegalArgumentException e) {
            counts.add(Event.SNAPSHOT_REFUSED);
            LOG.warn("a snapshot is refused, the old one stays: {}", e.getMessage());
        }
    }

    private void apply(ModelSnapshot announced) throws InterruptedException {
        // Whatever was refused before, this one replaces it.
        refused.remove(announced.getArm());
        if (!follow(announced)) {
            counts.add(Event.MODEL_REFUSED);
            if (holder.current().arms().stream().anyMatch(arm -> arm.arm().name().equals(announced.getArm()))) {
                refused.put(announced.getArm(), new Refused(announced, System.nanoTime() + retryNs, retryNs));
            }
        }
    }

    /** A loop may hang no more, a disk may be back: what was refused is tried again, ever more seldom. */
    private void retry() throws InterruptedException {
        for (Refused due : List.copyOf(refused.values())) {
            if (due.whenNs() - System.nanoTime() > 0) {
                continue;
            }
            counts.add(Event.MODEL_RETRY);
            String arm = due.announced().getArm();
            refused.remove(arm);
            if (!follow(due.announced())) {
                long pauseNs = Math.min(2 * due.pauseNs(), RETRY_MAX_NS);
                refused.put(arm, new Refused(due.announced(), System.nanoTime() + pauseNs, pauseNs));
            }
        }
    }

    /** Whether the announced model is in place. */
    private boolean follow(ModelSnapshot announced) throws InterruptedException {
        ModelSwap.Result result = models.follow(announced);
        switch (result) {
            case LOADED, PATCHED, LOADED_FOR_GAP, LOADED_FOR_DELTA -> counts.add(Event.MODEL);
            case REFUSED -> {
                return false;
            }
            case KNOWN -> LOG.debug("model {} of arm {} is in use already", announced.getVersion(),
                    announced.getArm());
        }
        counts.add(Event.DELTA, result == ModelSwap.Result.PATCHED ? 1 : 0);
        counts.add(Event.DELTA_GAP, result == ModelSwap.Result.LOADED_FOR_GAP ? 1 : 0);
        counts.add(Event.DELTA_REFUSED, result == ModelSwap.Result.LOADED_FOR_DELTA ? 1 : 0);
        return true;
    }
}
