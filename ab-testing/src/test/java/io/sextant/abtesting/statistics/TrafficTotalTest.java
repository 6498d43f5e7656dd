package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrafficTotalTest {
    private static final TrafficTotal NOW = new TrafficTotal(0);

    /** Now 3, 4 after 1, 2 in a quarter of the traffic; now 5, 1 after 2, 0 in a half. */
    private final UnitMoments treatment = arm(3, 1, 4, 2);
    private final UnitMoments control = arm(5, 2, 1, 0);

    @Test
    void shouldComputeWhatIsComputedByHand() {
        assertThat(NOW.of(treatment, 0.25).value()).isCloseTo(28, within(1e-12));
        assertThat(NOW.of(treatment, 0.25).standardError()).isCloseTo(20, within(1e-12));
        Estimate relative = NOW.relative(treatment, 0.25, control, 0.5);
        assertThat(relative.value()).isCloseTo(Math.log(28.0 / 12), within(1e-12));
        assertThat(relative.standardError()).isCloseTo(Math.hypot(20.0 / 28, 2 * Math.sqrt(26) / 12), within(1e-12));
    }

    /**
     * Products with the past 11 and 10, the past's squares 5 and 4: theta = 21 / 9. Left over 7 - 7 = 0 in the quarter and 6 -
     * 14 / 3 = 4 / 3 in the half; both arms' past 5 in three quarters, 20 / 3 at full traffic, times theta 140 / 9.
     */
    @Test
    void shouldTakeOutThePast() {
        double theta = 21.0 / 9;
        double common = 140.0 / 9;
        double above = 0 + common;
        double below = 8.0 / 3 + common;
        double aboveError = 4 * Math.sqrt(25 - 2 * theta * 11 + theta * theta * 5);
        double belowError = 2 * Math.sqrt(26 - 2 * theta * 10 + theta * theta * 4);

        Estimate relative = NOW.relative(treatment, 0.25, control, 0.5, 1);

        assertThat(relative.value()).isCloseTo(Math.log(above / below), within(1e-12));
        assertThat(relative.standardError()).isCloseTo(Math.hypot(aboveError / above, belowError / below),
                within(1e-12));
        UnitMoments without = arm(3, 0, 4, 0);
        assertThatThrownBy(() -> NOW.relative(without, 0.5, without, 0.5, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("time before");
    }

    private static UnitMoments arm(double... rows) {
        var arm = new UnitMoments(2);
        for (int i = 0; i < rows.length; i += 2) {
            arm.add(rows[i], rows[i + 1]);
        }
        return arm;
    }
}
