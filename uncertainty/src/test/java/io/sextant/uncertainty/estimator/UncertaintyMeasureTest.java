package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UncertaintyMeasureTest {
    @Test
    void shouldComeBackFromTheFleetsSettings() {
        for (Estimator estimator : Estimator.values()) {
            for (UncertaintyScale scale : UncertaintyScale.values()) {
                var measure = new UncertaintyMeasure(estimator, 17, scale);
                var settings = ExplorationSettings.newBuilder();

                measure.writeTo(settings);

                assertThat(UncertaintyMeasure.of(settings.build())).isEqualTo(measure);
            }
        }
        assertThat(UncertaintyMeasure.of(ExplorationSettings.getDefaultInstance())).isNull();
    }

    @Test
    void shouldRefuseWhatItCannotMeasureWith() {
        var settings = ExplorationSettings.newBuilder().setPasses(1);

        assertThatThrownBy(() -> UncertaintyMeasure.of(settings.build())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("passes is 1, must be 2 to 1000");
        assertThatThrownBy(() -> UncertaintyMeasure.of(settings.setPasses(2).setEstimatorValue(9).build()))
                .hasMessageContaining("estimator 9");
        assertThatThrownBy(() -> UncertaintyMeasure.of(settings.clearEstimator().setScaleValue(9).build()))
                .hasMessageContaining("scale 9");
    }

    @Test
    void shouldTellEpochsApartByAllThatMakesNumbersIncomparableAndByNothingElse() {
        Set<Long> epochs = new HashSet<>();
        for (long model = 0; model < 3; model++) {
            for (UncertaintyScale scale : UncertaintyScale.values()) {
                for (int passes = 2; passes < 50; passes++) {
                    epochs.add(new UncertaintyMeasure(Estimator.MONTE_CARLO, passes, scale).epoch(model));
                    epochs.add(new UncertaintyMeasure(Estimator.LINEARISED, passes, scale).epoch(model));
                    epochs.add(new UncertaintyMeasure(Estimator.ROW_INFORMATION, passes, scale).epoch(model));
                    epochs.add(new UncertaintyMeasure(Estimator.GRADIENT_NORM, passes, scale).epoch(model));
                }
            }
        }

        assertThat(epochs).hasSize(3 * 2 * (48 + 1 + 1 + 1));
        // The same in every process: bidders of a fleet meet in one window.
        assertThat(new UncertaintyMeasure(Estimator.MONTE_CARLO, 20, UncertaintyScale.PROBABILITY).epoch(7))
                .isEqualTo(4_589_568_544_598_358_320L);
    }
}
