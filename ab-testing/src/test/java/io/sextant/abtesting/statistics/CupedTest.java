package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CupedTest {
    private static final Cuped MEANS = new Cuped(new RatioMetric(0, RatioMetric.UNITS),
            new RatioMetric(1, RatioMetric.UNITS));

    /**
     * Now 2, 4, 6 after 1, 2, 3 against 3, 5, 4 after 2, 4, 3. Sums of products around the arms' means: now with past
     * 4 and 2, past with itself 2 and 2, so theta = 6 / 4. Adjusted difference 0 - 1.5 (2 - 3); adjusted units 0.5, 1, 1.5
     * with variance 0.25 and 0, -1, -0.5 with variance 0.25.
     */
    @Test
    void shouldComputeWhatIsComputedByHand() {
        UnitMoments treatment = arm(2, 1, 4, 2, 6, 3);
        UnitMoments control = arm(3, 2, 5, 4, 4, 3);

        Estimate difference = MEANS.difference(treatment, control);
        Estimate relative = MEANS.relative(treatment, control);

        assertThat(difference.value()).isCloseTo(1.5, within(1e-12));
        assertThat(difference.standardError()).isCloseTo(Math.sqrt(0.25 / 3 + 0.25 / 3), within(1e-12));
        // both arms at the mean past of all, 2.5: 4 + 0.75 and 4 - 0.75
        assertThat(relative.value()).isCloseTo(Math.log(4.75 / 3.25), within(1e-12));
        assertThat(relative.standardError())
                .isCloseTo(Math.hypot(Math.sqrt(0.25 / 3) / 4.75, Math.sqrt(0.25 / 3) / 3.25), within(1e-12));
        // unadjusted: variances 4 and 1
        assertThat(MEANS.varianceExplained(treatment, control)).isCloseTo(1 - 0.5 / 5, within(1e-12));
    }

    @Test
    void shouldSayThatThereIsNothingToAdjustByWhenThePastIsTheSameForAll() {
        UnitMoments constant = arm(1, 7, 2, 7);

        assertThatThrownBy(() -> MEANS.difference(constant, constant)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same for all units");
    }

    private static UnitMoments arm(double... rows) {
        var arm = new UnitMoments(2);
        for (int i = 0; i < rows.length; i += 2) {
            arm.add(rows[i], rows[i + 1]);
        }
        return arm;
    }
}
