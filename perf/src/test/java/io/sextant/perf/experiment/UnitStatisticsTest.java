package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnitStatisticsTest {
    private static SortedMap<Long, double[]> units(long seed, int count, double rate) {
        var random = new SplittableRandom(seed);
        SortedMap<Long, double[]> units = new TreeMap<>();
        for (long unit = 0; unit < count; unit++) {
            double[] sums = new double[UnitStatistics.COLUMNS];
            int wins = 1 + random.nextInt(5);
            for (int i = 0; i < wins; i++) {
                sums[UnitStatistics.WINS]++;
                sums[UnitStatistics.CLICKS] += random.nextDouble() < rate ? 1 : 0;
                sums[UnitStatistics.SPEND] += random.nextDouble();
            }
            units.put(unit, sums);
        }
        return units;
    }

    private static UnitComparison ctr(SortedMap<Long, double[]> arm, SortedMap<Long, double[]> control,
            boolean paired) {
        return UnitStatistics.compare("online", "arm", arm, "control", control, paired).getFirst();
    }

    @Test
    void shouldFindNoDifferenceAtAllBetweenAnArmAndItself() {
        SortedMap<Long, double[]> units = units(1, 500, 0.2);

        UnitComparison found = ctr(units, units, true);

        assertThat(found.difference()).isZero();
        assertThat(found.high() - found.low()).isZero();
        assertThat(found.significant()).isFalse();
        assertThat(found.metric()).isEqualTo("ctr");
    }

    /** Independent units: seen in pairs or apart, the same error. */
    @Test
    void shouldAgreeWithTheUnpairedErrorWhereArmsAreIndependent() {
        SortedMap<Long, double[]> arm = units(2, 4_000, 0.2);
        SortedMap<Long, double[]> control = units(3, 4_000, 0.2);

        UnitComparison paired = ctr(arm, control, true);
        UnitComparison apart = ctr(arm, control, false);

        assertThat(paired.difference()).isCloseTo(apart.difference(), within(1e-12));
        assertThat((paired.high() - paired.low()) / (apart.high() - apart.low())).isCloseTo(1, within(0.05));
    }

    @Test
    void shouldBeMuchSurerWhereArmsBoughtNearlyTheSame() {
        SortedMap<Long, double[]> control = units(4, 4_000, 0.2);
        SortedMap<Long, double[]> arm = new TreeMap<>();
        control.forEach((unit, sums) -> arm.put(unit, sums.clone()));
        Objects.requireNonNull(arm.get(7L))[UnitStatistics.CLICKS]++;

        UnitComparison paired = ctr(arm, control, true);
        UnitComparison apart = ctr(arm, control, false);

        assertThat(paired.high() - paired.low()).isLessThan(0.1 * (apart.high() - apart.low()));
    }
}
