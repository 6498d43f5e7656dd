package io.sextant.standalone;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.fixtures.fleet.RecordedFleet;
import io.sextant.fixtures.fleet.WindowTruth;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What passed by in the topics: all that the controller received, all that it published. For one thread. */
final class Published implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConfig kafka;
    private final KafkaConsumer<String, byte[]> consumer;
    private final WindowTruth truth;
    private final List<ArmSecond> seconds = new ArrayList<>();
    private final List<UncertaintySnapshot> snapshots = new ArrayList<>();

    Published(RecordedFleet fleet, KafkaConfig kafka, int partitions) {
        this.kafka = kafka;
        this.truth = new WindowTruth(fleet);
        Map<String, Object> properties = KafkaClients.consumer(kafka, "published", null);
        // Reads on where a message is damaged.
        properties.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
        this.consumer = new KafkaConsumer<>(properties);
        consumer.assign(Stream.of(Topics.UNCERTAINTY, Topics.SNAPSHOTS).flatMap(topic -> IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(kafka.topic(topic), partition))).toList());
        consumer.seekToBeginning(consumer.assignment());
    }

    /** Takes up what is new. */
    Published read() {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
            try {
                if (message.topic().equals(kafka.topic(Topics.SNAPSHOTS))) {
                    snapshots.add(UncertaintySnapshot.parseFrom(message.value()));
                } else if (message.value() != null) {
                    take(ArmSecond.parseFrom(message.value()), message.key());
                }
            } catch (InvalidProtocolBufferException _) {
                // Some are sent that are none; the controller has to count them.
            }
        }
        return this;
    }

    private void take(ArmSecond second, String key) {
        if (!second.getArm().equals(key)) {
            return;
        }
        if (FleetFeed.BIDDERS.contains(second.getBidder())) {
            truth.receive(second.getBidder(), second.getArm(), second.getSecondMs(), second.getSequence());
        } else {
            seconds.add(second);
        }
    }

    /** What the fed arms' windows should hold. */
    WindowTruth truth() {
        return truth;
    }

    /** Snapshots of the arm, in the order in which they were published. */
    List<UncertaintySnapshot> snapshots(String arm) {
        return snapshots.stream().filter(snapshot -> snapshot.getArm().equals(arm)).toList();
    }

    /** Seconds of the arm from other bidders than those that are fed. */
    List<ArmSecond> seconds(String arm) {
        return seconds.stream().filter(second -> second.getArm().equals(arm)).toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
