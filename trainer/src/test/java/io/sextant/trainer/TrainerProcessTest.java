package io.sextant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.TopicCreator;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.NeutralSlice;
import io.sextant.trainer.arm.ArmTrainer;
import io.sextant.trainer.publish.AnnouncedModels;
import io.sextant.trainer.publish.ModelPublisher;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/* Against a real broker; every test has topics of its own by its prefix. */
class TrainerProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path brokerDirectory;
    private static TestBroker broker;
    @TempDir
    Path models;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new TestBroker(brokerDirectory);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void shouldAnnounceVersionZeroAndThenWhatItLearnedWhenExamplesArrive() throws Exception {
        TrainerConfig config = config("learn-", Map.of("admin.token", "hush"));
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.trouble().isEmpty());
            Map<String, ModelSnapshot> zero = AnnouncedModels.read(config.kafka(), () -> {});
            assertThat(zero).containsOnlyKeys("control", "random");
            assertSame(artefact(zero, "control").weights(), artefact(zero, "random").weights());
            assertThat(zero.values()).extracting(ModelSnapshot::getVersion).containsOnly(0L);
            assertThat(answer(trainer, "/readyz", "").statusCode()).isEqualTo(200);

            send(config.kafka(), "control", 0, 700);

            await().atMost(PATIENCE).until(() -> trainer.meters("control").version() >= 1);
            await().atMost(PATIENCE).until(() -> trainer.meters("control").nextOffset() == 672);
            // Another version may be on its way: what was told last and what was committed last are of one transaction.
            await().atMost(PATIENCE)
                    .until(() -> given(AnnouncedModels.read(config.kafka(), () -> {}), "control")
                            .getExamples() == committed(config.kafka(), "control")
                            && trainer.meters("control").version() == given(
                                    AnnouncedModels.read(config.kafka(), () -> {}), "control").getVersion());
            Map<String, ModelSnapshot> learned = AnnouncedModels.read(config.kafka(), () -> {});
            ModelArtefact control = artefact(learned, "control");
            assertThat(control.description().parentVersion()).isEqualTo(control.description().version() - 1);
            assertThat(control.description().examples()).isBetween(320L, 672L);
            assertThat(learned.get("random")).isEqualTo(zero.get("random"));
            assertThat(given(learned, "control").getRawPcoc()).isPositive();
            assertThat(given(learned, "control").getCalibrationError()).isPositive();
            // Announcement and offset are one transaction, and one partition holds nothing but the arm's examples.
            assertThat(committed(config.kafka(), "control")).isEqualTo(control.description().examples());

            assertThat(answer(trainer, "/metrics", "").statusCode()).isEqualTo(401);
            assertThat(answer(trainer, "/metrics", "Bearer hush").body())
                    .contains("sextant_trainer_examples_trained_total{arm=\"control\"} 672.0");
            assertThat(answer(trainer, "/healthz", "").body()).isEqualTo("ok\n");
            assertThat(answer(trainer, "/arms", "").statusCode()).isEqualTo(401);
            JsonObject arms = new JsonObject(answer(trainer, "/arms", "Bearer hush").body());
            assertThat(arms.fieldNames()).containsExactlyInAnyOrder("control", "random");
            assertThat(arms.getJsonObject("control").getLong("version")).isEqualTo(control.description().version());
            assertThat(arms.getJsonObject("control").getJsonObject("figures").getDouble("logLoss")).isPositive();
            assertThat(arms.getJsonObject("random").getJsonObject("figures").getValue("auc")).isNull();
            assertThat(arms.getJsonObject("random").getString("lastRefusal")).isEmpty();
        }
    }

    @Test
    void shouldCreateTopicsAsConfiguredWhenTheyAreMissing() throws Exception {
        TrainerConfig config = config("create-", Map.of("kafka.topics.partitions", "3"));
        try (TrainerProcess _ = TrainerProcess.start(config);
                Admin admin = Admin.create(KafkaClients.common(config.kafka(), "test"))) {
            var examples = new ConfigResource(ConfigResource.Type.TOPIC, "create-examples");
            var models = new ConfigResource(ConfigResource.Type.TOPIC, "create-models");
            var configs = admin.describeConfigs(List.of(examples, models)).all().get();

            assertThat(given(configs, models).get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(given(configs, examples).get("cleanup.policy").value()).isEqualTo("delete");
            assertThat(given(configs, examples).get("retention.ms").value()).isEqualTo("604800000");
            var described = admin.describeTopics(List.of("create-examples")).allTopicNames().get();
            assertThat(given(described, "create-examples").partitions()).hasSize(3);
        }
    }

    @Test
    void shouldEndWithWeightsOfUninterruptedRunWhenRestarted() throws Exception {
        TrainerConfig config = config("restart-", Map.of("arms", "[control]", "kafka.topics.partitions", "3"));
        send(config, 0, 500);
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE)
                    .until(() -> trainer.meters("control").value(TrainerCounter.EXAMPLES_TRAINED) >= 480);
        }
        send(config.kafka(), "control", 500, 1000);
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            // The first half was not trained again: 992 examples are 31 batches, 15 of them were done.
            await().atMost(PATIENCE).until(() -> trainer.meters("control").nextOffset() >= 992);
            assertThat(trainer.meters("control").value(TrainerCounter.EXAMPLES_TRAINED)).isEqualTo(512);
            assertThat(trainer.meters("control").value(TrainerCounter.RESTARTS)).isZero();
        }

        TrainerConfig offline = Samples.config(models.resolve("offline"), Map.of());
        try (var straight = new ArmTrainer("control", offline, new ArmMeters(new SimpleMeterRegistry(), "control"));
                var restored = new ArmTrainer("control", config, new ArmMeters(new SimpleMeterRegistry(), "control"))) {
            straight.published(ModelArtefact.write(offline.models().dir(),
                    straight.describe(straight.weights(), 0, -1), straight.weights()), 0);
            for (long offset = 0; offset < 1000; offset++) {
                straight.accept(offset, Samples.example("control", offset));
            }
            assertThat(restored.restore()).isPresent();
            assertSame(restored.weights(), straight.weights());
        }
    }

    @Test
    void shouldGoOnFromAnnouncedVersionAndItsOffsetWhenCheckpointIsLost() throws Exception {
        TrainerConfig config = config("lost-", Map.of("arms", "[control]"));
        send(config, 0, 700);
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.meters("control").nextOffset() == 672);
        }
        ModelSnapshot announced = given(AnnouncedModels.read(config.kafka(), () -> {}), "control");
        Files.delete(models.resolve("control").resolve("checkpoint.safetensors"));

        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.trouble().isEmpty());
            await().atMost(PATIENCE).until(() -> trainer.meters("control").nextOffset() == 672);

            assertThat(trainer.meters("control").value(TrainerCounter.EXAMPLES_TRAINED))
                    .isEqualTo(672 - announced.getExamples());
            assertThat(trainer.meters("control").version()).isEqualTo(announced.getVersion());
        }
    }

    /** With three partitions the arms and the neutral arm lie in several; with one they share it. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "3"})
    void shouldAnnounceHowEveryArmDoesOnTheNeutralArm(String partitions) throws Exception {
        TrainerConfig config = config("neutral" + partitions + "-",
                Map.of("neutral-arm", "neutral", "kafka.topics.partitions", partitions));
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.trouble().isEmpty());
            send(config.kafka(), "neutral", 0, 300);
            for (String arm : List.of("control", "random")) {
                await().atMost(PATIENCE).until(() -> trainer.meters(arm).figures().neutral().examples() == 300);
            }
            send(config.kafka(), "control", 0, 700);

            await().atMost(PATIENCE).until(() -> trainer.meters("control").version() >= 1);
            await().atMost(PATIENCE).until(() -> given(AnnouncedModels.read(config.kafka(), () -> {}), "control")
                    .getNeutral().getExamples() == 300);
            NeutralSlice told = given(AnnouncedModels.read(config.kafka(), () -> {}), "control").getNeutral();
            PredictionFigures figures = trainer.meters("control").figures().neutral();
            assertThat(told.getAuc()).isEqualTo(figures.auc()).isBetween(0.0, 1.0);
            assertThat(told.getLogLoss()).isEqualTo(figures.logLoss()).isPositive();
            assertThat(told.getPcoc()).isEqualTo(figures.pcoc());
            // Both were scored by version 0, which is the same in every arm.
            assertThat(trainer.meters("random").figures().neutral()).isEqualTo(figures);
            assertThat(trainer.meters("random").value(TrainerCounter.EXAMPLES_TRAINED)).isZero();
            JsonObject arms = new JsonObject(answer(trainer, "/arms", "").body());
            assertThat(arms.getJsonObject("random").getJsonObject("neutral").getLong("examples")).isEqualTo(300);
            assertThat(arms.fieldNames()).doesNotContain("neutral");
        }
        try (TrainerProcess again = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> again.trouble().isEmpty());
            send(config.kafka(), "neutral", 300, 310);
            await().atMost(PATIENCE).until(() -> again.meters("random").figures().neutral().examples() == 310);
        }
    }

    @Test
    void shouldLeaveArmToNewcomerWhenTwoTrainersClaimIt() throws Exception {
        TrainerConfig config = config("claim-", Map.of("arms", "[control]"));
        try (TrainerProcess first = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> first.trouble().isEmpty());
            try (TrainerProcess second = TrainerProcess.start(config)) {
                await().atMost(PATIENCE).until(() -> second.trouble().isEmpty());
                send(config.kafka(), "control", 0, 400);

                await().atMost(PATIENCE).untilAsserted(() -> assertThat(first.trouble())
                        .isEqualTo("arm control: another trainer has taken the arm over; this one trains it no more"));
                await().atMost(PATIENCE).until(() -> second.meters("control").version() >= 1);
                assertThat(answer(first, "/readyz", "").statusCode()).isEqualTo(503);
            }
        }
    }

    @Test
    void shouldSendDeltasAndTheWholeEverySoOftenWhenFewRowsChange() throws Exception {
        TrainerConfig config = config("delta-", Map.of("arms", "[control]", "publish.min-examples", "32",
                "publish.full-every", "3", "publish.margin", "10"));
        List<ModelSnapshot> announced = new ArrayList<>();
        long sent = 0;
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.trouble().isEmpty());
            // Written, but not announced, by a trainer that was killed: nothing may ever go on from these.
            Files.writeString(Files.createDirectory(models.resolve("control/0000000001")).resolve("model.json"), "{}");
            Files.writeString(Files.createDirectory(models.resolve("control/0000000004-delta")).resolve("model.json"),
                    "{}");
            for (int version = 1; version <= 2; version++) {
                long goal = version;
                sendNarrow(config.kafka(), sent, sent + 32);
                sent += 32;
                await().atMost(PATIENCE).until(() -> trainer.meters("control").version() == goal);
                announced.add(given(AnnouncedModels.read(config.kafka(), () -> {}), "control"));
            }
        }
        // Another process goes on from what is announced.
        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            for (int version = 3; version <= 6; version++) {
                long goal = version;
                sendNarrow(config.kafka(), sent, sent + 32);
                sent += 32;
                await().atMost(PATIENCE).until(() -> trainer.meters("control").version() == goal);
                announced.add(given(AnnouncedModels.read(config.kafka(), () -> {}), "control"));
            }
            assertThat(trainer.meters("control").value(TrainerCounter.DELTAS_PUBLISHED)).isEqualTo(3);
            assertThat(trainer.meters("control").deltas()).isEqualTo(2);
        }

        assertThat(models.resolve("control/0000000001")).doesNotExist();
        assertThat(models.resolve("control/0000000004-delta")).doesNotExist();
        assertThat(announced).extracting(ModelSnapshot::getDeltaCount).containsExactly(1, 2, 3, 0, 1, 2);
        assertThat(announced).extracting(ModelSnapshot::getFullVersion).containsExactly(0L, 0L, 0L, 4L, 4L, 4L);
        ModelSnapshot last = announced.getLast();
        long full = Files.size(models.resolve("control/0000000004/weights.safetensors"));
        assertThat(last.getDelta(1).getBytes()).isLessThan(full / 4);
        ModelArtefact reached = ModelChain.of(last).read();
        assertThat(reached.description().examples()).isEqualTo(6 * 32);
        // As a full artefact of the same state it has the sum that the delta was announced with.
        assertThat(ModelArtefact.write(models.resolve("whole"), reached.description(), reached.weights()).sha256())
                .isEqualTo(last.getDelta(1).getStateSha256());
    }

    @Test
    void shouldPassOverAndCountWhatIsDamagedOnTheBrokersDisk() throws Exception {
        TrainerConfig config = config("rot-", Map.of("arms", "[control]"));
        send(config, 0, 10);
        send(config.kafka(), "control", 1_000_000, 1_000_001);
        send(config.kafka(), "control", 10, 70);
        rot("rot-examples-0", "bid-1000000");

        try (TrainerProcess trainer = TrainerProcess.start(config)) {
            await().atMost(PATIENCE).until(() -> trainer.meters("control").nextOffset() == 65);

            assertThat(trainer.meters("control").value(TrainerCounter.MESSAGES_UNREADABLE)).isEqualTo(1);
            assertThat(trainer.meters("control").value(TrainerCounter.EXAMPLES_TRAINED)).isEqualTo(64);
            assertThat(trainer.meters("control").value(TrainerCounter.RESTARTS)).isZero();
        }
    }

    /* Changes a letter where the broker keeps it, so that the checksum of its batch does not hold. */
    private static void rot(String partition, String text) throws IOException {
        Path log = brokerDirectory.resolve(partition).resolve("00000000000000000000.log");
        int at = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        try (var file = new RandomAccessFile(log.toFile(), "rw")) {
            file.seek(at);
            file.write('W');
        }
    }

    private static void sendNarrow(KafkaConfig kafka, long from, long to) {
        try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(kafka, "test"))) {
            for (long offset = from; offset < to; offset++) {
                var _ = producer.send(new ProducerRecord<>(kafka.topic(Topics.EXAMPLES), "control",
                        Samples.narrow("control", offset).toByteArray()));
            }
        }
    }

    @Test
    void shouldNameAddressWhenBrokerIsAway() {
        TrainerConfig config = Samples.config(models,
                Map.of("kafka.bootstrap-servers", "127.0.0.1:1", "kafka.topics.timeout", "300ms"));

        assertThatThrownBy(() -> TrainerProcess.start(config)).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("kafka.bootstrap-servers = 127.0.0.1:1: no broker served the topics");
    }

    private TrainerConfig config(String prefix, Map<String, String> overrides) {
        var all = new HashMap<>(Map.of("kafka.bootstrap-servers", broker.address(), "kafka.topic-prefix",
                prefix, "arms", "[control, random]"));
        all.putAll(overrides);
        return Samples.config(models, all);
    }

    /* Before the trainer has made the topics. */
    private static void send(TrainerConfig config, long from, long to) throws Exception {
        new TopicCreator(config.kafka()).createMissing(List.of(Topics.EXAMPLES, Topics.MODELS));
        send(config.kafka(), "control", from, to);
    }

    private static void send(KafkaConfig kafka, String arm, long from, long to) {
        var properties = new HashMap<>(KafkaClients.producer(kafka, "test"));
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        try (var producer = new KafkaProducer<String, byte[]>(properties)) {
            for (long offset = from; offset < to; offset++) {
                var _ = producer.send(new ProducerRecord<>(kafka.topic(Topics.EXAMPLES), arm,
                        Samples.example(arm, offset).toByteArray()));
            }
        }
    }

    private static <K, V> V given(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static ModelArtefact artefact(Map<String, ModelSnapshot> announced, String arm) throws Exception {
        ModelSnapshot snapshot = given(announced, arm);
        return ModelChain.of(snapshot).read();
    }

    private static long committed(KafkaConfig kafka, String arm) throws Exception {
        try (Admin admin = Admin.create(KafkaClients.common(kafka, "test"))) {
            return admin.listConsumerGroupOffsets(kafka.topicPrefix() + ModelPublisher.group(arm))
                    .partitionsToOffsetAndMetadata().get().values().iterator().next().offset();
        }
    }

    private static HttpResponse<String> answer(TrainerProcess trainer, String path, String authorization)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + trainer.adminPort() + path))
                    .header("authorization", authorization).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void assertSame(Weights actual, Weights expected) {
        List<NamedTensor> right = expected.tensors();
        for (int i = 0; i < right.size(); i++) {
            assertThat(actual.tensors().get(i).data()).as(right.get(i).name()).isEqualTo(right.get(i).data());
        }
    }
}
