package io.sextant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.TopicCreator;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.arm.ArmTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever one arm is fed, the others learn, calibrate and publish what they would have without it, to the last bit. */
class ArmIsolationTest {
    private static final List<String> ARMS = List.of("control", "random", "uncertainty");
    private static final String POISONED = "random";
    private static final int EXAMPLES = 1_600;

    @TempDir
    Path directory;

    /**
     * What an arm has come to.
     *
     * @param sha256 sum of the artefact with weights, λ and calibration
     */
    private record Outcome(Weights weights, SegmentCalibrations calibration, String sha256) {}

    @Test
    void shouldLeaveTheOtherArmsBitIdenticalWhenOneIsPoisoned() throws IOException {
        Map<String, Outcome> clean = trained("clean", false);
        Map<String, Outcome> poisoned = trained("poisoned", true);

        for (String arm : List.of("control", "uncertainty")) {
            Outcome expected = Objects.requireNonNull(clean.get(arm));
            Outcome actual = Objects.requireNonNull(poisoned.get(arm));
            assertSame(actual.weights, expected.weights);
            assertThat(actual.calibration).isEqualTo(expected.calibration)
                    .isNotEqualTo(SegmentCalibrations.identity());
            assertThat(actual.sha256).isEqualTo(expected.sha256);
        }
        assertThat(poisoned.get(POISONED)).isNotNull()
                .satisfies(arm -> assertThat(arm.sha256)
                        .isNotEqualTo(Objects.requireNonNull(clean.get(POISONED)).sha256));
    }

    @Test
    void shouldLeaveTheOtherArmsBitIdenticalWhenPoisonComesThroughTheSameTopic() throws Exception {
        Path log = directory.resolve("broker");
        try (var broker = new TestBroker(log)) {
            TrainerConfig config = Samples.config(directory.resolve("models"),
                    Map.of("kafka.bootstrap-servers", broker.address(), "calibration.refit-examples", "250"));
            new TopicCreator(config.kafka()).createMissing(List.of(Topics.EXAMPLES, Topics.MODELS));
            try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(config.kafka(), "test"))) {
                String topic = config.kafka().topic(Topics.EXAMPLES);
                for (int i = 0; i < 1_000; i++) {
                    for (String arm : ARMS) {
                        boolean poison = arm.equals(POISONED);
                        byte[] value = poison && i % 5 == 0
                                ? "no example".getBytes(StandardCharsets.UTF_8)
                                : (poison ? poisoned(i) : sound(arm, i)).toByteArray();
                        var _ = producer.send(new ProducerRecord<>(topic, arm, value));
                    }
                }
            }
            try (TrainerProcess trainer = TrainerProcess.start(config)) {
                for (String arm : List.of("control", "uncertainty")) {
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> trainer.meters(arm).value(TrainerCounter.EXAMPLES_TRAINED) >= 992);
                }
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> trainer.meters(POISONED).value(TrainerCounter.EXAMPLES_MALFORMED) >= 200);
            }
            for (String arm : List.of("control", "uncertainty")) {
                try (ArmTrainer straight = started(arm, "straight");
                        var restored = new ArmTrainer(arm, config, meters(arm))) {
                    for (int i = 0; i < 1_000; i++) {
                        straight.accept(i, sound(arm, i));
                    }
                    assertThat(restored.restore()).isPresent();
                    assertSame(restored.weights(), straight.weights());
                    assertThat(restored.calibration()).isEqualTo(straight.calibration())
                            .isNotEqualTo(SegmentCalibrations.identity());
                }
            }
        }
    }

    /** All arms learn in turns, in one process. */
    private Map<String, Outcome> trained(String run, boolean poison) throws IOException {
        Map<String, Outcome> outcomes = new HashMap<>();
        try (ArmTrainer control = started("control", run);
                ArmTrainer random = started("random", run);
                ArmTrainer uncertainty = started("uncertainty", run)) {
            for (int i = 0; i < EXAMPLES; i++) {
                control.accept(i, sound("control", i));
                random.accept(i, poison ? poisoned(i) : sound("random", i));
                uncertainty.accept(i, sound("uncertainty", i));
                if (i % 500 == 499) {
                    control.judge(i);
                    random.judge(i);
                    uncertainty.judge(i);
                }
            }
            for (ArmTrainer trainer : List.of(control, random, uncertainty)) {
                Weights weights = trainer.weights();
                var description = trainer.describe(weights, 1, 0);
                ModelArtefact artefact = ModelArtefact.write(directory.resolve(run), description, weights);
                outcomes.put(description.arm(), new Outcome(weights, trainer.calibration(), artefact.sha256()));
            }
        }
        return outcomes;
    }

    private ArmTrainer started(String arm, String run) throws IOException {
        TrainerConfig config = Samples.config(directory.resolve(run), Map.of("calibration.refit-examples", "250"));
        var trainer = new ArmTrainer(arm, config, meters(arm));
        Weights weights = trainer.weights();
        trainer.published(ModelArtefact.write(config.models().dir(), trainer.describe(weights, 0, -1), weights), 0);
        return trainer;
    }

    private static ArmMeters meters(String arm) {
        return new ArmMeters(new SimpleMeterRegistry(), arm);
    }

    private static Example sound(String arm, int i) {
        return Samples.builder(arm, i).setExchange(i % 3 == 0 ? "adx" : "other").setModifier(1 + i % 10 / 10f).build();
    }

    /** Lies, nonsense, and what tries to fill every table. */
    private static Example poisoned(int i) {
        var random = new SplittableRandom(i);
        Example.Builder example = Samples.builder(POISONED, random.nextLong(1_000_000)).setClick(random.nextInt(4) > 0)
                .setExchange("exchange-" + i).setModifier(i % 7 == 0 ? Float.NaN : 1e30f)
                .setImpressionTimeMs(Long.MAX_VALUE - i);
        switch (i % 8) {
            case 0 -> example.setWeight(Float.NaN);
            case 1 -> example.setFeature(3, -1);
            case 2 -> example.setSchemaFingerprint(1);
            case 3 -> example.setWeight(-1);
            case 4 -> example.setFeature(0, Integer.MAX_VALUE);
            default -> {
                // Of the right form, with a label that says the opposite of what the others learn.
            }
        }
        return example.build();
    }

    private static void assertSame(Weights actual, Weights expected) {
        List<NamedTensor> right = expected.tensors();
        for (int i = 0; i < right.size(); i++) {
            assertThat(actual.tensors().get(i).data()).as(right.get(i).name()).isEqualTo(right.get(i).data());
        }
    }
}
