package io.sextant.bidder.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.event.FleetFollower.Event;
import io.sextant.bidder.pipeline.LinearModel;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.configuration.KafkaConfig;
import io.sextant.model.ctr.ArtefactDelta;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetFollowerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long RETRY_NS = 1_000_000;
    private static final List<Arm> ARMS = List
            .of(new Arm("uncertainty", 1, Arm.PctrRule.PLAIN, Arm.ExplorationRule.UNCERTAINTY));

    @TempDir
    private Path directory;

    private final Counts<Event> counts = Counts.register(new SimpleMeterRegistry(), "fleet", "Fleet.", "event",
            Event.class);
    private final SnapshotHolder holder = new SnapshotHolder(ARMS, new Catalogue("", List.of()),
            new FeatureEncoder(FeatureSchemas.standard(RunningBidder.ROWS_FACTOR, FeatureSchemas.HASH_SEED),
                    new UserAgents(100)));
    private final EventLoops loops = new EventLoops();
    private final ModelSwap swap = new ModelSwap(holder, new ModelLoader(), loops, new ModelSources(_ -> {}));
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    @Test
    void shouldTakeOverTheLastModelAndSnapshotOfTheHistoryAndThenFollow() throws IOException {
        var letGo = new AtomicInteger();
        loops.add(Runnable::run, letGo::incrementAndGet);
        MockConsumer<String, byte[]> consumer = consumer();
        consumer.schedulePollTask(() -> {
            send(consumer, "models", 0, "uncertainty", model(1));
            send(consumer, "models", 1, "uncertainty", model(2));
            send(consumer, "snapshots", 0, "uncertainty", snapshot(5));
        });
        ends.put(new TopicPartition("models", 0), 2L);
        ends.put(new TopicPartition("snapshots", 0), 1L);
        consumer.updateEndOffsets(ends);
        try (FleetFollower follower = new FleetFollower(KafkaConfig.of("x:1"), () -> consumer, holder, swap, counts,
                RETRY_NS)) {
            await().atMost(SOON).until(() -> counts.count(Event.SNAPSHOT) == 1 && counts.count(Event.MODEL) == 1);
            assertThat(version()).as("version 1 is never loaded").isEqualTo(2);
            assertThat(holder.current().arms().getFirst().modifiers().version()).isEqualTo(5);
            assertThat(follower.snapshotTimeMs("uncertainty")).isEqualTo(1_000 + 5);
            assertThat(letGo).hasValue(0);

            consumer.schedulePollTask(() -> {
                send(consumer, "models", 2, "uncertainty", model(3));
                send(consumer, "snapshots", 1, "uncertainty", snapshot(6));
            });
            await().atMost(SOON).until(() -> counts.count(Event.MODEL) == 2 && counts.count(Event.SNAPSHOT) == 2);
            assertThat(version()).isEqualTo(3);
            assertThat(letGo).as("every loop let go before the old model was closed").hasValue(1);
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldRefuseWhatIsBadAndKeepWhatItHas() throws IOException {
        MockConsumer<String, byte[]> consumer = consumer();
        consumer.schedulePollTask(() -> send(consumer, "models", 0, "uncertainty", model(1)));
        ModelSnapshot damaged = model(2);
        Files.writeString(directory.resolve("uncertainty/0000000002/model.json"), "{}");
        ModelSnapshot lying = model(4).toBuilder().setVersion(5).build();
        ModelSnapshot missing = model(6).toBuilder().setLocation(directory.resolve("nowhere").toUri().toString())
                .build();
        ModelSnapshot elsewhere = model(7).toBuilder().setLocation("http://evil.example/model").build();
        try (FleetFollower _ = new FleetFollower(KafkaConfig.of("x:1"), () -> consumer, holder, swap, counts,
                RETRY_NS)) {
            await().atMost(SOON).until(() -> counts.count(Event.MODEL) == 1);
            int offset = 1;
            for (ModelSnapshot bad : List.of(damaged, lying, missing, elsewhere,
                    model(8).toBuilder().setArm("nobody").build())) {
                long at = offset++;
                consumer.schedulePollTask(() -> send(consumer, "models", at, "uncertainty", bad));
                await().atMost(SOON).until(() -> counts.count(Event.MODEL_REFUSED) == at);
            }
            consumer.schedulePollTask(() -> {
                send(consumer, "snapshots", 0, "uncertainty", snapshot(5));
                send(consumer, "snapshots", 1, "nobody", snapshot(6).toBuilder().setArm("nobody").build());
            });
            await().atMost(SOON).until(() -> counts.count(Event.SNAPSHOT_REFUSED) == 1);
            consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>("snapshots", 0, 2, "uncertainty",
                    "\u00ff\u00ff not protobuf".getBytes(StandardCharsets.ISO_8859_1))));
            await().atMost(SOON).until(() -> counts.count(Event.MALFORMED) == 1);

            assertThat(version()).isEqualTo(1);
            assertThat(holder.current().arms().getFirst().modifiers().version()).isEqualTo(5);
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldTryARefusedModelAgainUntilItCanBeServedOrAnotherIsAnnounced() throws IOException {
        MockConsumer<String, byte[]> consumer = consumer();
        consumer.schedulePollTask(() -> send(consumer, "models", 0, "uncertainty", model(1)));
        ModelSnapshot late = model(2);
        Path away = directory.resolve("away");
        Files.move(directory.resolve("uncertainty/0000000002"), away);
        try (FleetFollower _ = new FleetFollower(KafkaConfig.of("x:1"), () -> consumer, holder, swap, counts,
                RETRY_NS)) {
            await().atMost(SOON).until(() -> counts.count(Event.MODEL) == 1);
            consumer.schedulePollTask(() -> send(consumer, "models", 1, "uncertainty", late));
            await().atMost(SOON).until(() -> counts.count(Event.MODEL_RETRY) >= 2);
            assertThat(counts.count(Event.MODEL_REFUSED)).as("announcements refused").isEqualTo(1);
            assertThat(version()).isEqualTo(1);

            Files.move(away, directory.resolve("uncertainty/0000000002"));
            await().atMost(SOON).until(() -> version() == 2);
            long tried = counts.count(Event.MODEL_RETRY);

            consumer.schedulePollTask(() -> send(consumer, "models", 2, "uncertainty", model(3)));
            await().atMost(SOON).until(() -> version() == 3);
            assertThat(counts.count(Event.MODEL_RETRY)).as("nothing is left to try").isEqualTo(tried);
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldBringTheModelOnByDeltasAndCountThem() throws IOException {
        MockConsumer<String, byte[]> consumer = consumer();
        ModelArtefact one = RunningBidder.writeModel(directory, "uncertainty", 1);
        ArtefactDelta.Written two = RunningBidder.writeDelta(directory, one);
        ArtefactDelta.Written three = RunningBidder.writeDelta(directory, two.result());
        ModelSnapshot first = RunningBidder.announcement(one);
        ModelSnapshot second = RunningBidder.announcement(first, two);
        ModelSnapshot third = RunningBidder.announcement(second, three);
        consumer.schedulePollTask(() -> send(consumer, "models", 0, "uncertainty", first));
        try (FleetFollower _ = new FleetFollower(KafkaConfig.of("x:1"), () -> consumer, holder, swap, counts,
                RETRY_NS)) {
            await().atMost(SOON).until(() -> version() == 1);
            // The second never arrives; the third's chain leads on from the first.
            consumer.schedulePollTask(() -> send(consumer, "models", 2, "uncertainty", third));
            await().atMost(SOON).until(() -> counts.count(Event.DELTA) == 1);
            assertThat(version()).isEqualTo(3);
            assertThat(counts.count(Event.MODEL)).isEqualTo(2);
            assertThat(counts.count(Event.DELTA_GAP) + counts.count(Event.DELTA_REFUSED)).isZero();
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldConnectAgainByItself() throws IOException {
        var attempts = new AtomicInteger();
        MockConsumer<String, byte[]> failing = consumer();
        failing.setPollException(new KafkaException("gone"));
        MockConsumer<String, byte[]> consumer = consumer();
        consumer.schedulePollTask(() -> send(consumer, "models", 0, "uncertainty", model(1)));
        try (FleetFollower _ = new FleetFollower(KafkaConfig.of("x:1"), () -> switch (attempts.getAndIncrement()) {
            case 0 -> throw new KafkaException("no resolvable bootstrap urls");
            case 1 -> failing;
            default -> consumer;
        }, holder, swap, counts, RETRY_NS)) {
            await().atMost(SOON).until(() -> counts.count(Event.MODEL) == 1);
            assertThat(counts.count(Event.RECONNECT)).isEqualTo(2);
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldLoadTheNewestModelThatCanBeServedAtStart() throws Exception {
        model(0);
        model(1);
        model(2);
        Files.writeString(directory.resolve("uncertainty/0000000002/model.json"), "{}");
        try {
            swap.loadNewest(new ModelsConfig(directory.toString(), -1, 1, RunningBidder.ROWS_FACTOR,
                    FeatureSchemas.HASH_SEED));
            assertThat(version()).isEqualTo(1);
            swap.loadNewest(new ModelsConfig(directory.toString(), 0, 1, RunningBidder.ROWS_FACTOR,
                    FeatureSchemas.HASH_SEED));
            assertThat(version()).isZero();
        } finally {
            closeModel();
        }
    }

    @Test
    void shouldLeaveAnArmItsModelWhenThatIsFixed() throws InterruptedException {
        FeatureSchema schema = FeatureSchemas.standard(RunningBidder.ROWS_FACTOR, FeatureSchemas.HASH_SEED);
        swap.fix("uncertainty", new LinearModel(schema, "uncertainty", 9), directory, "sum");

        assertThat(swap.follow(model(12))).isEqualTo(ModelSwap.Result.KNOWN);
        swap.loadNewest(new ModelsConfig(directory.toString(), -1, 1, RunningBidder.ROWS_FACTOR,
                FeatureSchemas.HASH_SEED));

        assertThat(version()).isEqualTo(9);
    }

    private MockConsumer<String, byte[]> consumer() {
        var consumer = new MockConsumer<String, byte[]>("earliest");
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (String topic : List.of("snapshots", "models")) {
            consumer.updatePartitions(topic,
                    List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0])));
            starts.put(new TopicPartition(topic, 0), 0L);
            ends.put(new TopicPartition(topic, 0), 0L);
        }
        consumer.updateBeginningOffsets(starts);
        consumer.updateEndOffsets(ends);
        return consumer;
    }

    private static void send(MockConsumer<String, byte[]> consumer, String topic, long offset, String key,
            MessageLite value) {
        consumer.addRecord(new ConsumerRecord<>(topic, 0, offset, key, value.toByteArray()));
    }

    private ModelSnapshot model(long version) {
        try {
            ModelArtefact artefact = RunningBidder.writeModel(directory, "uncertainty", version);
            return ModelSnapshot.newBuilder().setArm("uncertainty").setVersion(version)
                    .setLocation(artefact.directory().toUri().toString()).setSha256(artefact.sha256())
                    .setSchemaFingerprint(artefact.description().schema().fingerprint()).build();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static UncertaintySnapshot snapshot(long version) {
        return UncertaintySnapshot.newBuilder().setArm("uncertainty").setVersion(version)
                .setTimeMs(1_000 + version).setUncertaintyEpoch(1).setGain(1)
                .addCell(CellStatistics.newBuilder().setCell("").setCount(10).setMean(0.01).setQuantileLowValue(0.001)
                        .setQuantileHighValue(0.1))
                .setSettings(ExplorationSettings.newBuilder().setExploreShare(0.5).setQuantileLow(0.1)
                        .setQuantileHigh(0.9).setModifierMin(1).setModifierMax(2).setTimeToLiveMs(60_000))
                .build();
    }

    private long version() {
        return holder.current().arms().getFirst().modelVersion();
    }

    private void closeModel() {
        CtrModel model = holder.current().arms().getFirst().model();
        if (model != null) {
            model.close();
        }
    }
}
