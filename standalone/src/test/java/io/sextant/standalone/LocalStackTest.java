package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.sextant.abtesting.live.AbReport;
import io.sextant.abtesting.live.AllocationCheck;
import io.sextant.abtesting.live.ArmFigures;
import io.sextant.abtesting.live.LiveExperiment;
import io.sextant.abtesting.live.NeutralFigures;
import io.sextant.abtesting.live.TimeSpan;
import io.sextant.abtesting.report.ArmTotals;
import io.sextant.bidder.replay.ReplayBidsMain;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.ExchangeStatistics;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.MarketAuctions;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.trainer.publish.AnnouncedModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class LocalStackTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> ARMS = List.of("control", "random", "placebo", "uncertainty");
    private static final String EXPERIMENT = """
            [{name: control, weight: 1, pctr: plain, exploration: none},
             {name: random, weight: 1, pctr: plain, exploration: random},
             {name: placebo, weight: 1, pctr: plain, exploration: pctr-placebo},
             {name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty},
             {name: neutral, weight: 0.5, pctr: neutral, exploration: none, bid-cpm: 12}]""";
    /** Faster still than the demo, so that a test need not wait for much. */
    private static final Map<String, Map<String, String>> SETTINGS = Map.of("trainer",
            Map.of("publish.min-examples", "64", "publish.min-interval", "1s", "model.rows-factor", "0.1", "arms",
                    "[control, random, placebo, uncertainty]", "neutral-arm", "neutral"),
            "bidder",
            Map.of("models.rows-factor", "0.1", "events.sample-share", "1", "http.warm-up-max", "0s", "experiment.arms",
                    EXPERIMENT),
            "controller", Map.of("attribution.window", "1s", "exploration.arms", "{placebo: {scale: logit}}"));

    // RocksDB may still write its last file when the test is over.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    /** The whole circle: bids are won and clicked, models learn from them, snapshots come back, modifiers move. */
    @Test
    void shouldCloseTheLoopWhenTheExchangeIsOpen() throws Exception {
        // Rivals so cheap that nearly every bid wins.
        var market = new MarketSimulator(MarketConfig.standard().withRivalMedian(3).withClickDelay(200), 1);
        Path decisions = folder.resolve("decisions");
        Map<String, Map<String, String>> settings = new HashMap<>(SETTINGS);
        settings.merge("bidder", Map.of("replay.dir", decisions.toString()), LocalStackTest::both);
        try (var stack = new LocalStack(Profile.DEMO, folder, 0, settings, _ -> {});
                var metrics = new ArmMetricsReader(stack.bidderConfig().kafka(),
                        Stream.concat(ARMS.stream(), Stream.of("neutral")).toList());
                var exchange = new HttpExchange(ExchangeConfig.standard(stack.bidder(), 40).withRamp(2_000),
                        new MarketAuctions(market), 1)) {
            exchange.start();

            await().atMost(PATIENCE).until(() -> exchange.statistics().count(ExchangeCounter.BIDS) > 0);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(learning(metrics)).allSatisfy(arm -> {
                assertThat(arm.wins()).isPositive();
                assertThat(arm.modelVersion()).isPositive();
                assertThat(arm.snapshotVersion()).isPositive();
            }));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(learning(metrics).getLast().meanModifier())
                    .isNotNull().isGreaterThan(1.0));
            assertThat(learning(metrics).getFirst().meanModifier()).isEqualTo(1.0);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(learning(metrics).get(2).meanModifier())
                    .as("by rank of prediction").isNotNull().isGreaterThan(1.0));
            // Every arm's model is held against what the neutral arm bought, and none learns from that.
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                    AnnouncedModels.read(stack.bidderConfig().kafka(), () -> {})).containsOnlyKeys(ARMS)
                    .allSatisfy((_, model) -> assertThat(model.getNeutral().getClicks()).isPositive()));
            assertThat(stack.modelVersions()).containsEntry("neutral", -1L);

            ExchangeStatistics seen = exchange.stop();
            assertThat(seen.invalid()).isZero();
            assertThat(seen.count(ExchangeCounter.REFUSED)).isZero();
            assertThat(seen.count(ExchangeCounter.NOTICE_ERRORS)).isZero();
            // What the exchange charged is what the controller counted, to the nano.
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(metrics.totals().stream().mapToLong(arm -> arm.wins()).sum())
                        .isEqualTo(seen.count(ExchangeCounter.WINS));
                assertThat(metrics.totals().stream().mapToLong(arm -> arm.clicks()).sum())
                        .isEqualTo(seen.count(ExchangeCounter.CLICKS));
                assertThat(metrics.totals().stream().mapToLong(arm -> arm.spendNanos()).sum())
                        .isEqualTo(seen.spendNanos());
            });
            // And what the report adds up from the notices, unit by unit.
            AbReport report = new LiveExperiment(stack.reportConfig(),
                    new TimeSpan(null, 0, System.currentTimeMillis())).report(_ -> {});
            assertThat(report.arms().stream().mapToDouble(ArmFigures::spend).sum())
                    .isCloseTo(seen.spendNanos() / 1e9, within(1e-9));
            assertThat(report.arms().stream().mapToLong(ArmFigures::clicks).sum())
                    .isEqualTo(seen.count(ExchangeCounter.CLICKS));
            assertThat(report.allocation()).isNotEmpty().noneMatch(AllocationCheck::suspected);
            assertThat(report.neutral()).extracting(NeutralFigures::arm).containsExactlyElementsOf(ARMS);
        }

        // And every decision of it can be made again: with each model, snapshot and budget that there was.
        var out = new StringWriter();
        int exitCode = ReplayBidsMain.commandLine().setOut(new PrintWriter(out)).execute("--log", decisions.toString());
        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(out.toString()).contains(" 0 mismatches", "| uncertainty |", "| placebo ", "| neutral ");
    }

    private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
        Map<String, String> both = new HashMap<>(one);
        both.putAll(other);
        return both;
    }

    /** Of the arms that learn. */
    private static List<ArmTotals> learning(ArmMetricsReader metrics) {
        return metrics.totals().subList(0, ARMS.size());
    }
}
