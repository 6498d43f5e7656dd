package io.sextant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.ConfigurationReference;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.training.TrainingConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerConfigTest {
    @Test
    void shouldGiveStandardModelWhenNothingIsSet() {
        TrainerConfig config = load(Map.of());
        TrainingConfig standard = TrainingConfig.standard(0);

        assertThat(config.arms()).containsExactly("control", "random", "uncertainty");
        assertThat(config.model().hashSeed()).isEqualTo(FeatureSchemas.HASH_SEED);
        assertThat(new Architecture(config.model().embeddingSize(), config.model().hidden(), config.model().dropRate(),
                config.model().gateHidden())).isEqualTo(standard.architecture());
        assertThat(config.training().batchSize()).isEqualTo(standard.batchSize());
        assertThat(config.training().embeddingLearningRate()).isEqualTo(standard.embeddingLearningRate());
        assertThat(config.training().initialAccumulator()).isEqualTo(standard.initialAccumulator());
        assertThat(config.training().netLearningRate()).isEqualTo(standard.netLearningRate());
        assertThat(config.training().maskShare()).isEqualTo(standard.maskShare());
    }

    @Test
    void shouldExplainEveryKeyWhenReferenceIsRead() {
        assertThat(ConfigurationReference.of("trainer").uncommented()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            models.keep             | 1                 | models.keep = 1: must be at least 2
            model.drop-rate         | 1                 | model.drop-rate = 1.0: must be below 1
            model.prior-ctr         | 0                 | model.prior-ctr = 0.0: must be above 0
            arms                    | [a, a]            | arms = ["a","a"]: must only contain unique elements
            arms                    | [a/b]             | arms[0] = "a/b": must be letters, digits, dots, dashes and underscores
            publish.min-interval    | 20                | publish.min-interval = 20: must be a duration such as 200ms, 5s, 10m, 1h or 7d
            training.bach-size      | 20                | training.bach-size = 20: unknown key, did you mean training.batch-size?
            """)
    void shouldNameKeyValueAndRemedyWhenSettingIsWrong(String key, String value, String message) {
        assertThatThrownBy(() -> load(Map.of(key, value))).hasMessage("--set: " + message);
    }

    @Test
    void shouldNotTrainTheNeutralArm() {
        assertThat(load(Map.of("neutral-arm", "neutral")).neutralArm()).isEqualTo("neutral");
        assertThatThrownBy(() -> load(Map.of("neutral-arm", "random"))).hasMessageContaining(
                "neutral-arm is random, which is one of arms: what nothing is learned from cannot be trained");
    }

    private static TrainerConfig load(Map<String, String> overrides) {
        return new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null, overrides);
    }
}
