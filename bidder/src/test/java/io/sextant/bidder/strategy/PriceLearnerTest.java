package io.sextant.bidder.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PriceLearnerTest {
    private static final double EXACT = 1e-12;

    /**
     * Wins at 1, 2, 2, 4, losses with bids of 1, 3, 3. At risk: 7 at 1, 5 at 2 (a win and a loss are gone), 1 at 4 (two wins and
     * two losses more). Chances: 1/7; 6/7 of 2/5; 6/7 of 3/5 of 1.
     */
    @Test
    void shouldGiveTheProductLimitWhenLossesAreCensored() {
        var learner = new PriceLearner(10, Double.POSITIVE_INFINITY);
        learner.won(1);
        learner.won(2);
        learner.won(2);
        learner.won(4);
        learner.lost(1);
        learner.lost(3);
        learner.lost(3);

        PriceDistribution prices = learner.distribution();

        assertThat(prices.chance(1)).isEqualTo(1.0 / 7, within(EXACT));
        assertThat(prices.chance(2)).isEqualTo(6.0 / 7 * 2 / 5, within(EXACT));
        assertThat(prices.chance(3)).isZero();
        assertThat(prices.chance(4)).isEqualTo(6.0 / 7 * 3 / 5, within(EXACT));
        assertThat(learner.seen()).isEqualTo(7);
    }

    @Test
    void shouldLeaveOpenWhereThePriceLiesWhenNobodyHasBidSoMuch() {
        var learner = new PriceLearner(10, Double.POSITIVE_INFINITY);
        learner.won(3);
        learner.lost(5);
        learner.lost(5);
        learner.won(11);
        assertThat(learner.distribution().winRate(10)).isEqualTo(0.25, within(EXACT));
        assertThat(new PriceLearner(10, 5).distribution().winRate(10)).isZero();
    }

    /** Half of the bids lose; counting wins alone would put the mean far too low. */
    @Test
    void shouldFindTheTruePricesWhenBidsVary() {
        var random = new Random(7);
        var learner = new PriceLearner(100, Double.POSITIVE_INFINITY);
        for (int auction = 0; auction < 200_000; auction++) {
            int price = 1 + random.nextInt(100);
            int bid = random.nextInt(101);
            if (bid >= price) {
                learner.won(price);
            } else {
                learner.lost(bid);
            }
        }
        PriceDistribution prices = learner.distribution();
        for (int bid = 10; bid <= 90; bid += 10) {
            assertThat(prices.winRate(bid)).isEqualTo(bid / 100.0, within(0.01));
        }
        assertThat(prices.cost(100)).isEqualTo(50.5, within(0.7));
    }

    @Test
    void shouldForgetWhenPricesHaveMoved() {
        var learner = new PriceLearner(10, 100);
        for (int auction = 0; auction < 100_000; auction++) {
            learner.won(2);
        }
        for (int auction = 0; auction < 100; auction++) {
            learner.won(8);
        }
        // After as many auctions as the memory is long, the old weighs 1/e.
        assertThat(learner.distribution().chance(2)).isEqualTo(Math.exp(-1), within(1e-9));
        assertThatThrownBy(() -> new PriceLearner(0, 100)).hasMessageContaining("highest price 0");
    }
}
