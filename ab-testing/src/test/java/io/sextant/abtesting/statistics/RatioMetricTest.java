package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RatioMetricTest {
    @Test
    void shouldComputeWhatIsComputedByHand() {
        // clicks 1, 0, 2 of impressions 2, 3, 5: R = 0.3; y - R x = 0.4, -0.9, 0.5, variance 0.61; mean impressions 10/3
        var arm = new UnitMoments(2);
        arm.add(1, 2);
        arm.add(0, 3);
        arm.add(2, 5);

        Estimate ctr = new RatioMetric(0, 1).of(arm);
        assertThat(ctr.value()).isCloseTo(0.3, within(1e-15));
        assertThat(ctr.standardError()).isCloseTo(Math.sqrt(0.61 / 3) * 3 / 10, within(1e-15));
        // a mean over users is the mean, with the error of a mean
        Estimate clicksAUser = new RatioMetric(0, RatioMetric.UNITS).of(arm);
        assertThat(clicksAUser.value()).isCloseTo(1, within(1e-15));
        assertThat(clicksAUser.standardError()).isCloseTo(Math.sqrt(1.0 / 3), within(1e-15));
    }

    @Test
    void shouldGiveTheSameWhenUnitsAreMerged() {
        var units = new SimulatedUnits(1, 0.1);
        var all = new UnitMoments(4);
        var first = new UnitMoments(4);
        var second = new UnitMoments(4);
        for (int i = 0; i < 1000; i++) {
            double[] unit = units.next();
            all.add(unit);
            (i < 137 ? first : second).add(unit);
        }

        UnitMoments merged = first.plus(second);

        assertThat(merged.units()).isEqualTo(1000);
        for (int i = 0; i < 4; i++) {
            assertThat(merged.mean(i)).isCloseTo(all.mean(i), within(1e-12));
            for (int j = 0; j < 4; j++) {
                assertThat(merged.covariance(i, j)).isCloseTo(all.covariance(i, j), within(1e-11));
            }
        }
        assertThat(new UnitMoments(4).plus(new UnitMoments(4)).units()).isZero();
    }

    @Test
    void shouldHoldTheTruthAsOftenAsItsIntervalsSay() {
        int held = 0;
        int tooSure = 0;
        int runs = 2000;
        for (int run = 0; run < runs; run++) {
            var units = new SimulatedUnits(run, 0.1);
            UnitMoments arm = units.arm(600);
            Estimate ctr = SimulatedUnits.CTR.of(arm);
            var interval = ctr.interval(0.95);
            held += interval.low() <= units.trueCtr() && units.trueCtr() <= interval.high() ? 1 : 0;
            // what treats impressions as independent of each other
            double impressions = arm.mean(1) * arm.units();
            var naive = new Estimate(ctr.value(), Math.sqrt(ctr.value() * (1 - ctr.value()) / impressions))
                    .interval(0.95);
            tooSure += naive.low() > units.trueCtr() || units.trueCtr() > naive.high() ? 1 : 0;
        }

        // 0.95 within three deviations of the share of so many runs, sqrt(0.95 x 0.05 / 2000) = 0.005
        assertThat((double) held / runs).isBetween(0.935, 0.965);
        assertThat((double) tooSure / runs).isGreaterThan(0.08);
    }

    @Test
    void shouldAgreeWithTheBootstrap() {
        var treatment = new SimulatedUnits(5, 0.11);
        var control = new SimulatedUnits(6, 0.1);
        int users = 3000;
        var moments = new UnitMoments[]{new UnitMoments(4), new UnitMoments(4)};
        var columns = new double[4][users];
        for (int i = 0; i < users; i++) {
            double[] one = treatment.next();
            double[] other = control.next();
            moments[0].add(one);
            moments[1].add(other);
            columns[0][i] = one[0];
            columns[1][i] = one[1];
            columns[2][i] = other[0];
            columns[3][i] = other[1];
        }

        Estimate delta = SimulatedUnits.CTR.relative(moments[0], moments[1]);
        var interval = delta.interval(0.95);
        var bootstrap = new UnitBootstrap(2000, 7).relative(new UnitBootstrap.Units(columns[0], columns[1]),
                new UnitBootstrap.Units(columns[2], columns[3]), 0.95);

        // percentiles of 2,000 draws are good to a tenth of a standard error
        assertThat(bootstrap.low()).isCloseTo(interval.low(), within(0.15 * delta.standardError()));
        assertThat(bootstrap.high()).isCloseTo(interval.high(), within(0.15 * delta.standardError()));
        assertThat(bootstrap).isEqualTo(new UnitBootstrap(2000, 7).relative(
                new UnitBootstrap.Units(columns[0], columns[1]), new UnitBootstrap.Units(columns[2], columns[3]),
                0.95));
    }
}
