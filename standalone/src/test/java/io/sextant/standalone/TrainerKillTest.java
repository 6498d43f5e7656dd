package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.bidder.BidderMain;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.TopicCreator;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerMain;
import io.sextant.trainer.TrainerProcess;
import io.sextant.trainer.publish.AnnouncedModels;
import io.sextant.trainer.publish.ModelPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trainer, and then a bidder, killed as {@code kill -9} does: at any instant, while a checkpoint is being written, while a
 * version is being written, while models are being swapped. Beside them a trainer that nobody disturbs has the same input.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrainerKillTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ARM = "control";
    private static final double ROWS_FACTOR = 0.3;
    private static final int BATCH = 64;
    private static final int SLICE = 3_000;
    private static final long SEED = 5;
    /** As little as is enough for a version; so the trainer is nearly always writing one. */
    private static final Map<String, String> TRAINER = Map.of("arms", "[" + ARM + "]", "model.rows-factor",
            Double.toString(ROWS_FACTOR), "model.hidden", "[32, 16]", "training.batch-size", Integer.toString(BATCH),
            "publish.min-examples", "256", "publish.min-interval", "0s", "publish.margin", "10",
            "checkpoint.examples", "700", "admin.port", "0", "kafka.properties", "{max.poll.records: 300}");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private Path directory;
    private Jvms jvms;
    private EmbeddedBroker broker;
    private TrainerConfig killed;
    private TrainerConfig calm;
    private long sent;
    private int leftOvers;

    @SuppressWarnings("NullAway.Init")
    TrainerKillTest() {}

    /** What has to appear in the arm's directory for the trainer to be killed. */
    private interface Instant {
        boolean isNow(String name);
    }

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        directory = folder;
        jvms = new Jvms(directory);
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        killed = config("killed");
        calm = config("calm");
        for (TrainerConfig config : List.of(killed, calm)) {
            new TopicCreator(config.kafka()).createMissing(Topics.all());
            Files.createDirectories(config.models().dir().resolve(ARM));
        }
    }

    @AfterAll
    void end() throws Exception {
        jvms.close();
        broker.close();
    }

    private Map<String, String> settings(String name) {
        Map<String, String> settings = new HashMap<>(TRAINER);
        settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafka.topic-prefix", name + "-");
        settings.put("models.dir", directory.resolve(name).toString());
        return settings;
    }

    private TrainerConfig config(String name) {
        return new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null, settings(name));
    }

    @Test
    @Order(1)
    void shouldEndWithTheWeightsOfAnUndisturbedRunWhenKilledAtAnyInstant() throws Exception {
        for (int round = 0; round < 2; round++) {
            send(SLICE);
            startTrainer();
            jvms.awaitLog("trainer", "training goes on from offset");
            TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
            jvms.kill("trainer");
            assertAllIsWhole();
        }
        for (int round = 0; round < 2; round++) {
            killWhen(name -> name.startsWith(".checkpoint"));
            killWhen(name -> name.startsWith(".0"));
        }
        killWhen(name -> name.endsWith("-delta") && !name.startsWith("."));

        startTrainer();
        awaitLearned();
        jvms.stop("trainer");
        try (TrainerProcess trainer = TrainerProcess.start(calm)) {
            await().atMost(PATIENCE).until(() -> trainer.meters(ARM).nextOffset() == boundary());
        }

        assertThat(leftOvers).as("times that a trainer died while it wrote").isPositive();
        assertThat(killed.models().dir().resolve(ARM).resolve("checkpoint.safetensors.refused")).doesNotExist();
        // Weights, optimiser and counters in one sum: nothing was trained twice, nothing was left out.
        assertThat(state(killed)).isEqualTo(state(calm)).containsEntry("note.next-offset", Long.toString(boundary()))
                .containsEntry("examples", Long.toString(boundary()));
        ModelSnapshot announced = announced();
        assertThat(announced.getExamples()).isEqualTo(committed());
        assertThat(ModelChain.of(announced).read().description().examples()).isEqualTo(announced.getExamples());
    }

    @Test
    @Order(2)
    void shouldServeAWholeVersionAfterEveryStartWhenABidderIsKilledWhileModelsCome() throws Exception {
        int port = Jvms.freePort();
        startTrainer();
        for (int round = 0; round < 2; round++) {
            startBidder(port);
            jvms.awaitReady("bidder", port);
            send(SLICE);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            assertThat(jvms.metrics("bidder", "bidder_fleet_total{", "refused")).isZero();
            jvms.kill("bidder");
        }
        startBidder(port);
        jvms.awaitReady("bidder", port);
        awaitLearned();
        jvms.stop("trainer");

        ModelSnapshot announced = announced();
        await().atMost(PATIENCE).until(() -> jvms.metrics("bidder", "bidder_model_version{",
                "arm=\"" + ARM + "\"") == announced.getVersion());
        assertThat(jvms.metrics("bidder", "bidder_fleet_total{", "refused")).isZero();
    }

    /* Sends a slice, starts a trainer, and kills it as soon as such a file appears. */
    private void killWhen(Instant instant) throws Exception {
        Path arm = killed.models().dir().resolve(ARM);
        send(SLICE);
        try (WatchService watch = arm.getFileSystem().newWatchService()) {
            arm.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            startTrainer();
            int wanted = 1 + random.nextInt(2);
            while (wanted > 0) {
                WatchKey key = Objects.requireNonNull(watch.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                        "nothing was written");
                for (WatchEvent<?> event : key.pollEvents()) {
                    if (instant.isNow(String.valueOf(event.context()))) {
                        wanted--;
                    }
                }
                key.reset();
            }
            jvms.kill("trainer");
        }
        assertAllIsWhole();
    }

    /* Whatever can be seen can be read, sums and all; and what is announced is there. */
    private void assertAllIsWhole() throws IOException {
        Path arm = killed.models().dir().resolve(ARM);
        for (ModelChain chain : ModelChain.in(arm)) {
            ModelArtefact read = chain.read();
            assertThat(read.description().version()).isEqualTo(chain.version());
        }
        ModelSnapshot announced = announced();
        assertThat(ModelChain.of(announced).read().description().version()).isEqualTo(announced.getVersion());
        try (var entries = Files.list(arm)) {
            leftOvers += (int) entries.filter(entry -> entry.getFileName().toString().startsWith(".")).count();
        }
    }

    private void startTrainer() throws IOException {
        jvms.start("trainer", TrainerMain.class, Profile.DEMO.settings("trainer", directory), settings("killed"));
    }

    private void startBidder(int port) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("http.port", Integer.toString(port), "http.warm-up-max",
                "0s", "admin.port", "0",
                "models.dir", killed.models().dir().toString(), "models.rows-factor", Double.toString(ROWS_FACTOR),
                "campaigns.file", Profile.DEMO.catalogue(directory).toString(), "notices.journal.directory",
                directory.resolve("journal").toString(), "experiment.arms",
                "[{name: " + ARM + ", weight: 1, pctr: plain, exploration: none}]"));
        settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafka.topic-prefix", killed.kafka().topicPrefix());
        jvms.start("bidder", BidderMain.class, Profile.DEMO.settings("bidder", directory), settings);
    }

    private long boundary() {
        return sent / BATCH * BATCH;
    }

    private void awaitLearned() {
        jvms.awaitReady("trainer", 0);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100))
                .until(() -> jvms.metrics("trainer", "sextant_trainer_next_offset{", ARM) == boundary());
    }

    /* Both trainers get the same; half of the sites are clicked more often. */
    private void send(int count) {
        FeatureSchema schema = FeatureSchemas.standard(ROWS_FACTOR, FeatureSchemas.HASH_SEED);
        try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(killed.kafka(), "test"))) {
            for (int i = 0; i < count; i++) {
                var chance = new SplittableRandom(SEED + sent);
                var example = Example.newBuilder().setBidId("bid-" + sent).setArm(ARM).setWeight(1)
                        .setSchemaFingerprint(schema.fingerprint()).setImpressionTimeMs(1_000_000 + sent);
                for (int field = 0; field < schema.size(); field++) {
                    example.addFeature(schema.valueIndex(field, chance.nextInt(200)));
                }
                example.setClick(chance.nextDouble() < (example.getFeature(0) % 2 == 0 ? 0.1 : 0.02));
                for (TrainerConfig config : List.of(killed, calm)) {
                    var _ = producer.send(new ProducerRecord<>(config.kafka().topic(Topics.EXAMPLES), ARM,
                            example.build().toByteArray()));
                }
                sent++;
            }
        }
    }

    private ModelSnapshot announced() {
        return Objects.requireNonNull(AnnouncedModels.read(killed.kafka(), () -> {}).get(ARM));
    }

    /* But for what differs by when versions went out: their numbers, and the predictions of the published ones. */
    private static Map<String, String> state(TrainerConfig config) throws IOException {
        try (Safetensors file = Safetensors
                .open(config.models().dir().resolve(ARM).resolve("checkpoint.safetensors"))) {
            Map<String, String> state = new HashMap<>(file.metadata());
            state.keySet().retainAll(List.of("checksum", "steps", "examples", "note.next-offset", "note.learned",
                    "note.watermark-ms"));
            assertThat(state).hasSize(6);
            return state;
        }
    }

    private long committed() throws Exception {
        try (Admin admin = Admin.create(KafkaClients.common(killed.kafka(), "test"))) {
            return admin.listConsumerGroupOffsets(killed.kafka().topicPrefix() + ModelPublisher.group(ARM))
                    .partitionsToOffsetAndMetadata().get().values().iterator().next().offset();
        }
    }
}
