package io.sextant.bidder.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CostPerClickControlTest {
    private static final int AUCTIONS = 20_000;
    private static final int HIGHEST = 100;

    private record Ended(double costPerClick, long clicks) {}

    /** Prices 1 to 100; predictions spread around the mean; {@code truth} clicks for each that is predicted. */
    private static Ended run(double target, double truth, long seed) {
        var random = new Random(seed);
        var control = new CostPerClickControl(target, HIGHEST, CostPerClickControl.PART);
        CostPerClickControl.Steering steering = control.steer(AUCTIONS);
        long cost = 0;
        long clicks = 0;
        for (int auction = 0; auction < AUCTIONS; auction++) {
            if (auction % 100 == 0) {
                steering = control.steer(AUCTIONS - auction);
            }
            double pctr = 0.02 * -Math.log(1 - random.nextDouble());
            long bid = (long) Math.min(HIGHEST, steering.bid(pctr, control.account()));
            long price = 1L + random.nextInt(HIGHEST);
            boolean click = random.nextDouble() < Math.min(1, truth * pctr);
            control.offered(pctr);
            if (bid < price) {
                control.lost(bid);
                continue;
            }
            control.won(pctr, price);
            cost += price;
            if (click) {
                control.clicked();
                clicks++;
            }
            assertThat(cost).isLessThanOrEqualTo((long) (target * (clicks + 1)));
        }
        assertThat(control.account()).isEqualTo(target * (clicks + 1) - cost, within(1e-6));
        return new Ended((double) cost / (clicks + 1), clicks);
    }

    @Property(tries = 20, seed = "1")
    void shouldNeverCostMoreAClickThanTheTargetWhateverTheModelAndTheMarketDo(
            @ForAll @DoubleRange(min = 50, max = 20_000) double target,
            @ForAll @DoubleRange(min = 0, max = 3) double truth, @ForAll @LongRange(min = 0, max = 1_000) long seed) {
        Ended ended = run(target, truth, seed);
        assertThat(ended.costPerClick()).isLessThanOrEqualTo(target);
    }

    /**
     * All 20,000 impressions cost about 1,010,000 and bring 400 clicks, 2,525 each. A target of 1,500 is met, by well over half
     * of the clicks; one that all impressions together stay below buys them all.
     */
    @Test
    void shouldMeetTheTargetWhenClicksAreThere() {
        for (long seed = 0; seed < 5; seed++) {
            Ended ended = run(1_500, 1, seed);
            assertThat(ended.costPerClick()).isBetween(1_500 * 0.97, 1_500.0);
            assertThat(ended.clicks()).isGreaterThan(200);
            assertThat(run(6_000, 1, seed).clicks()).isGreaterThan(330);
        }
    }

    /** A model that promises twice the clicks makes truthful bids too high by two; the account does not care. */
    @Test
    void shouldMeetTheTargetWhenThePredictionIsWrongByTwo() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(run(2_500, 0.5, seed).costPerClick()).isBetween(2_500 * 0.95, 2_500.0);
            assertThat(run(1_000, 2, seed).costPerClick()).isBetween(1_000 * 0.95, 1_000.0);
        }
    }

    @Test
    void shouldBidLessWhenTheAccountRunsLowAndNothingWhenItIsEmpty() {
        var steering = new CostPerClickControl.Steering(40_000, 500);
        assertThat(steering.bid(0.001, 1_000)).isEqualTo(40);
        assertThat(steering.bid(0.001, 250)).isEqualTo(20);
        assertThat(new CostPerClickControl.Steering(40_000, 0).bid(0.001, 25)).isEqualTo(25);
        assertThat(steering.bid(0.001, -3)).isZero();
        assertThatThrownBy(() -> new CostPerClickControl(0, 300, 0.5)).hasMessageContaining("target");
        assertThatThrownBy(() -> new CostPerClickControl(1, 300, 0)).hasMessageContaining("part");
    }
}
