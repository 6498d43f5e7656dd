package io.sextant.trainer;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.configuration.TopicCreator;
import io.sextant.protocol.Topics;
import io.sextant.trainer.admin.AdminServer;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A running trainer: one thread an arm and an HTTP port. Thread-safe.
 */
public final class TrainerProcess implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<String, ArmMeters> meters = new LinkedHashMap<>();
    private final List<ArmWorker> workers = new ArrayList<>();
    private final AdminServer admin;

    private TrainerProcess(TrainerConfig config, InstantSource clock) {
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        for (String arm : config.arms()) {
            var armMeters = new ArmMeters(registry, arm);
            meters.put(arm, armMeters);
            workers.add(new ArmWorker(arm, config, armMeters, clock));
        }
        this.admin = new AdminServer(config.admin(), registry, this::trouble, this::arms);
        workers.forEach(ArmWorker::start);
    }

    /**
     * Waits for the broker, creates missing topics, and starts to train. Version 0 of arms that have no model is
     * published soon after; {@link #trouble} is empty once every arm has one.
     *
     * @throws IllegalStateException if the broker stays away for {@code kafka.topics.timeout}, or the admin port is
     *                               taken; the message names the key and the remedy
     * @throws InterruptedException  if the thread is interrupted while it waits
     */
    public static TrainerProcess start(TrainerConfig config) throws InterruptedException {
        return start(config, InstantSource.system());
    }

    static TrainerProcess start(TrainerConfig config, InstantSource clock) throws InterruptedException {
        new TopicCreator(config.kafka()).createMissing(List.of(Topics.EXAMPLES, Topics.MODELS));
        return new TrainerProcess(config, clock);
    }

    /** Port of /healthz, /readyz, /metrics and /arms. */
    public int adminPort() {
        return admin.port();
    }

    /** The arms as they stand: version, figures, refusals. */
    private JsonObject arms() {
        JsonObject arms = new JsonObject();
        for (ArmWorker worker : workers) {
            arms.put(worker.arm(), meters(worker.arm()).json().put("trouble", worker.trouble()));
        }
        return arms;
    }

    /** Why the process is not ready, one sentence an arm; empty if every arm trains. */
    public String trouble() {
        return workers.stream().map(ArmWorker::trouble).filter(why -> !why.isEmpty()).collect(Collectors.joining("; "));
    }

    /**
     * An arm's meters.
     *
     * @throws NullPointerException if the arm is not trained here
     */
    public ArmMeters meters(String arm) {
        return Objects.requireNonNull(meters.get(arm), () -> "arm " + arm + " is not trained here");
    }

    /** Ends all arms after their current step, each with a checkpoint, and frees the port. */
    @Override
    public void close() {
        try (admin; gc) {
            // All at once: each waits for the end of its own step.
            workers.forEach(ArmWorker::stop);
            workers.forEach(ArmWorker::close);
        }
    }
}
