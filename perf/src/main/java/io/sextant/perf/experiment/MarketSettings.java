package io.sextant.perf.experiment;

import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.perf.loop.World;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

/**
 * The market that arms are compared in; what its parts mean and why they are as they are stands in
 * {@code experiments/market.yaml}.
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
    /** The market of a seed. */
    public World world(long seed) {
        return new World(new MarketSimulator(new MarketConfig(supply, audience, clicks, rivals), seed),
                requestsPerSecond);
    }
}
