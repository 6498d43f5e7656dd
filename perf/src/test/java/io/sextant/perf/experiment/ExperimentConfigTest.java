package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.configuration.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentConfigTest {
    private static final Path EXPERIMENTS = Path.of("..", "experiments");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "control | nobody | control is nobody, must be one of the arms",
        "references | [nobody] | references are [nobody], must be among the arms",
        "exploration.source | nobody | exploration.source is nobody, must be one of the arms",
        "frontier | [1.0] | frontier has the level 1.0",
        "requests.offline | 200000 | offline is 200000, must be at most exploit, 100000",
        "arms[1].name | control | two are named control",
        "arms[1].name | a/b | contains a slash",
        "arms[1].pctr | neutral | leave the arm out",
        "seeds.count | 0 | seeds.count",
        "candidates | many | candidates",
        "market.supply.zipf | -1 | publishers' zipf is -1.0, must be at least 0",
        "market.clicks.base | 0.5 | base is 0.5",
        "market.requests-per-second | 0 | requests-per-second",
        "market.suply.zipf | 1 | suply"})
    void shouldNameWhatIsWrong(String key, String value, String message) {
        assertThatThrownBy(() -> Experiment.load(null, Map.of(key, value))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldLookForTheMarketBesideTheExperiment() throws Exception {
        Path file = directory.resolve("experiment.yaml");
        Files.writeString(file, "market-file: hard.yaml\n");
        Files.writeString(directory.resolve("hard.yaml"), "rivals: {knowledge: 1.0}\n");

        Experiment experiment = Experiment.load(file, Map.of("market.rivals.noise-sd", "0.25"));

        assertThat(experiment.market().rivals().knowledge()).isEqualTo(1);
        assertThat(experiment.market().rivals().noiseSd()).isEqualTo(0.25);
        assertThat(experiment.settings()).containsEntry("market.rivals.noise-sd", "0.25").containsEntry("mode",
                "paired").containsEntry("seeds.count", "6");
    }

    /** The file with the reasons and the defaults must not drift apart. */
    @Test
    void shouldHaveTheSameMarketInTheDocumentedFileAsInTheReference() {
        Path file = EXPERIMENTS.resolve("supply-exploration.yaml");

        assertThat(Experiment.load(file, Map.of()).market()).isEqualTo(Experiment.load(null, Map.of()).market());
    }

    @ParameterizedTest
    @CsvSource({"supply-exploration, 9, 4", "paper-arms, 3, 0", "aa, 2, 0"})
    void shouldReadTheExperimentsThatSextantComesWith(String name, int arms, int levels) {
        ExperimentConfig config = Experiment.load(EXPERIMENTS.resolve(name + ".yaml"), Map.of()).config();

        assertThat(config.name()).isEqualTo(name);
        assertThat(config.arms()).hasSize(arms);
        assertThat(config.frontier()).hasSize(levels);
    }
}
