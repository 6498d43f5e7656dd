package io.sextant.trainer;

import io.sextant.configuration.KafkaClients;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.trainer.arm.ArmTrainer;
import io.sextant.trainer.publish.AnnouncedModels;
import io.sextant.trainer.publish.ModelPublisher;
import io.sextant.trainer.stream.ExampleConsumer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One arm's work on a thread of its own: finds where to go on, then reads, trains, publishes and saves until it is
 * closed. What fails is taken up again from the checkpoint after a pause; arms do not touch each other.
 */
/*
 * Where to go on, best first:
 * 1. the checkpoint: weights, optimiser, offset. Where the topic was made anew since, weights only;
 * 2. the announced version and the offset that was committed with it: nothing is trained twice, the optimiser starts
 *    fresh;
 * 3. the untrained weights.
 * A version that was announced after the checkpoint needs nothing more: its examples are learned again, to the same bits,
 * and it is neither published nor counted as new a second time.
 * Where the announced version is not what training goes on from, or cannot be read, a version is published at once, so
 * that there always is one to serve and to compare with.
 */
final class ArmWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArmWorker.class);
    private static final long PAUSE_MS = 1_000;
    private static final long PAUSE_MAX_MS = 30_000;
    private static final long CLOSE_SECONDS = 60;

    private final String arm;
    private final TrainerConfig config;
    private final ArmMeters meters;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile String trouble = "starting";
    private volatile @Nullable ExampleConsumer reading;

    ArmWorker(String arm, TrainerConfig config, ArmMeters meters, InstantSource clock) {
        this.arm = arm;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("trainer-" + arm).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The arm's name. */
    String arm() {
        return arm;
    }

    /** Why the arm does not train; empty if it does. */
    String trouble() {
        return trouble.isEmpty() ? "" : "arm " + arm + ": " + trouble;
    }

    private void run() {
        long pauseMs = PAUSE_MS;
        while (closing.getCount() > 0) {
            long startedMs = clock.millis();
            try {
                work();
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                trouble = "another trainer has taken the arm over; this one trains it no more";
                LOG.error("{}", trouble());
                return;
            } catch (WakeupException e) {
                LOG.debug("arm {}: woken up", arm);
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                if (closing.getCount() == 0) {
                    return;
                }
                trouble = String.valueOf(e.getMessage());
                meters.count(TrainerCounter.RESTARTS);
                pauseMs = clock.millis() - startedMs > PAUSE_MAX_MS ? PAUSE_MS : Math.min(pauseMs * 2, PAUSE_MAX_MS);
                LOG.error("arm {}: taken up again from its checkpoint in {} ms", arm, pauseMs, e);
                if (!pause(pauseMs)) {
                    return;
                }
            } catch (Error e) {
                // No memory, or a native library is missing: nothing that another try would change.
                trouble = e.toString();
                LOG.error("arm {}: given up", arm, e);
                throw e;
            }
        }
    }

    private boolean pause(long ms) {
        try {
            return !closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void work() throws IOException, InterruptedException {
        try (var trainer = new ArmTrainer(arm, config, meters);
                var publisher = new ModelPublisher(config.kafka(), config.models(), config.publish(), arm);
                var examples = new ExampleConsumer(config.kafka(), arm, config.neutralArm(), meters)) {
            reading = examples;
            publisher.connect();
            publisher.deleteLeftOvers();
            String topicId = topicId();
            open(trainer, publisher, examples, topicId);
            trouble = "";
            while (poll(examples, trainer)) {
                trainer.tell();
                if (trainer.due(clock.millis()) && trainer.judge(clock.millis()).isEmpty()) {
                    long parent = meters.version();
                    publish(trainer, publisher, examples, parent + 1, parent);
                }
                if (trainer.checkpointDue()) {
                    trainer.checkpoint(topicId);
                }
            }
            trainer.checkpoint(topicId);
        } finally {
            reading = null;
        }
    }

    private boolean poll(ExampleConsumer examples, ArmTrainer trainer) {
        if (closing.getCount() == 0) {
            return false;
        }
        try {
            examples.poll(trainer::accept, trainer::acceptNeutral);
            return true;
        } catch (WakeupException e) {
            return false;
        }
    }

    private void open(ArmTrainer trainer, ModelPublisher publisher, ExampleConsumer examples, String topicId)
            throws IOException, InterruptedException {
        ModelSnapshot announced = AnnouncedModels
                .read(config.kafka(), () -> meters.count(TrainerCounter.MESSAGES_UNREADABLE)).get(arm);
        ModelArtefact artefact = announced == null ? null : read(announced, trainer);
        Optional<ArmTrainer.Resumption> resumption = trainer.restore();
        long lastVersion = announced == null ? -1 : announced.getVersion();
        long parent = -1;
        long offset = examples.beginning();
        if (resumption.isPresent()) {
            ArmTrainer.Resumption found = resumption.get();
            parent = found.version();
            lastVersion = Math.max(lastVersion, parent);
            if (found.topicId().equals(topicId)) {
                offset = found.nextOffset();
            } else {
                LOG.warn("arm {}: the topic of examples was made anew; learning goes on with its first example", arm);
                trainer.seekNeutral(-1);
            }
        } else if (artefact != null) {
            trainer.startFrom(artefact);
            offset = examples.committed().orElse(offset);
        }
        examples.seek(offset);
        trainer.seek(offset);
        examples.seekNeutral(trainer.neutralOffset());
        if (announced != null && artefact != null) {
            trainer.published(artefact, announced.getTimeMs());
            publisher.goOnFrom(announced, artefact);
            meters.sent(announced.getDeltaCount(), 0);
        } else {
            publish(trainer, publisher, examples, lastVersion + 1, parent);
        }
        if (resumption.isEmpty()) {
            // From here on there always is one: what was learned since the last is learned again, to the same bits.
            trainer.checkpoint(topicId);
        }
        LOG.info("arm {}: training goes on from offset {} with version {} after {} examples", arm, offset,
                meters.version(), trainer.learned());
    }

    private @Nullable ModelArtefact read(ModelSnapshot announced, ArmTrainer trainer) {
        try {
            ModelArtefact artefact = ModelChain.of(announced).read();
            if (trainer.fits(artefact.description())) {
                return artefact;
            }
            LOG.warn("arm {}: version {} was trained with other model settings and is replaced", arm,
                    announced.getVersion());
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("arm {}: version {} cannot be read and is replaced: {}", arm, announced.getVersion(),
                    e.getMessage());
        }
        return null;
    }

    private void publish(ArmTrainer trainer, ModelPublisher publisher, ExampleConsumer examples, long version,
            long parent) throws IOException, InterruptedException {
        Weights weights = trainer.weights();
        ModelDescription description = trainer.describe(weights, version, parent);
        while (true) {
            try {
                long timeMs = clock.millis();
                ModelPublisher.Published published = publisher.publish(description, weights, trainer.figures(),
                        examples.learned(trainer.nextOffset()), timeMs);
                trainer.published(published.artefact(), timeMs);
                meters.count(TrainerCounter.MODELS_PUBLISHED);
                meters.count(TrainerCounter.DELTAS_PUBLISHED, published.deltas() > 0 ? 1 : 0);
                meters.sent(published.deltas(), published.bytes());
                LOG.info("arm {}: published version {}, {} bytes, {} examples, log loss {}", arm, version,
                        published.bytes(), description.examples(), trainer.figures().logLoss());
                return;
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                throw e;
            } catch (KafkaException e) {
                // The weights stay as they are meanwhile: version and offset belong together.
                meters.count(TrainerCounter.PUBLICATIONS_FAILED);
                LOG.warn("arm {}: version {} is not announced yet, tried again: {}", arm, version, e.getMessage());
                if (closing.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    throw new WakeupException();
                }
            }
        }
    }

    /* Offsets mean nothing for a topic of the same name that was deleted and made anew. */
    private String topicId() throws InterruptedException {
        String topic = config.kafka().topic(Topics.EXAMPLES);
        try (Admin admin = Admin.create(KafkaClients.common(config.kafka(), "trainer-" + arm + "-topic"))) {
            var described = admin.describeTopics(Set.of(topic)).allTopicNames()
                    .get(config.kafka().topics().timeout().toMillis(), TimeUnit.MILLISECONDS);
            return Objects.requireNonNull(described.get(topic)).topicId().toString();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the topic " + topic + " cannot be looked up: " + e.getMessage(), e);
        }
    }

    /** Asks the arm to end after its current step. */
    void stop() {
        closing.countDown();
        ExampleConsumer consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            if (!thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
                LOG.warn("arm {}: does not end, given up", arm);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
