package io.sextant.perf.experiment;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.perf.loop.MarketSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An experiment and its market, as settings.
 *
 * @param config the experiment
 * @param market the market
 */
public record Experiment(ExperimentConfig config, MarketSettings market) {
    /**
     * Reads an experiment.
     *
     * @param file      YAML; null for the reference experiment
     * @param overrides dotted keys and their values, those of the market with {@code market.} in front
     * @throws io.sextant.configuration.ConfigurationException naming file, key and remedy, a line for each problem
     */
    public static Experiment load(@Nullable Path file, Map<String, String> overrides) {
        Map<String, String> ofExperiment = new HashMap<>(overrides);
        Map<String, String> ofMarket = MarketSettings.takeFrom(ofExperiment);
        // Without the environment: the same command is the same experiment everywhere.
        ExperimentConfig config = new ConfigurationLoader("experiment", Map.of()).load(ExperimentConfig.class, file,
                ofExperiment);
        return new Experiment(config, new ConfigurationLoader("market", Map.of()).load(MarketSettings.class,
                config.marketFile().isEmpty() ? null : beside(file, config.marketFile()), ofMarket));
    }

    private static Path beside(@Nullable Path file, String market) {
        return file == null ? Path.of(market) : file.resolveSibling(market);
    }

    /** Every setting in force, by dotted key. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        ConfigurationLoader.values(config).forEach((key, value) -> flatten(key, value, settings));
        ConfigurationLoader.values(market)
                .forEach((key, value) -> flatten(MarketSettings.PREFIX + key, value, settings));
        return settings;
    }

    private static void flatten(String key, Object value, Map<String, String> to) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((name, member) -> flatten(key + "." + name, member, to));
        } else {
            to.put(key, String.valueOf(value));
        }
    }
}
