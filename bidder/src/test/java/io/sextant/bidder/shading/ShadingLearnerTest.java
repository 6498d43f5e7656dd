package io.sextant.bidder.shading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.apache.commons.statistics.distribution.LogNormalDistribution;
import org.junit.jupiter.api.Test;

class ShadingLearnerTest {
    private static final long VALUE = 40_000_000;
    private static final double MEDIAN = 20_000_000;
    private static final LogNormalDistribution PRICES = LogNormalDistribution.of(Math.log(MEDIAN), 0.6);
    private static final int AUCTIONS = 40_000;

    private static long price(Random random, double median) {
        return Math.round(median * Math.exp(0.6 * random.nextGaussian()));
    }

    private static ShadingLearner learner(int cells) {
        return new ShadingLearner(ShadingConfig.standard(true), cells);
    }

    @Test
    void shouldKnowThePricesThatAreTold() {
        var random = new Random(1);
        ShadingLearner learner = learner(1);

        for (int i = 0; i < AUCTIONS; i++) {
            learner.told(0, VALUE, 0, price(random, MEDIAN));
        }

        WinCurve curve = learner.curves().curve(0, VALUE);
        for (double bid = 5e6; bid < 8e7; bid *= 1.3) {
            assertThat(curve.winRate(bid)).as("bid %s", bid).isCloseTo(PRICES.cumulativeProbability(bid), within(0.02));
        }
    }

    @Test
    void shouldFindPricesFromWinsAndLossesAlone() {
        // A bid tells only on which side of it the price was.
        var random = new Random(2);
        ShadingLearner learner = learner(1);

        for (int i = 0; i < AUCTIONS; i++) {
            long bid = Math.round(VALUE * (0.1 + 0.9 * random.nextDouble()));
            if (bid > price(random, MEDIAN)) {
                learner.won(0, VALUE, bid);
            } else {
                learner.lost(0, VALUE, bid);
            }
        }

        WinCurve curve = learner.curves().curve(0, VALUE);
        for (double bid = 8e6; bid < 3.8e7; bid *= 1.2) {
            assertThat(curve.winRate(bid)).as("bid %s", bid).isCloseTo(PRICES.cumulativeProbability(bid), within(0.04));
        }
    }

    @Test
    void shouldNotTakeFloorsForRivals() {
        // Where the floor is what had to be reached, the rival was anywhere below it.
        var random = new Random(3);
        ShadingLearner learner = learner(1);

        for (int i = 0; i < AUCTIONS; i++) {
            long floor = i % 2 == 0 ? 0 : 15_000_000;
            learner.told(0, VALUE, floor, Math.max(floor, price(random, MEDIAN)));
        }

        WinCurve curve = learner.curves().curve(0, VALUE);
        for (double bid : new double[]{8e6, 1.2e7, 1.6e7, 2.5e7}) {
            assertThat(curve.winRate(bid)).as("bid %s", bid).isCloseTo(PRICES.cumulativeProbability(bid), within(0.02));
        }
    }

    @Test
    void shouldTellCellsAndValuesApart() {
        var random = new Random(4);
        ShadingLearner learner = learner(3);

        for (int i = 0; i < AUCTIONS; i++) {
            learner.told(0, VALUE, 0, price(random, MEDIAN));
            learner.told(0, VALUE / 8, 0, price(random, MEDIAN / 4));
            learner.told(1, VALUE, 0, price(random, MEDIAN / 2));
        }

        ShadingCurves curves = learner.curves();
        assertThat(curves.curve(0, VALUE).winRate(MEDIAN)).isCloseTo(0.5, within(0.02));
        assertThat(curves.curve(0, VALUE / 8).winRate(MEDIAN / 4)).isCloseTo(0.5, within(0.02));
        assertThat(curves.curve(1, VALUE).winRate(MEDIAN / 2)).isCloseTo(0.5, within(0.02));
        // Nobody has been in cell 2, nor has cell 9 been heard of: both are bid like everything together.
        assertThat(curves.curve(2, VALUE)).isSameAs(curves.curve(9, VALUE));
    }

    @Test
    void shouldFollowPricesThatChange() {
        var random = new Random(5);
        ShadingLearner learner = new ShadingLearner(new ShadingConfig(true, 0.2, 0, 1, 50, 2_000), 1);

        for (int i = 0; i < 2 * AUCTIONS; i++) {
            learner.told(0, VALUE, 0, price(random, i < AUCTIONS ? MEDIAN : 2 * MEDIAN));
        }

        assertThat(learner.curves().curve(0, VALUE).winRate(2 * MEDIAN)).isCloseTo(0.5, within(0.06));
        assertThat(learner.curves().seen()).isCloseTo(2_000, within(10.0));
    }

    @Test
    void shouldBidTheValueUntilEnoughIsKnownAndWhereverItIsNotAsked() {
        var random = new Random(6);
        ShadingLearner on = learner(1);
        ShadingLearner off = new ShadingLearner(ShadingConfig.standard(false), 1);
        assertThat(on.curves().bidCpmMicros(0, true, VALUE, 0, 0.5)).isEqualTo(VALUE);

        for (int i = 0; i < 5_000; i++) {
            long price = price(random, MEDIAN);
            on.told(0, VALUE, 0, price);
            off.told(0, VALUE, 0, price);
        }

        ShadingCurves curves = on.curves();
        assertThat(off.curves().bidCpmMicros(0, true, VALUE, 0, 0.5)).isEqualTo(VALUE);
        assertThat(curves.bidCpmMicros(0, false, VALUE, 0, 0.5)).as("second price").isEqualTo(VALUE);
        assertThat(curves.bidCpmMicros(0, true, VALUE, VALUE + 1, 0.5)).as("below the floor").isEqualTo(VALUE);
        assertThat(curves.bidCpmMicros(0, true, VALUE, 35_000_000, 0.5)).as("at the floor").isEqualTo(35_000_000);
        // The best bid by the true prices, by trying them all.
        double best = 0;
        for (double bid = 1e6; bid < VALUE; bid += 1e4) {
            best = surplus(bid) > surplus(best) ? bid : best;
        }
        double shaded = curves.bidCpmMicros(0, true, VALUE, 0, 0.5);
        assertThat(shaded).isLessThan(0.8 * VALUE);
        assertThat(surplus(shaded)).isGreaterThan(0.99 * surplus(best));
    }

    @Test
    void shouldExploreEvenlyBetweenTheLeastAndTheValue() {
        ShadingLearner learner = new ShadingLearner(new ShadingConfig(true, 0.2, 0.1, 1, 50, 1_000), 1);
        learner.told(0, VALUE, 0, 1_000_000);
        ShadingCurves curves = learner.curves();

        // By hand: 0.2 v + 0.8 v × draw / 0.1.
        assertThat(curves.bidCpmMicros(0, true, VALUE, 0, 0)).isEqualTo(8_000_000);
        assertThat(curves.bidCpmMicros(0, true, VALUE, 0, 0.05)).isEqualTo(24_000_000);
        assertThat(curves.bidCpmMicros(0, true, VALUE, 20_000_000, 0.05)).isEqualTo(30_000_000);
    }

    private static double surplus(double bid) {
        return bid <= 0 ? 0 : (VALUE - bid) * PRICES.cumulativeProbability(bid);
    }
}
