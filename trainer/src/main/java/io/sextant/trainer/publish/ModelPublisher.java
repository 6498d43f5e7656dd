package io.sextant.trainer.publish;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.model.ctr.ArtefactDelta;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.RowChanges;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.NeutralSlice;
import io.sextant.trainer.TrainerConfig.ModelsConfig;
import io.sextant.trainer.TrainerConfig.PublishConfig;
import io.sextant.trainer.arm.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * Brings one arm's versions out: artefact or delta on disk first, then the announcement.
 *
 * <p>
 * Threading: owned by the arm's thread. Guarantees: what is announced lies on disk, whole; the announcement and the
 * offset that the version was trained up to are committed together or not at all; a second trainer of the same arm shuts
 * the first one out.
 */
public final class ModelPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelPublisher.class);

    private static final int MAX_BLOCK_MS = 15_000;
    /** Who starts reads the full artefact and all deltas: together they are never far above a new full artefact. */
    private static final double DELTA_BYTES_SHARE = 0.5;

    /**
     * What was published.
     *
     * @param artefact the version, whole
     * @param deltas   deltas between the full artefact and this version; 0 for a full artefact
     * @param bytes    what had to be written
     */
    public record Published(ModelArtefact artefact, int deltas, long bytes) {}

    /** What the fleet was told last, and the version that it leads to. */
    private record Announced(ModelSnapshot snapshot, ModelArtefact artefact) {
        long fullVersion() {
            return snapshot.getDeltaCount() == 0 ? snapshot.getVersion() : snapshot.getFullVersion();
        }
    }

    private final KafkaConfig kafka;
    private final ModelsConfig models;
    private final PublishConfig publish;
    private final String arm;
    private @Nullable Announced last;
    private @Nullable KafkaProducer<String, byte[]> producer;

    /** Makes one that is not connected yet. */
    public ModelPublisher(KafkaConfig kafka, ModelsConfig models, PublishConfig publish, String arm) {
        this.kafka = kafka;
        this.models = models;
        this.publish = publish;
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
     * Goes on from what is announced, so that the next version may be a delta.
     *
     * @param announced what the fleet was told last
     * @param artefact  the version that it leads to
     */
    public void goOnFrom(ModelSnapshot announced, ModelArtefact artefact) {
        last = new Announced(announced, artefact);
    }

    /**
     * Writes a version, announces it, and deletes old ones. It goes out as a delta, unless it is time for a full artefact,
     * see {@code publish.full-every}. May be called again with the same version after a failure.
     *
     * @param figures how well the model predicted lately
     * @param learned the examples that are in this version
     * @param timeMs  time of the announcement
     * @throws IOException    if it cannot be written, or must not be; nothing was announced
     * @throws KafkaException if the announcement failed; another call connects anew
     */
    public Published publish(ModelDescription description, Weights weights, Figures figures, LearnedOffset learned,
            long timeMs) throws IOException {
        ModelSnapshot.Builder announcement = announcement(description, figures, timeMs);
        Announced parent = last;
        RowChanges changes = parent == null ? null : changes(parent, description, weights);
        long bytes;
        ModelArtefact artefact;
        if (parent == null || changes == null) {
            deleteStale(ArtefactDelta.directory(models.dir(), arm, description.version()));
            artefact = ModelArtefact.write(models.dir(), description, weights);
            bytes = RowChanges.fullBytes(weights);
            announcement.setFullVersion(description.version()).setLocation(location(artefact.directory()))
                    .setSha256(artefact.sha256());
        } else {
            deleteStale(ModelArtefact.directory(models.dir(), arm, description.version()));
            ArtefactDelta.Written delta = ArtefactDelta.write(models.dir(), parent.artefact, description, weights,
                    changes);
            artefact = delta.result();
            bytes = delta.bytes();
            announcement.setFullVersion(parent.fullVersion()).setLocation(parent.snapshot.getLocation())
                    .setSha256(parent.snapshot.getSha256()).addAllDelta(parent.snapshot.getDeltaList())
                    .addDelta(ModelDelta.newBuilder().setVersion(description.version())
                            .setParentVersion(description.parentVersion()).setLocation(location(delta.directory()))
                            .setSha256(delta.sha256()).setStateSha256(artefact.sha256()).setBytes(bytes));
        }
        ModelSnapshot snapshot = announcement.build();
        announce(snapshot, learned);
        last = new Announced(snapshot, artefact);
        prune(description.version(), description.parentVersion());
        return new Published(artefact, snapshot.getDeltaCount(), bytes);
    }

    /* A trainer that was killed before it announced this version may have written it the other way. */
    private static void deleteStale(Path directory) throws IOException {
        if (Files.exists(directory)) {
            deleteTree(directory);
        }
    }

    /* Null where a delta would not do or would not pay. */
    private @Nullable RowChanges changes(Announced parent, ModelDescription description, Weights weights) {
        ModelDescription before = parent.artefact.description();
        if (parent.snapshot.getDeltaCount() >= publish.fullEvery() || before.version() != description.parentVersion()
                || !before.schema().equals(description.schema())
                || !before.architecture().equals(description.architecture())) {
            return null;
        }
        RowChanges changes = RowChanges.between(parent.artefact.weights(), weights);
        long behind = parent.snapshot.getDeltaList().stream().mapToLong(ModelDelta::getBytes).sum();
        return behind + changes.bytes() > DELTA_BYTES_SHARE * RowChanges.fullBytes(weights) ? null : changes;
    }

    private ModelSnapshot.Builder announcement(ModelDescription description, Figures figures, long timeMs) {
        var announcement = ModelSnapshot.newBuilder().setArm(arm).setVersion(description.version())
                .setParentVersion(description.parentVersion())
                .setSchemaFingerprint(description.schema().fingerprint())
                .setUncertaintyEpoch(description.uncertaintyEpoch()).setWatermarkMs(description.watermarkMs())
                .setExamples(description.examples()).setLogLoss(figures.logLoss()).setAuc(figures.auc())
                .setPcoc(figures.pcoc()).setNormalisedEntropy(figures.normalisedEntropy())
                .setCalibrationError(figures.calibrationError()).setRawPcoc(figures.rawPcoc()).setTimeMs(timeMs);
        PredictionFigures neutral = figures.neutral();
        if (neutral.examples() > 0) {
            announcement.setNeutral(NeutralSlice.newBuilder().setExamples(neutral.examples())
                    .setClicks(Math.round(neutral.clicks())).setLogLoss(neutral.logLoss()).setAuc(neutral.auc())
                    .setPcoc(neutral.pcoc()).setNormalisedEntropy(neutral.normalisedEntropy()));
        }
        return announcement;
    }

    private static String location(Path directory) {
        return directory.toAbsolutePath().toUri().toString();
    }

    private void announce(ModelSnapshot snapshot, LearnedOffset learned) {
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
     * one, nor what leads to a version that stays. What cannot be deleted is logged and left for the next time.
     */
    public void prune(long announced, long parent) {
        Path directory = models.dir().resolve(arm);
        try {
            List<ModelChain> versions = ModelChain.in(directory);
            Set<Path> needed = new HashSet<>();
            for (int i = 0; i < versions.size(); i++) {
                long version = versions.get(i).version();
                if (i < models.keep() || version >= announced || version == parent) {
                    versions.get(i).steps().forEach(step -> needed.add(step.directory()));
                }
            }
            for (ModelChain version : versions) {
                Path last = version.steps().getLast().directory();
                if (!needed.contains(last)) {
                    deleteTree(last);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{}: old versions could not be deleted: {}", directory, e.toString());
        }
    }

    /**
     * Deletes what a trainer that was killed had begun to write or to delete. Only after {@link #connect}, which shuts out
     * whoever may still be writing.
     */
    public void deleteLeftOvers() {
        Path directory = models.dir().resolve(arm);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.filter(path -> path.getFileName().toString().startsWith(".")).toList()) {
                ArtefactFiles.deleteTree(entry);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{}: what was left over could not be deleted: {}", directory, e.toString());
        }
    }

    private static void deleteTree(Path root) throws IOException {
        // Out of sight first, so that nobody finds half a version.
        Path doomed = root.resolveSibling(".old-" + root.getFileName());
        Files.move(root, doomed);
        ArtefactFiles.deleteTree(doomed);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
