package io.sextant.bidder.shading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class WinCurveTest {
    private static final double TOP = 64_000_000;

    /** Prices spread evenly from 0 to TOP: the chance of a cell is its width. */
    private static WinCurve even() {
        double[] chances = new double[PriceGrid.EDGES];
        for (int cell = 0; cell + 1 < chances.length; cell++) {
            chances[cell] = Math.max(0, Math.min(TOP, PriceGrid.price(cell + 1)) - PriceGrid.price(cell)) / TOP;
        }
        return new WinCurve(chances);
    }

    @Test
    void shouldBidHalfTheValueWherePricesAreEven() {
        // (v - b) b / TOP is highest at v / 2.
        WinCurve curve = even();

        assertThat(curve.winRate(16_000_000)).isCloseTo(0.25, within(1e-9));
        assertThat(curve.bid(20_000_000, 0)).isCloseTo(10_000_000, within(1.0));
        assertThat(curve.bid(3_000_000, 0)).isCloseTo(1_500_000, within(1.0));
    }

    @Test
    void shouldNotGoBelowTheLeastBid() {
        assertThat(even().bid(20_000_000, 12_345_678)).isEqualTo(12_345_678);
    }

    @Test
    void shouldBidTheValueWhereNoBidWins() {
        double[] chances = new double[PriceGrid.EDGES];
        chances[PriceGrid.EDGES - 1] = 1;

        assertThat(new WinCurve(chances).bid(5_000_000, 0)).isEqualTo(5_000_000);
    }

    @Property(tries = 200, seed = "1")
    void shouldFindNoBetterBidByTryingThemAll(@ForAll @DoubleRange(min = 2_000, max = 2e9) double value,
            @ForAll @DoubleRange(min = 0, max = 1) double leastShare, @ForAll long seed) {
        var random = new Random(seed);
        double[] chances = random.doubles(PriceGrid.EDGES).map(u -> u * u).toArray();
        double sum = Arrays.stream(chances).sum();
        WinCurve curve = new WinCurve(Arrays.stream(chances).map(chance -> chance / sum).toArray());
        double least = leastShare * value;

        double bid = curve.bid(value, least);

        assertThat(bid).isBetween(least, value);
        double surplus = (value - bid) * curve.winRate(bid);
        for (int i = 0; i <= 500; i++) {
            double other = least + (value - least) * i / 500;
            assertThat((value - other) * curve.winRate(other)).isLessThanOrEqualTo(surplus * (1 + 1e-9) + 1e-6);
        }
    }

    @Property(tries = 200, seed = "1")
    void shouldFindThePriceInItsCell(@ForAll @DoubleRange(min = 0, max = 1e10) double price) {
        int cell = PriceGrid.cell(price);

        assertThat(PriceGrid.price(cell)).isLessThanOrEqualTo(price);
        if (cell + 1 < PriceGrid.EDGES) {
            assertThat(PriceGrid.price(cell + 1)).isGreaterThan(price);
        }
    }
}
