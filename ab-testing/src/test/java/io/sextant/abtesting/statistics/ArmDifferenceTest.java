package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What tests of two arms say over thousands of experiments whose truth is known. */
class ArmDifferenceTest {
    private static final int RUNS = 2000;
    private static final int USERS = 500;
    private static final double RATE = 0.1;

    @Test
    void shouldFindADifferenceInOneOfTwentyWhenThereIsNone() {
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            var units = new SimulatedUnits(run, RATE);
            found += SimulatedUnits.CTR.relative(units.arm(USERS), units.arm(USERS)).pValue() < 0.05 ? 1 : 0;
        }

        assertThat((double) found / RUNS).isBetween(0.035, 0.065);
    }

    @Test
    void shouldFindADifferenceInAtMostOneOfTwentyWhenThereIsNoneAndSomebodyLooksAllTheTime() {
        int found = 0;
        int foundByPeeking = 0;
        for (int run = 0; run < RUNS; run++) {
            var units = new SimulatedUnits(run, RATE);
            var test = new SequentialTest(0.1, 0.95);
            var arms = new UnitMoments[]{new UnitMoments(4), new UnitMoments(4)};
            boolean settled = false;
            boolean peeked = false;
            for (int user = 0; user < 2 * USERS; user++) {
                arms[user % 2].add(units.next());
                if (user >= 100) {
                    Estimate difference = SimulatedUnits.CTR.relative(arms[0], arms[1]);
                    settled |= test.look(difference);
                    peeked |= difference.pValue() < 0.05;
                }
            }
            found += settled ? 1 : 0;
            foundByPeeking += peeked ? 1 : 0;
            assertThat(settled).isEqualTo(test.pValue() < 0.05);
            // the interval lets go of 0 when the test does
            assertThat(settled).isEqualTo(test.interval().low() > 0 || test.interval().high() < 0);
        }

        assertThat((double) found / RUNS).isLessThanOrEqualTo(0.05);
        // what the fixed-horizon test does to those who peek
        assertThat((double) foundByPeeking / RUNS).isGreaterThan(0.2);
    }

    @Test
    void shouldFindWhatIsThereSoonerThanPlannedWhenItIsLarge() {
        int found = 0;
        long looks = 0;
        for (int run = 0; run < 200; run++) {
            var treatment = new SimulatedUnits(run, RATE * 1.6);
            var control = new SimulatedUnits(run + 1_000_000, RATE);
            var test = new SequentialTest(0.2, 0.95);
            var arms = new UnitMoments[]{new UnitMoments(4), new UnitMoments(4)};
            for (int user = 0; user < 1000; user++) {
                arms[0].add(treatment.next());
                arms[1].add(control.next());
                looks++;
                if (user > 50 && test.look(SimulatedUnits.CTR.relative(arms[0], arms[1]))) {
                    found++;
                    break;
                }
            }
        }

        assertThat(found).isGreaterThan(195);
        assertThat(looks / 200.0).isLessThan(600);
    }

    @Test
    void shouldFindADifferenceAsOftenAsPredicted() {
        double effect = 0.15;
        var pilot = new SimulatedUnits(99, RATE);
        Estimate ctr = SimulatedUnits.CTR.of(pilot.arm(200_000));
        double relativeVariance = 200_000 * ctr.standardError() * ctr.standardError() / (ctr.value() * ctr.value());
        var analysis = new PowerAnalysis(relativeVariance, 0.5, 0.5, 0.95);
        int users = (int) Math.ceil(analysis.units(effect, 0.8) / 2);

        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            UnitMoments treatment = new SimulatedUnits(2L * run, RATE * (1 + effect)).arm(users);
            UnitMoments control = new SimulatedUnits(2L * run + 1, RATE).arm(users);
            Estimate difference = SimulatedUnits.CTR.relative(treatment, control);
            found += difference.pValue() < 0.05 && difference.value() > 0 ? 1 : 0;
        }

        // three deviations of a share of 2,000 runs are 0.027; the cut of the tastes takes a little of the effect
        assertThat((double) found / RUNS).isBetween(0.765, 0.835);
    }

    @Test
    void shouldNarrowTheDifferenceByWhatThePastExplainsAndKeepItsMiddle() {
        var cuped = new Cuped(SimulatedUnits.CTR, SimulatedUnits.PAST_CTR);
        double plain = 0;
        double adjusted = 0;
        int found = 0;
        double explained = 0;
        int runs = 1000;
        for (int run = 0; run < runs; run++) {
            var units = new SimulatedUnits(run, RATE);
            UnitMoments treatment = units.arm(USERS);
            UnitMoments control = units.arm(USERS);
            Estimate difference = cuped.difference(treatment, control);
            double raw = SimulatedUnits.CTR.of(treatment).minus(SimulatedUnits.CTR.of(control)).value();
            plain += raw * raw;
            adjusted += difference.value() * difference.value();
            found += difference.pValue() < 0.05 ? 1 : 0;
            explained += cuped.varianceExplained(treatment, control) / runs;
        }

        // the variance over runs falls by what each run says it does
        assertThat(explained).isBetween(0.05, 0.6);
        assertThat(1 - adjusted / plain).isCloseTo(explained, within(0.08));
        assertThat((double) found / runs).isBetween(0.03, 0.07);
        var constant = new UnitMoments(4);
        constant.add(1, 2, 0, 1);
        constant.add(0, 2, 0, 1);
        assertThatThrownBy(() -> cuped.difference(constant, constant)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same for all units");
    }
}
