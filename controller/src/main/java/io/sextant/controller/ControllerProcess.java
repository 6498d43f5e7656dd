package io.sextant.controller;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.TopicCreator;
import io.sextant.controller.admin.AdminServer;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.settings.SettingsDesk;
import io.sextant.controller.settings.SettingsFile;
import io.sextant.controller.settings.StopDesk;
import io.sextant.controller.stream.ControllerTopology;
import io.sextant.controller.stream.StreamsClients;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running controller. Several may run on the same Kafka with the same application id: they share the work. Guarantees:
 * safe for any thread.
 */
public final class ControllerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerProcess.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ControllerMetrics metrics = new ControllerMetrics(registry);
    private final FleetSettings settings;
    private final KafkaStreams streams;
    private volatile boolean started;
    private final KafkaStreamsMetrics streamsMetrics;
    private final AdminServer admin;
    private final @Nullable SettingsFile settingsFile;

    private ControllerProcess(ControllerConfig config, int partitions) throws InterruptedException {
        Properties properties = StreamsProperties.of(config, metrics);
        settings = new FleetSettings(config, metrics);
        streams = new KafkaStreams(ControllerTopology.build(config, settings, metrics, partitions, properties),
                properties, new StreamsClients(metrics));
        streams.setUncaughtExceptionHandler(failure -> {
            metrics.count(ControllerCounter.THREAD_REPLACED);
            LOG.error("a stream thread failed and is replaced", failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.setStateListener((now, before) -> LOG.info("streams are {}, were {}", now, before));
        streamsMetrics = new KafkaStreamsMetrics(streams);
        streamsMetrics.bindTo(registry);
        Gauge.builder("sextant.controller.snapshot.age.seconds", this, ControllerProcess::snapshotAgeSeconds)
                .description("Age of the newest snapshot of any arm").register(registry);
        Gauge.builder("sextant.controller.settings.version", settings, FleetSettings::version)
                .description("Version of the exploration settings in force; 0 while they are the configuration's")
                .register(registry);
        var desk = new SettingsDesk(config.kafka(), settings, metrics, InstantSource.system());
        try {
            admin = AdminServer.start(config.admin(), registry, new AdminSource(), settings, desk,
                    new StopDesk(config.kafka(), metrics, InstantSource.system()));
        } catch (IllegalStateException e) {
            streamsMetrics.close();
            streams.close(CLOSE_TIMEOUT);
            throw e;
        }
        // Returns when the global stores are restored, of which one is the settings'.
        streams.start();
        started = true;
        String file = config.exploration().file();
        settingsFile = file.isEmpty() ? null : new SettingsFile(Path.of(file), desk, metrics);
    }

    /**
     * Creates the topics that are missing, starts the streams and the admin port, and returns while the streams still
     * join; see {@link #ready}.
     *
     * @throws IllegalStateException if no broker answers, joined topics do not match, or the admin port is taken; the
     *                               message names the setting and the remedy
     * @throws InterruptedException  if the thread is interrupted while it waits for the broker
     */
    public static ControllerProcess start(ControllerConfig config) throws InterruptedException {
        var topics = new ArrayList<>(ControllerTopology.inputs());
        topics.addAll(ControllerTopology.outputs());
        new TopicCreator(config.kafka()).createMissing(topics);
        return new ControllerProcess(config, samePartitions(config));
    }

    /** Whether the streams run: everything assigned, all state restored. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** The admin port that was bound. */
    public int adminPort() {
        return admin.port();
    }

    /** What this instance counted since its start. */
    public ControllerMetrics metrics() {
        return metrics;
    }

    /** The last snapshot of every arm, by arm, from whichever instance; empty while the streams start. */
    public SortedMap<String, UncertaintySnapshot> snapshots() {
        try {
            return ControllerTopology.latestSnapshots(streams);
        } catch (InvalidStateStoreException e) {
            return new TreeMap<>();
        }
    }

    /** Commits, leaves the work to other instances and stops. */
    @Override
    public void close() {
        if (settingsFile != null) {
            settingsFile.close();
        }
        admin.close();
        streamsMetrics.close();
        if (!streams.close(CLOSE_TIMEOUT)) {
            LOG.warn("streams did not stop within {} s; what was not committed will be done again",
                    CLOSE_TIMEOUT.toSeconds());
        }
        registry.close();
    }

    private double snapshotAgeSeconds() {
        long newestMs = snapshots().values().stream().mapToLong(UncertaintySnapshot::getTimeMs).max().orElse(-1);
        return newestMs < 0 ? Double.NaN : (System.currentTimeMillis() - newestMs) / 1000.0;
    }

    /* Notices of a bid meet by key, in the partition of the same number; so do an account's requests and charges. */
    private static int samePartitions(ControllerConfig config) throws InterruptedException {
        List<String> names = ControllerTopology.joined().stream().map((Topics topic) -> config.kafka().topic(topic))
                .toList();
        try (Admin client = Admin.create(KafkaClients.common(config.kafka(), "controller-start"))) {
            Map<String, TopicDescription> topics = client.describeTopics(names).allTopicNames().get();
            Map<String, Integer> partitions = topics.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().partitions().size()));
            if (partitions.values().stream().distinct().count() > 1) {
                throw new IllegalStateException("topics " + new TreeMap<>(partitions)
                        + " differ in their number of partitions; notices of one bid, or requests and charges of one "
                        + "budget, would not meet: create them anew with the same number");
            }
            return partitions.values().iterator().next();
        } catch (ExecutionException e) {
            throw new IllegalStateException("kafka.bootstrap-servers = " + config.kafka().bootstrapServers()
                    + ": the topics cannot be described: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    private final class AdminSource implements AdminServer.Source {
        @Override
        public boolean healthy() {
            return streams.state() != KafkaStreams.State.ERROR && !streams.state().hasCompletedShutdown();
        }

        @Override
        public boolean ready() {
            return ControllerProcess.this.ready();
        }

        @Override
        public boolean started() {
            return started;
        }

        @Override
        public SortedMap<String, UncertaintySnapshot> snapshots() {
            try {
                return ControllerTopology.latestSnapshots(streams);
            } catch (InvalidStateStoreException e) {
                throw new IllegalStateException("the streams are " + streams.state(), e);
            }
        }
    }
}
