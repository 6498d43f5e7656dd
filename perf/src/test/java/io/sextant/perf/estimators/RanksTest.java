package io.sextant.perf.estimators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RanksTest {
    /** Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 - 6 · 4 / (5 · 24) = 0.8. */
    @Test
    void shouldCorrelateRanksAndNotValues() {
        assertThat(Ranks.spearman(new double[]{1, 10, 100, 1_000, 1e6}, new double[]{-3, -4, 0.5, 0.1, 9}))
                .isCloseTo(0.8, within(1e-12));
    }

    /** Ranks 1.5 1.5 3 against 1 2 3: Pearson's of those is 1.5 / √(1.5 · 2). */
    @Test
    void shouldGiveTiesTheirMeanRank() {
        assertThat(Ranks.spearman(new double[]{7, 7, 8}, new double[]{1, 2, 3})).isCloseTo(1.5 / Math.sqrt(3),
                within(1e-12));
        assertThat(Ranks.spearman(new double[]{7, 7, 7}, new double[]{1, 2, 3})).isNaN();
        assertThat(Ranks.spearman(new double[]{1, 2}, new double[]{1, 2})).isNaN();
    }

    /** Two strata of ten that rise inside and of which the one lies below the other. */
    @Test
    void shouldNotMindWhatSetsStrataApart() {
        double[] a = new double[20];
        double[] b = new double[20];
        int[] strata = new int[20];
        for (int i = 0; i < 20; i++) {
            strata[i] = i / 10;
            a[i] = i % 10;
            b[i] = i % 10 - 100.0 * strata[i];
        }

        assertThat(Ranks.spearmanWithin(a, b, strata)).isCloseTo(1, within(1e-12));
        assertThat(Ranks.spearman(a, b)).isLessThan(0.5);
    }

    @Test
    void shouldMakeStrataOfEquallyManyByRisingValue() {
        assertThat(Ranks.strata(new double[]{5, 1, 4, 2, 3, 0}, 3)).containsExactly(2, 0, 2, 1, 1, 0);
        assertThat(Ranks.members(new int[]{2, 0, 2}, 2)).containsExactly(0, 2);
        assertThat(Ranks.pick(new double[]{5, 1, 4}, new int[]{0, 2})).containsExactly(5, 4);
    }
}
