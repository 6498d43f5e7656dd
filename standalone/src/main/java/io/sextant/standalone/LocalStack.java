package io.sextant.standalone;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.live.AbReportConfig;
import io.sextant.abtesting.live.AbReportConfig.AnalysisConfig;
import io.sextant.abtesting.live.AbReportConfig.ArmConfig;
import io.sextant.abtesting.live.AbReportConfig.ArmsConfig;
import io.sextant.abtesting.live.AbReportConfig.AttributionConfig;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.BidderProcess;
import io.sextant.bidder.pipeline.ExperimentConfig;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerProcess;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, trainer, controller and bidder in this JVM, on loopback ports. They meet in topics only, as they would on a
 * cluster: nothing here hands one an object of another.
 */
final class LocalStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);
    private static final long ASK_PAUSE_MS = 100;
    private static final double REPORT_LEVEL = 0.95;
    private static final double REPORT_EFFECT = 0.05;
    private static final int REPORT_DRAWS = 500;

    /** What runs, the last started first. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final String bootstrapServers;
    private final BidderConfig bidderConfig;
    private final ControllerConfig controllerConfig;
    private final BidderProcess bidderProcess;
    private final int port;
    private final Map<String, Map<String, String>> settings;

    /**
     * Starts everything, in the order in which one needs the other, and waits until the bidder says that it is ready.
     *
     * @param directory where broker, models, state and journal lie; the run's own
     * @param port      the bidder's port; 0 takes a free one
     * @param progress  told each step in a line
     * @param settings  further settings by process, over those of the profile
     * @throws IllegalStateException if a process does not start; the message says which and why
     * @throws InterruptedException  if the thread is interrupted while it waits; what was started is stopped again
     */
    LocalStack(Profile profile, Path directory, int port, Map<String, Map<String, String>> settings,
            Consumer<String> progress) throws InterruptedException {
        this.settings = Map.copyOf(settings);
        boolean started = false;
        try {
            progress.accept("starting the broker");
            EmbeddedBroker broker = opened(EmbeddedBroker.start(directory.resolve("broker")));
            this.bootstrapServers = broker.bootstrapServers();
            String models = directory.resolve("models").toString();
            progress.accept("starting the trainer; Kafka is at " + bootstrapServers);
            opened(TrainerProcess.start(load(profile, directory, "trainer", TrainerConfig.class,
                    Map.of("models.dir", models, "admin.port", "0"))));
            progress.accept("starting the controller");
            this.controllerConfig = load(profile, directory, "controller", ControllerConfig.class,
                    Map.of("streams.state-dir", directory.resolve("controller").toString(), "admin.port", "0"));
            opened(ControllerProcess.start(controllerConfig));
            progress.accept("starting the bidder");
            this.bidderConfig = load(profile, directory, "bidder", BidderConfig.class,
                    Map.of("http.port", Integer.toString(port), "admin.port", "0", "models.dir", models,
                            "campaigns.file", profile.catalogue(directory).toString(), "notices.journal.directory",
                            directory.resolve("journal").toString()));
            this.bidderProcess = opened(BidderProcess.start(bidderConfig));
            this.port = bidderProcess.port();
            awaitReady();
            started = true;
        } catch (IOException e) {
            throw new UncheckedIOException("the settings of the " + profile, e);
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** Where clients find the broker. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    /** The bidder's settings. */
    BidderConfig bidderConfig() {
        return bidderConfig;
    }

    /** What the report on the arms reads, and by which rules: those of the controller. */
    AbReportConfig reportConfig() {
        List<ExperimentConfig.ArmConfig> all = bidderConfig.experiment().arms();
        String neutral = all.stream().filter(LocalStack::neutral).map(ExperimentConfig.ArmConfig::name).findFirst()
                .orElse("");
        String control = all.stream().filter(arm -> !neutral(arm)).map(ExperimentConfig.ArmConfig::name).findFirst()
                .orElseThrow();
        List<ArmConfig> arms = all.stream().map(arm -> new ArmConfig(arm.name(), arm.weight())).toList();
        return new AbReportConfig(bidderConfig.kafka(), new ArmsConfig(control, neutral, arms),
                new AttributionConfig(controllerConfig.attribution().lateWindow(),
                        controllerConfig.attribution().retention()),
                new AnalysisConfig(REPORT_LEVEL, REPORT_EFFECT, REPORT_DRAWS, 1));
    }

    private static boolean neutral(ExperimentConfig.ArmConfig arm) {
        return arm.pctr() == Arm.PctrRule.NEUTRAL;
    }

    /** Version of the model that each arm bids with now; -1 for none. */
    Map<String, Long> modelVersions() {
        return bidderProcess.snapshots().current().arms().stream()
                .collect(Collectors.toMap(arm -> arm.arm().name(), ArmState::modelVersion));
    }

    /** Where bid requests go. */
    URI bidder() {
        return URI.create("http://127.0.0.1:" + port + "/openrtb2/bid");
    }

    /** Stops bidder, controller, trainer and broker, in this order. */
    @Override
    public void close() {
        while (!running.isEmpty()) {
            AutoCloseable process = running.pop();
            try {
                process.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", process.getClass().getSimpleName(), e);
            }
        }
    }

    private <T extends AutoCloseable> T opened(T process) {
        running.push(process);
        return process;
    }

    private <T extends Record> T load(Profile profile, Path directory, String process, Class<T> type,
            Map<String, String> places) throws IOException {
        Map<String, String> overrides = new HashMap<>(settings.getOrDefault(process, Map.of()));
        overrides.putAll(places);
        overrides.put("kafka.bootstrap-servers", bootstrapServers);
        // Without the environment: a run in one JVM is the same run everywhere.
        return new ConfigurationLoader(process, Map.of()).load(type, profile.settings(process, directory), overrides);
    }

    private void awaitReady() throws InterruptedException {
        URI readiness = URI.create("http://127.0.0.1:" + port + "/readyz");
        long deadlineNs = System.nanoTime() + READY_TIMEOUT.toNanos();
        String answer = "no answer";
        try (HttpClient client = HttpClient.newHttpClient()) {
            var ask = HttpRequest.newBuilder(readiness).timeout(ASK_TIMEOUT).build();
            while (System.nanoTime() < deadlineNs) {
                try {
                    HttpResponse<String> response = client.send(ask, HttpResponse.BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        return;
                    }
                    answer = response.statusCode() + " " + response.body().strip();
                } catch (IOException e) {
                    answer = String.valueOf(e.getMessage());
                }
                TimeUnit.MILLISECONDS.sleep(ASK_PAUSE_MS);
            }
        }
        throw new IllegalStateException(
                "the bidder was not ready within " + READY_TIMEOUT.toMinutes() + " minutes; " + readiness
                        + " said: " + answer);
    }
}
