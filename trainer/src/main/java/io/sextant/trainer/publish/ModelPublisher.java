package io.sextant.trainer.publish;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.trainer.TrainerConfig.ModelsConfig;
import io.sextant.trainer.arm.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one arm's versions out: artefact on disk first, then its announcement.
 *
 * <p>
 * Threading: owned by the arm's thread. Guarantees: what is announced lies on disk, whole; the announcement and the
 * offset that the version was trained up to are committed together or not at all; a second trainer of the same arm shuts
 * the first one out.
 */
public final class ModelPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelPublisher.class);

    private static final int MAX_BLOCK_MS = 15_000;

    private final KafkaConfig kafka;
    private final ModelsConfig models;
    private final String arm;
    private @Nullable KafkaProducer<String, byte[]> producer;

    /** Makes one that is not connected yet. */
    public ModelPublisher(KafkaConfig kafka, ModelsConfig models, String arm) {
        this.kafka = kafka;
        this.models = models;
        this.arm = arm;
    }

    /** Consumer group that an arm's offsets are committed for, without the prefix. */
    public static String group(String arm) {
        return "trainer-" + arm;
    }

    /** Shuts out an earlier trainer of the arm. Blocks until the broker has answered. */
    public void connect() {
        if (producer != null) {
            return;
        }
        Map<String, Object> properties = KafkaClients.producer(kafka, "trainer-" + arm + "-models");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, kafka.topicPrefix() + group(arm));
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        var connecting = new KafkaProducer<String, byte[]>(properties);
        try {
            connecting.initTransactions();
            producer = connecting;
        } finally {
            if (producer == null) {
                connecting.close(Duration.ZERO);
            }
        }
    }

    /**
     * Writes the artefact, announces it, and deletes old versions. May be called again with the same version after a
     * failure.
     *
     * @param figures how well the model predicted lately
     * @param learned    the examples that are in this version
     * @param timeMs  time of the announcement
     * @throws IOException    if the artefact cannot be written, or must not be; nothing was announced
     * @throws KafkaException if the announcement failed; another call connects anew
     */
    public ModelArtefact publish(ModelDescription description, Weights weights, Figures figures,
            LearnedOffset learned, long timeMs) throws IOException {
        ModelArtefact artefact = ModelArtefact.write(models.dir(), description, weights);
        announce(artefact, figures, learned, timeMs);
        prune(description.version(), description.parentVersion());
        return artefact;
    }

    /**
     * Announces an artefact that lies on disk.
     *
     * @throws KafkaException if it failed; another call connects anew
     */
    public void announce(ModelArtefact artefact, Figures figures, LearnedOffset learned, long timeMs) {
        ModelDescription description = artefact.description();
        ModelSnapshot snapshot = ModelSnapshot.newBuilder().setArm(arm).setVersion(description.version())
                .setParentVersion(description.parentVersion())
                .setLocation(artefact.directory().toAbsolutePath().toUri().toString()).setSha256(artefact.sha256())
                .setSchemaFingerprint(description.schema().fingerprint())
                .setUncertaintyEpoch(description.uncertaintyEpoch()).setWatermarkMs(description.watermarkMs())
                .setExamples(description.examples()).setLogLoss(figures.logLoss()).setAuc(figures.auc())
                .setPcoc(figures.pcoc()).setTimeMs(timeMs).build();
        connect();
        KafkaProducer<String, byte[]> connected = Objects.requireNonNull(producer);
        try {
            connected.beginTransaction();
            var _ = connected.send(new ProducerRecord<>(kafka.topic(Topics.MODELS), arm, snapshot.toByteArray()));
            connected.sendOffsetsToTransaction(
                    Map.of(learned.partition(), new OffsetAndMetadata(learned.nextOffset())), learned.group());
            connected.commitTransaction();
        } catch (KafkaException e) {
            // Whatever state the producer is in, the next one starts clean and aborts what this one left open.
            producer = null;
            connected.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Deletes the arm's oldest versions beyond {@code models.keep}, but never the announced one, its parent or a later
     * one. What cannot be deleted is logged and left for the next time.
     */
    public void prune(long announced, long parent) {
        Path directory = models.dir().resolve(arm);
        var versions = new TreeMap<Long, Path>(Comparator.reverseOrder());
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(entry -> entry.getFileName().toString().matches("\\d{10,18}"))
                    .forEach(entry -> versions.put(Long.parseLong(entry.getFileName().toString()), entry));
            List<Long> old = versions.keySet().stream().skip(models.keep())
                    .filter(version -> version < announced && version != parent).toList();
            for (long version : old) {
                deleteTree(Objects.requireNonNull(versions.get(version)));
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{}: old versions could not be deleted: {}", directory, e.toString());
        }
    }

    private static void deleteTree(Path root) throws IOException {
        // Out of sight first, so that nobody finds half a version.
        Path doomed = root.resolveSibling(".old-" + root.getFileName());
        Files.move(root, doomed);
        try (Stream<Path> paths = Files.walk(doomed)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
