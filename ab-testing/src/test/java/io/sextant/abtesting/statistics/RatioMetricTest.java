package io.sextant.abtesting.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.simulation.SimulatedUnits;
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
        var all = new UnitMoments(SimulatedUnits.COLUMNS);
        var first = new UnitMoments(SimulatedUnits.COLUMNS);
        var second = new UnitMoments(SimulatedUnits.COLUMNS);
        for (int i = 0; i < 1000; i++) {
            double[] unit = units.next();
            all.add(unit);
            (i < 137 ? first : second).add(unit);
        }

        UnitMoments merged = first.plus(second);

        assertThat(merged.units()).isEqualTo(1000);
        for (int i = 0; i < SimulatedUnits.COLUMNS; i++) {
            assertThat(merged.mean(i)).isCloseTo(all.mean(i), within(1e-12));
            for (int j = 0; j < SimulatedUnits.COLUMNS; j++) {
                assertThat(merged.covariance(i, j)).isCloseTo(all.covariance(i, j), within(1e-11));
            }
        }
        assertThat(new UnitMoments(SimulatedUnits.COLUMNS).plus(new UnitMoments(SimulatedUnits.COLUMNS)).units())
                .isZero();
    }

    @Test
    void shouldAgreeWithTheBootstrap() {
        var treatment = new SimulatedUnits(5, 0.11);
        var control = new SimulatedUnits(6, 0.1);
        int users = 3000;
        var moments = new UnitMoments[]{new UnitMoments(SimulatedUnits.COLUMNS),
            new UnitMoments(SimulatedUnits.COLUMNS)};
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
