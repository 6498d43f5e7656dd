package io.sextant.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.ConfigurationReference;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerConfigTest {
    @Test
    void shouldLoadTheReferenceAndDescribeEveryKey() {
        ControllerConfig config = load(Map.of());

        assertThat(config.exploration().window()).hasMinutes(5);
        assertThat(config.window().pane()).hasSeconds(10);
        assertThat(config.exploration().timeToLive()).hasSeconds(60);
        assertThat(config.streams().sessionTimeout()).hasSeconds(10);
        assertThat(config.streams().standbyReplicas()).isEqualTo(1);
        assertThat(ConfigurationReference.of("controller").uncommented()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"window.pane, 7s, multiple of pane", "window.pane, 1500ms, pane",
        "exploration.cells-max, 0, at least 1", "exploration.window, 25s, multiple of",
        "exploration.passes, 1, at least 2", "exploration.estimator, guess, one of monte-carlo",
        "exploration.premium-cap, 0.01, at most premium-cap",
        "exploration.quantile-low, 1.5, quantile-low", "exploration.quantile-high, 0.05, at most quantile-high",
        "exploration.modifier-max, 0.5, at least 1", "exploration.modifier-min, 0, above 0",
        "attribution.late-window, 1s, at least window", "attribution.window, soon, a duration",
        "streams.replication-factor, 0, at least 1", "streams.session-timeout, 1s, at least 6s",
        "ledger.term, 0s, at least 1s", "ledger.slice-share, 0, at least 0.001",
        "ledger.slice-min, 2000, at least slice-min", "ledger.days-kept, 400d, at most 366d",
        "ledger.pacing.fade, 0, at least 0.01",
        "metrics.grace, 1s, at least 1m", "admin.port, 70000, at most 65535"})
    void shouldNameWhatIsWrongWhenASettingIsOutOfRange(String key, String value, String expected) {
        assertThatThrownBy(() -> load(Map.of(key, value))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(expected).hasMessageContaining(key.substring(0, key.indexOf('.')));
    }

    @Test
    void shouldRefuseToForgetDaysWhoseBillsMayStillCome() {
        assertThatThrownBy(() -> load(Map.of("ledger.days-kept", "8d", "attribution.retention", "7d")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("at least two days longer");
    }

    @Test
    void shouldTakeACapOfZeroWhateverTheTarget() {
        assertThat(load(Map.of("exploration.premium-cap", "0")).exploration().settings().getPremiumCap()).isZero();
    }

    private static ControllerConfig load(Map<String, String> overrides) {
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, overrides);
    }
}
