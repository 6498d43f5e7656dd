package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.BidderProcess;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerProcess;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/* With the intervals that the processes have by default: a real broker, a controller and a bidder whose models are late. */
class ExplorationChangeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PROMISE = Duration.ofSeconds(5);
    private static final String TOKEN = "open sesame";

    // RocksDB may still write its last file when the test is over.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    @Test
    void shouldReachEveryArmOfABidderWithinFiveSecondsWhenAKeyIsPut() throws Exception {
        try (var broker = EmbeddedBroker.start(folder.resolve("broker"));
                var controller = ControllerProcess.start(load("controller", ControllerConfig.class,
                        Map.of("kafka.bootstrap-servers", broker.bootstrapServers(), "admin.port", "0", "admin.token",
                                TOKEN, "streams.standby-replicas", "0", "streams.state-dir",
                                folder.resolve("state").toString())));
                var bidder = BidderProcess.start(load("bidder", BidderConfig.class,
                        Map.of("kafka.bootstrap-servers", broker.bootstrapServers(), "http.port", "0", "admin.port",
                                "0", "http.event-loops", "1", "notices.ephemeral-key", "true", "models.dir",
                                folder.resolve("models").toString(), "campaigns.file",
                                Profile.DEMO.catalogue(folder).toString(), "notices.journal.directory",
                                folder.resolve("journal").toString())));
                var client = HttpClient.newHttpClient()) {
            await().atMost(PATIENCE).until(() -> arms(bidder).stream().allMatch(arm -> arm.measure() != null));
            assertThat(arms(bidder)).allSatisfy(arm -> assertThat(arm.measure())
                    .isEqualTo(new UncertaintyMeasure(Estimator.MONTE_CARLO, 20, UncertaintyScale.PROBABILITY)));

            HttpResponse<String> answer = client.send(HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + controller.adminPort() + "/admin/exploration"))
                    .header("authorization", "Bearer " + TOKEN)
                    .PUT(HttpRequest.BodyPublishers
                            .ofString("{\"estimator\": \"linearised\", \"scale\": \"logit\", \"explore-share\": 0.5}"))
                    .build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            await().atMost(PROMISE).pollInterval(Duration.ofMillis(20)).untilAsserted(
                    () -> assertThat(arms(bidder)).hasSize(3).allSatisfy(arm -> {
                        assertThat(arm.modifiers().settings().getExploreShare()).isEqualTo(0.5);
                        assertThat(arm.measure())
                                .isEqualTo(new UncertaintyMeasure(Estimator.LINEARISED, 20, UncertaintyScale.LOGIT));
                    }));
        }
    }

    private static List<ArmState> arms(BidderProcess bidder) {
        return bidder.snapshots().current().arms();
    }

    private static <T extends Record> T load(String process, Class<T> type, Map<String, String> overrides) {
        return new ConfigurationLoader(process, Map.of()).load(type, null, overrides);
    }
}
