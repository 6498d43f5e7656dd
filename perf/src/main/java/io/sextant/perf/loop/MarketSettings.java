package io.sextant.perf.loop;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.HashMap;
import java.util.Map;

/**
 * A market. What the parts of that of the experiments mean and why they are as they are stands in
 * {@code experiments/market.yaml}, of that of the benchmarks in {@code bench-market-reference.yaml}.
 *
 * @param requestsPerSecond of the market's time, above 0
 * @param supply            who sells what
 * @param audience          who looks at it
 * @param clicks            what is clicked
 * @param rivals            against whom
 */
public record MarketSettings(@Positive double requestsPerSecond, MarketConfig.@NotNull Supply supply,
        MarketConfig.@NotNull Audience audience, MarketConfig.@NotNull Clicks clicks,
        MarketConfig.@NotNull Rivals rivals) {
    /** Keys of a market among a command's other settings begin with this. */
    public static final String PREFIX = "market.";

    /** Takes the settings of the market out of a command's settings; their keys come without {@link #PREFIX}. */
    public static Map<String, String> takeFrom(Map<String, String> settings) {
        Map<String, String> ofMarket = new HashMap<>();
        settings.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                ofMarket.put(key.substring(PREFIX.length()), value);
            }
        });
        settings.keySet().removeIf(key -> key.startsWith(PREFIX));
        return ofMarket;
    }

    /**
     * The market that {@code bench market} and {@code bench shading} are held in.
     *
     * @param overrides dotted keys and their values
     * @throws io.sextant.configuration.ConfigurationException naming key and remedy, a line for each problem
     */
    static MarketSettings ofBench(Map<String, String> overrides) {
        // Without the environment: the same command is the same market everywhere.
        return new ConfigurationLoader("bench-market", Map.of()).load(MarketSettings.class, null, overrides);
    }

    /** The market of a seed. */
    public World world(long seed) {
        return new World(new MarketSimulator(new MarketConfig(supply, audience, clicks, rivals), seed),
                requestsPerSecond);
    }
}
