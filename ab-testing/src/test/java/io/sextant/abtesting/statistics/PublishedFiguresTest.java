package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Formulas against figures that others have printed. */
class PublishedFiguresTest {
    @Test
    void shouldSuspectTheAllocationOfKohaviTangAndXu() {
        // Trustworthy Online Controlled Experiments (2020), chapter 21: 821,588 and 815,482 users, p = 1.8e-6
        var mismatch = SampleRatioMismatch.of(new long[]{821_588, 815_482}, new double[]{0.5, 0.5});

        assertThat(mismatch.pValue()).isCloseTo(1.8e-6, within(0.05e-6));
        assertThat(mismatch.suspected()).isTrue();
        assertThat(SampleRatioMismatch.of(new long[]{1000, 2010, 990}, new double[]{1, 2, 1}).suspected()).isFalse();
        assertThatThrownBy(() -> SampleRatioMismatch.of(new long[]{1}, new double[]{1}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldFindWhatStudentFound() {
        // Student (1908), The Probable Error of a Mean: hours of sleep gained, second drug minus first
        PairedRuns sleep = PairedRuns.of(1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4);

        assertThat(sleep.mean()).isCloseTo(1.58, within(1e-12));
        assertThat(sleep.standardDeviation()).isCloseTo(1.2300, within(5e-5));
        // t = 4.0621 with 9 degrees of freedom
        assertThat(sleep.pValue()).isCloseTo(0.002833, within(5e-7));
        assertThat(sleep.interval(0.95).low()).isCloseTo(0.7001, within(5e-5));
        assertThat(sleep.interval(0.95).high()).isCloseTo(2.4599, within(5e-5));
    }

    @Test
    void shouldAskForAsManyRunsAsTablesOfThePairedTestDo() {
        // Cohen (1988), Statistical Power Analysis: effect of half a deviation, 5 % two-sided, power 0.8: 34 pairs
        var runs = new PairedRuns(10, 0, 1);

        assertThat(runs.runsNeeded(0.5, 0.95, 0.8)).isBetween(33, 35);
        assertThat(runs.runsNeeded(0.5, 0.95, 0.9)).isBetween(43, 46);
    }

    @Test
    void shouldAdjustAsHolmDoes() {
        // by hand: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 raised to what stands before it
        assertThat(MultipleArms.holm(new double[]{0.01, 0.04, 0.03, 0.005})).containsExactly(0.03, 0.06, 0.06, 0.02);
        assertThat(MultipleArms.holm(new double[]{0.9, 0.8})).containsExactly(1, 1);
        assertThat(MultipleArms.allSettled(new double[]{0.02, 0.03}, 0.95)).isTrue();
        assertThat(MultipleArms.allSettled(new double[]{0.03, 0.06}, 0.95)).isFalse();
        assertThat(MultipleArms.each(0.95, 5)).isCloseTo(0.99, within(1e-12));
    }

    @Test
    void shouldComeToTheRuleOfSixteen() {
        // van Belle (2008), Statistical Rules of Thumb: 16 v / effect^2 units an arm for 80 % at 5 %; exactly 15.7
        var analysis = new PowerAnalysis(2, 0.5, 0.5, 0.95);
        double effect = 0.01;
        double arm = analysis.units(effect, 0.8) / 2;

        assertThat(arm * Math.log1p(effect) * Math.log1p(effect) / 2).isCloseTo(15.698, within(0.001));
        assertThat(analysis.power(effect, 2 * arm)).isCloseTo(0.8, within(1e-9));
        assertThat(analysis.smallestEffect(2 * arm, 0.8)).isCloseTo(effect, within(1e-9));
        // independent impressions: the variance of a binomial share
        assertThat(PowerAnalysis.ofRate(0.02, 1, 1)).isCloseTo(0.02 * 0.98 / (0.02 * 0.02), within(1e-9));
    }
}
