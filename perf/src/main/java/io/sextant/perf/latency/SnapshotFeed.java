package io.sextant.perf.latency;

import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * In the controller's place: publishes a snapshot of each arm every few seconds, made of the uncertainties that the model
 * really has for the requests, so that modifiers are applied as in life; and in the trainer's, announces models when told to.
 *
 * <p>
 * Threading: a thread of its own publishes; {@link #announce} is for any thread.
 */
/*
 * The controller itself would take cores from what is measured on a machine of two; what it costs is measured by
 * "bench controller".
 */
final class SnapshotFeed implements AutoCloseable {
    private static final long PERIOD_S = 5;
    private static final long WINDOW_MS = 300_000;
    private static final long TIME_TO_LIVE_MS = 60_000;
    private static final double QUANTILE_LOW = 0.1;
    private static final double QUANTILE_HIGH = 0.99;
    private static final double MODIFIER_MAX = 2;
    private static final int STEPS = 100;
    private static final int DELIVERY_MS = 5_000;

    private final KafkaConfig kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final UncertaintySnapshot.Builder template;
    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("snapshot-feed").daemon().factory());
    private long version;

    /**
     * Starts publishing.
     *
     * @param uncertainties of requests, ascending, at least one
     */
    SnapshotFeed(KafkaConfig kafka, double[] uncertainties) {
        this.kafka = kafka;
        Map<String, Object> properties = KafkaClients.producer(kafka, "snapshot-feed");
        // A broker that is away holds nothing up; the next snapshot replaces the one that was lost.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MS / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
        this.producer = new KafkaProducer<>(properties);
        this.template = template(uncertainties);
        Future<?> _ = thread.scheduleAtFixedRate(this::publish, 0, PERIOD_S, TimeUnit.SECONDS);
    }

    /**
     * What every snapshot says but for arm, version and time.
     *
     * @param uncertainties ascending, at least one
     */
    static UncertaintySnapshot.Builder template(double[] uncertainties) {
        double mean = Arrays.stream(uncertainties).average().orElseThrow();
        double low = quantile(uncertainties, QUANTILE_LOW);
        double high = quantile(uncertainties, QUANTILE_HIGH);
        double variance = Arrays.stream(uncertainties).map(u -> (u - mean) * (u - mean)).average().orElseThrow();
        double[] modifiers = Arrays.stream(uncertainties)
                .map(u -> u < low || u > high ? 1 : Math.clamp(u / mean, 1, MODIFIER_MAX)).sorted().toArray();
        var distribution = ModifierDistribution.newBuilder().setCount(modifiers.length);
        for (int step = 1; step <= STEPS; step++) {
            distribution.addModifier(quantile(modifiers, (double) step / STEPS)).addCumulative((double) step / STEPS);
        }
        return UncertaintySnapshot.newBuilder().setUncertaintyEpoch(ArmModels.UNCERTAINTY_EPOCH)
                .setWindowMs(WINDOW_MS).setGain(1).setModifiers(distribution).setOwnModifiers(distribution)
                .addCell(CellStatistics.newBuilder().setCount(uncertainties.length).setMean(mean)
                        .setStandardDeviation(Math.sqrt(variance)).setQuantileLowValue(low)
                        .setQuantileHighValue(high))
                .setSettings(ExplorationSettings.newBuilder().setExploreShare(1).setQuantileLow(QUANTILE_LOW)
                        .setQuantileHigh(QUANTILE_HIGH).setModifierMin(1).setModifierMax(MODIFIER_MAX)
                        .setTimeToLiveMs(TIME_TO_LIVE_MS).setPasses(MonteCarloDropout.PASSES_DEFAULT)
                        .setWindowMs(WINDOW_MS).setPremiumTarget(1).setPremiumCap(1));
    }

    /** The smallest value that at least this share of all is not above. */
    private static double quantile(double[] ascending, double share) {
        return ascending[Math.clamp((int) Math.ceil(share * ascending.length) - 1, 0, ascending.length - 1)];
    }

    private void publish() {
        version++;
        long nowMs = System.currentTimeMillis();
        for (String arm : ArmMix.ARMS) {
            try {
                Future<RecordMetadata> _ = producer.send(new ProducerRecord<>(kafka.topic(Topics.SNAPSHOTS), arm,
                        template.clone().setArm(arm).setVersion(version).setTimeMs(nowMs).setWindowEndMs(nowMs).build()
                                .toByteArray()));
            } catch (KafkaException _) {
                // The broker is away, as it is meant to be in one of the scenarios; the next snapshot comes.
                return;
            }
        }
    }

    /**
     * Announces a model and returns when Kafka has it.
     *
     * @throws IOException if Kafka does not take it
     */
    void announce(ModelArtefact artefact) throws IOException, InterruptedException {
        var announcement = ModelSnapshot.newBuilder().setArm(artefact.description().arm())
                .setVersion(artefact.description().version()).setParentVersion(artefact.description().parentVersion())
                .setFullVersion(artefact.description().version())
                .setLocation(artefact.directory().toUri().toString()).setSha256(artefact.sha256())
                .setSchemaFingerprint(artefact.description().schema().fingerprint())
                .setUncertaintyEpoch(artefact.description().uncertaintyEpoch())
                .setExamples(artefact.description().examples()).setTimeMs(System.currentTimeMillis()).build();
        try {
            RecordMetadata _ = producer.send(new ProducerRecord<>(kafka.topic(Topics.MODELS),
                    artefact.description().arm(), announcement.toByteArray())).get();
        } catch (ExecutionException e) {
            throw new IOException("a model could not be announced: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close(java.time.Duration.ofSeconds(1));
    }
}
