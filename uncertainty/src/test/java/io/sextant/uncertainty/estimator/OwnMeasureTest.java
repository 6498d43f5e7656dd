package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.protocol.snapshot.ArmMeasure;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import org.junit.jupiter.api.Test;

class OwnMeasureTest {
    private static final UncertaintyMeasure FLEET = new UncertaintyMeasure(Estimator.MONTE_CARLO, 20,
            UncertaintyScale.PROBABILITY);

    @Test
    void shouldTakeFromTheRestWhatItDoesNotSay() {
        assertThat(new OwnMeasure(null, null, null).over(FLEET)).isEqualTo(FLEET);
        assertThat(new OwnMeasure(Estimator.ROW_INFORMATION, null, null).over(FLEET))
                .isEqualTo(new UncertaintyMeasure(Estimator.ROW_INFORMATION, 20, UncertaintyScale.PROBABILITY));
        assertThat(new OwnMeasure(null, 50, UncertaintyScale.LOGIT).over(FLEET))
                .isEqualTo(new UncertaintyMeasure(Estimator.MONTE_CARLO, 50, UncertaintyScale.LOGIT));
    }

    @Test
    void shouldComeBackFromTheFleetsSettings() {
        for (OwnMeasure own : new OwnMeasure[]{new OwnMeasure(null, null, null),
            new OwnMeasure(Estimator.MONTE_CARLO, 7, UncertaintyScale.PROBABILITY),
            new OwnMeasure(Estimator.LINEARISED, null, UncertaintyScale.LOGIT)}) {
            assertThat(OwnMeasure.of(own.of("rows"))).isEqualTo(own);
            assertThat(own.of("rows").getArm()).isEqualTo("rows");
        }
    }

    @Test
    void shouldSettleWhatHoldsForAnArm() {
        var fleet = ExplorationSettings.newBuilder().setExploreShare(0.3);
        FLEET.writeTo(fleet);
        ExplorationSettings plain = fleet.build();
        ExplorationSettings told = fleet.addArmMeasure(new OwnMeasure(null, null, UncertaintyScale.LOGIT).of("logit"))
                .addArmMeasure(new OwnMeasure(Estimator.ROW_INFORMATION, null, null).of("rows")).build();

        assertThat(OwnMeasure.settings(told, "control")).isEqualTo(plain);
        assertThat(OwnMeasure.settings(plain, "control")).isSameAs(plain);
        assertThat(UncertaintyMeasure.of(OwnMeasure.settings(told, "logit")))
                .isEqualTo(new UncertaintyMeasure(Estimator.MONTE_CARLO, 20, UncertaintyScale.LOGIT));
        assertThat(UncertaintyMeasure.of(OwnMeasure.settings(told, "rows")))
                .isEqualTo(new UncertaintyMeasure(Estimator.ROW_INFORMATION, 20, UncertaintyScale.PROBABILITY));
        assertThat(OwnMeasure.settings(told, "rows").getExploreShare()).isEqualTo(0.3);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OwnMeasure(null, 1, null))
                .withMessage("passes is 1, must be 2 to 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnMeasure.of(ArmMeasure.newBuilder().setArm("new").setEstimatorValue(99).build()))
                .withMessageContaining("estimator 99 is not known here");
    }
}
