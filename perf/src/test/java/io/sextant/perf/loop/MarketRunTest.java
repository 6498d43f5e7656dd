package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.BidderConfig;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.trainer.TrainerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small net, half an hour of the market. */
class MarketRunTest {
    private static final int IMPRESSIONS = 1_500;
    private static final Map<String, String> SMALL = Map.of("model.hidden", "[16, 8]", "model.embedding-size", "4",
            "model.gate-hidden", "4", "training.batch-size", "64",
            // A thousand examples do not tell a better model from a worse one.
            "publish.margin", "1");

    @TempDir
    Path directory;

    private static <T extends Record> T load(String process, Class<T> type, Map<String, String> settings) {
        return new ConfigurationLoader(process, Map.of()).load(type, null, settings);
    }

    private MarketRun run(int threads) throws Exception {
        BidderConfig bidding = load("bidder", BidderConfig.class, Map.of("bidding.candidates-max", "3"));
        Map<String, String> training = new HashMap<>(SMALL);
        training.put("models.dir", directory.toString());
        Map<String, String> settings = new HashMap<>(MarketRun.WINDOWS);
        settings.put("attribution.window", "2m");
        try (var loop = new MarketRun(World.standard(5), bidding, MarketCommand.catalogue(bidding, directory),
                load("trainer", TrainerConfig.class, training),
                load("controller", ControllerConfig.class, settings), threads)) {
            loop.run(IMPRESSIONS, _ -> true);
            return loop;
        }
    }

    private static List<ArmFigures> figures(MarketRun run) {
        List<ArmFigures> figures = new ArrayList<>();
        for (int arm = 0; arm < run.arms().size(); arm++) {
            figures.add(ArmFigures.of(run.log(arm), run.exchanges(), 0, run.log(arm).learned()));
        }
        return figures;
    }

    /** Figures are sums over every impression: one prediction that differs by one bit shows. */
    @Test
    void shouldRunTheSameOnAnyNumberOfThreadsAndLearnFromWhatItBought() throws Exception {
        MarketRun alone = run(1);
        MarketRun together = run(3);

        assertThat(figures(together)).isEqualTo(figures(alone));
        for (int i = 0; i < alone.arms().size(); i++) {
            LearningArm arm = alone.arms().get(i);
            assertThat(together.arms().get(i).spendNanos()).isEqualTo(arm.spendNanos());
            assertThat(alone.log(i).learned()).isGreaterThanOrEqualTo(IMPRESSIONS)
                    .isLessThanOrEqualTo(alone.log(i).size());
            assertThat(arm.versions()).as("models of arm %s", arm.name()).isGreaterThan(1);
            // Clicks come after two minutes on average: e^-1 of them after the window.
            assertThat(arm.corrections()).isPositive();
        }
        assertThat(alone.arms()).extracting(arm -> arm.modifiers() / arm.bought())
                .satisfiesExactly(control -> assertThat(control).isEqualTo(1),
                        random -> assertThat(random).isBetween(1.0, 2.0),
                        uncertainty -> assertThat(uncertainty).isBetween(1.0, 2.0));
        assertThat(figures(alone)).allSatisfy(arm -> {
            assertThat(arm.truthAuc()).isGreaterThan(arm.auc());
            assertThat(arm.truthAuc()).isGreaterThan(0.65);
            assertThat(arm.rawPcoc()).isBetween(0.5, 2.0);
        });
    }
}
