package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.abtesting.allocation.Arm.PctrRule;
import io.sextant.configuration.ConfigurationException;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BidderConfigTest {
    @TempDir
    Path directory;

    @Test
    void shouldTakeArmsOfEveryKind() throws IOException {
        BidderConfig config = config(Map.of("experiment.arms", """
                [{name: control, weight: 48, pctr: plain, exploration: none},
                 {name: uniform, weight: 25, pctr: plain, exploration: uniform},
                 {name: placebo, weight: 25, pctr: plain, exploration: pctr-placebo},
                 {name: neutral, weight: 2, pctr: neutral, exploration: none, bid-cpm: 1.25}]"""));

        assertThat(config.experiment().allocation()).containsExactly(
                new Arm("control", 0.48, PctrRule.PLAIN, ExplorationRule.NONE),
                new Arm("uniform", 0.25, PctrRule.PLAIN, ExplorationRule.UNIFORM),
                new Arm("placebo", 0.25, PctrRule.PLAIN, ExplorationRule.PCTR_PLACEBO),
                new Arm("neutral", 0.02, PctrRule.NEUTRAL, ExplorationRule.NONE, 1_250_000));
    }

    @Test
    void shouldMeasureAsTheArmSaysByItself() throws IOException {
        BidderConfig config = config(
                Map.of("exploration.arms",
                        "{random: {estimator: row-information}, control: {passes: 5, scale: logit}}"));

        assertThat(config.exploration().measure("uncertainty"))
                .isEqualTo(new UncertaintyMeasure(Estimator.MONTE_CARLO, 20, UncertaintyScale.PROBABILITY));
        assertThat(config.exploration().measure("random"))
                .isEqualTo(new UncertaintyMeasure(Estimator.ROW_INFORMATION, 20, UncertaintyScale.PROBABILITY));
        assertThat(config.exploration().measure("control"))
                .isEqualTo(new UncertaintyMeasure(Estimator.MONTE_CARLO, 5, UncertaintyScale.LOGIT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            experiment.arms           | [{name: n, weight: 1, pctr: neutral, exploration: none}]                            | arm n is neutral: give it bid-cpm and exploration: none, and no saved-model
            experiment.arms           | [{name: n, weight: 1, pctr: neutral, exploration: random, bid-cpm: 1}]              | arm n is neutral: give it bid-cpm and exploration: none, and no saved-model
            experiment.arms           | [{name: n, weight: 1, pctr: plain, exploration: none, bid-cpm: 1}]                  | arm n has bid-cpm, which only an arm with pctr: neutral bids; leave it out
            experiment.arms           | [{name: n, weight: 1, pctr: neutral, exploration: none, bid-cpm: 0}]                | bid-cpm = 0.0: must be greater than 0
            exploration.arms          | {uncertanty: {scale: logit}}                                                        | exploration.arms names uncertanty, must be of experiment.arms: [control, random, uncertainty]
            exploration.arms          | {random: {passes: 1}}                                                               | passes is 1, must be 2 to 1000
            exploration.arms          | {random: {scales: logit}}                                                           | unknown key, did you mean exploration.arms.random.scale?
            events.units.sample-one-in | 48                                                                                 | sample-one-in is 48, must be a power of two, or 0
            budget.settle-within      | 10m                                                                                 | budget.settle-within is 600s, must be above notices.bid-expiry, which is 600s
            notices.bid-expiry        | 12m                                                                                 | budget.settle-within is 660s, must be above notices.bid-expiry, which is 720s
            budget.leases             | leger                                                                               | budget.leases
            budget.open-bids-max      | 8                                                                                   | open-bids-max
            events.units.sample-one-in | 4096                                                                               | must be at most 2048
            """)
    void shouldNameWhatIsWrongAndWhatWouldBeRight(String key, String value, String message) {
        assertThatThrownBy(() -> config(Map.of(key, value))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    private BidderConfig config(Map<String, String> settings) throws IOException {
        return RunningBidder.config(directory, settings);
    }
}
