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
class MarketLoopTest {
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

    private List<LearningArm> run(int threads) throws Exception {
        BidderConfig bidding = load("bidder", BidderConfig.class, Map.of("bidding.candidates-max", "3"));
        Map<String, String> training = new HashMap<>(SMALL);
        training.put("models.dir", directory.toString());
        try (var loop = new MarketLoop(World.standard(5), bidding, MarketCommand.catalogue(bidding, directory),
                load("trainer", TrainerConfig.class, training),
                load("controller", ControllerConfig.class, Map.of("attribution.window", "2m")), threads)) {
            loop.run(IMPRESSIONS, _ -> true);
            return loop.arms();
        }
    }

    private static List<ArmFigures> figures(List<LearningArm> arms) {
        List<ArmFigures> figures = new ArrayList<>();
        arms.forEach(arm -> figures
                .add(ArmFigures.of(arm.log, List.of("adx", "meridian"), 0, arm.log.learned())));
        return figures;
    }

    /** Figures are sums over every impression: one prediction that differs by one bit shows. */
    @Test
    void shouldRunTheSameOnAnyNumberOfThreadsAndLearnFromWhatItBought() throws Exception {
        List<LearningArm> alone = run(1);
        List<LearningArm> together = run(3);

        assertThat(figures(together)).isEqualTo(figures(alone));
        for (int i = 0; i < alone.size(); i++) {
            LearningArm arm = alone.get(i);
            assertThat(together.get(i).spendNanos()).isEqualTo(arm.spendNanos());
            assertThat(arm.log.learned()).isGreaterThanOrEqualTo(IMPRESSIONS).isLessThanOrEqualTo(arm.log.size());
            assertThat(arm.versions()).as("models of arm %s", arm.name).isGreaterThan(1);
            // Clicks come after two minutes on average: e^-1 of them after the window.
            assertThat(arm.corrections()).isPositive();
        }
        assertThat(alone).extracting(arm -> arm.modifiers() / arm.bought())
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
