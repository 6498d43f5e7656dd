package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.configuration.ConfigurationException;
import io.sextant.fixtures.market.MarketConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarketSettingsTest {
    @Test
    void shouldBeTheStandardMarketWithLaterClicksAndCheaperRivals() {
        World world = MarketSettings.ofBench(Map.of()).world(7);

        assertThat(world.market().config())
                .isEqualTo(MarketConfig.standard().withClickDelay(120_000).withRivalMedian(30));
        assertThat(world.requestsPerSecond()).isEqualTo(12);
    }

    @Test
    void shouldChangeWhatIsAskedForAndNameWhatCannotBe() {
        assertThat(MarketSettings.ofBench(Map.of("supply.publishers", "300")).world(7).market().config().supply()
                .publishers()).isEqualTo(300);
        assertThatThrownBy(() -> MarketSettings.ofBench(Map.of("supply.publisher", "300")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("supply.publisher");
    }
}
