package io.sextant.bidder.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.RunningBidder;
import io.sextant.configuration.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionSettingsTest {
    /** Whatever text can do to YAML, and numbers that are not short. */
    private static final Map<String, String> AWKWARD = Map.of("experiment.salt", "010: #null ~ \"x\" 'y' \\n €",
            "experiment.arms",
            "[{name: \"on\", weight: 0.1, pctr: age-ucb, exploration: none}, {name: \"1e3\", weight: 0.30000000000000004, pctr: plain, exploration: random}]",
            "pricing.usd-per-unit", "{EUR: 1.0843000000000003, NOK: 9.7e-2}", "exchanges",
            "{b-token: {disabled: false, spends-on: nurl, currency: EUR, price-macro: \"${P}\", click-macro: \"%%C:{x}%%\"}, adx: {disabled: true, spends-on: burl, currency: USD, price-macro: \"  \\t p\", click-macro: \"\"}}",
            "exploration.measured-share", "0.020000000000000004", "campaigns.bid-cap-cpm", "49.99999999999999");

    @TempDir
    private Path folder;

    @Test
    void shouldBeASettingsFileThatDecidesTheSame() throws IOException {
        BidderConfig config = config(AWKWARD);
        DecisionSettings settings = DecisionSettings.of(config);

        Path file = Files.writeString(folder.resolve("settings.yaml"), settings.text());
        BidderConfig loaded = new ConfigurationLoader("bidder", Map.of()).load(BidderConfig.class, file, Map.of());

        assertThat(loaded.experiment()).isEqualTo(config.experiment());
        assertThat(loaded.bidding()).isEqualTo(config.bidding());
        assertThat(loaded.exploration()).isEqualTo(config.exploration());
        assertThat(loaded.pricing()).isEqualTo(config.pricing());
        assertThat(loaded.exchanges()).isEqualTo(config.exchanges());
        assertThat(loaded.models().schema()).isEqualTo(config.models().schema());
        assertThat(loaded.campaigns().bidCapCpm()).isEqualTo(config.campaigns().bidCapCpm());
        assertThat(DecisionSettings.of(loaded)).isEqualTo(settings);
        assertThat(DecisionSettings.of(settings.text()).id()).isEqualTo(settings.id()).hasSize(16);
    }

    @ParameterizedTest
    @CsvSource({"http.port,1234,true", "models.dir,elsewhere,true", "events.sample-share,0.5,true",
        "admin.token,secret,true", "experiment.salt,2,false", "bidding.candidates-max,7,false",
        "exploration.age.lambda,0.5,false", "campaigns.first-price-margin,0.2,false", "models.hash-seed,5,false",
        "exchanges.adx.currency,EUR,false"})
    void shouldHaveTheSameIdAsLongAsNothingThatDecidesChanges(String key, String value, boolean same)
            throws IOException {
        String before = DecisionSettings.of(config(Map.of())).id();
        String after = DecisionSettings.of(config(Map.of(key, value))).id();

        assertThat(after.equals(before)).isEqualTo(same);
        assertThat(DecisionSettings.of(config(Map.of("admin.token", "secret"))).text()).doesNotContain("secret");
    }

    private BidderConfig config(Map<String, String> settings) throws IOException {
        return RunningBidder.config(folder, new HashMap<>(settings));
    }
}
