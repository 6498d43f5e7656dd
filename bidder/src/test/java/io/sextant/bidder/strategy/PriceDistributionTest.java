package io.sextant.bidder.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PriceDistributionTest {
    private static final double EXACT = 1e-12;

    /** Prices 0, 1, 2, 4 seen 1, 2, 3, 4 times. */
    @Test
    void shouldWinAndPayWhatHandCountsWhenCountsAreGiven() {
        PriceDistribution prices = PriceDistribution.ofCounts(List.of(1L, 2L, 3L, 0L, 4L));

        assertThat(prices.winRate(0)).isEqualTo(0.1, within(EXACT));
        assertThat(prices.winRate(2)).isEqualTo(0.6, within(EXACT));
        assertThat(prices.cost(2)).isEqualTo((2 * 1 + 3 * 2) / 10.0, within(EXACT));
        // What lies on 4 is taken to lie evenly between 3 and 4.
        assertThat(prices.winRate(3.5)).isEqualTo(0.6 + 0.5 * 0.4, within(EXACT));
        assertThat(prices.cost(1_000)).isEqualTo((2 + 6 + 16) / 10.0, within(EXACT));
        assertThat(prices.winRate(-1)).isEqualTo(0.1, within(EXACT));
    }

    @Test
    void shouldRefuseWhatIsNoDistribution() {
        assertThatThrownBy(() -> PriceDistribution.of(0.6, 0.6)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.2");
        assertThatThrownBy(() -> PriceDistribution.of(-0.1)).hasMessageContaining("-0.1");
        assertThatThrownBy(PriceDistribution::of).hasMessageContaining("at least one price");
        assertThatThrownBy(() -> PriceDistribution.ofCounts(List.of(0L, 0L))).hasMessageContaining("sum to 0");
    }

    @Test
    void shouldKeepTheMeanWhenValuesAreThinnedOut() {
        ValueDistribution values = ValueDistribution.quantiles(new double[]{9, 1, 2, 3, 5, 4}, 3);
        assertThat(values.size()).isEqualTo(3);
        assertThat(values.point(0)).isEqualTo(1.5);
        assertThat(values.point(2)).isEqualTo(7);
        assertThat(values.mean()).isEqualTo(4, within(EXACT));
        assertThatThrownBy(() -> ValueDistribution.of(0, 0)).hasMessageContaining("above 0");
    }
}
