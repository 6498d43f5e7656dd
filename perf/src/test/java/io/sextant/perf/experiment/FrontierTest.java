package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
    private static final double EXACT = 1e-12;

    /** Spend 10 for 100 clicks; more brings less: 8 for 90, 14 for 120, 20 for 132. */
    private final Frontier frontier = new Frontier(figures(10, 100),
            List.of(figures(20, 132), figures(8, 90), figures(14, 120)));

    static PhaseFigures figures(double spend, double clicks) {
        Money money = new Money(clicks, spend, 0, 0, 0, 0);
        return new PhaseFigures(1000, 1000, 900, 200, money, money, 0, 1, 1, 0);
    }

    @Test
    void shouldInterpolateBetweenNeighbouringLevels() {
        assertThat(frontier.clicksAt(10)).isCloseTo(100, within(EXACT));
        assertThat(frontier.clicksAt(9)).isCloseTo(95, within(EXACT));
        assertThat(frontier.clicksAt(12)).isCloseTo(110, within(EXACT));
        assertThat(frontier.clicksAt(17)).isCloseTo(126, within(EXACT));
    }

    @Test
    void shouldGoOnAlongTheOutermostLevelsAndSaySo() {
        assertThat(frontier.clicksAt(23)).isCloseTo(138, within(EXACT));
        assertThat(frontier.clicksAt(6)).isCloseTo(80, within(EXACT));
        assertThat(frontier.efficiency(figures(23, 140)).extrapolated()).isTrue();
        assertThat(frontier.efficiency(figures(8, 90)).extrapolated()).isFalse();
    }

    /** At spend 12 control gets 110 clicks; the arm gets 114: 14 more for 2 USD, where control gets 10. */
    @Test
    void shouldHoldExtraClicksAgainstWhatControlGetsForTheSameMoney() {
        Efficiency found = frontier.efficiency(figures(12, 114));

        assertThat(found.extraSpendUsd()).isCloseTo(2, within(EXACT));
        assertThat(found.extraClicks()).isCloseTo(14, within(EXACT));
        assertThat(found.clicksPerUsd()).isCloseTo(7, within(EXACT));
        assertThat(found.frontierClicksPerUsd()).isCloseTo(5, within(EXACT));
        assertThat(found.logRatio()).isCloseTo(Math.log(114.0 / 110), within(EXACT));
        assertThat(frontier.efficiency(figures(10, 100)).logRatio()).isZero();
    }
}
