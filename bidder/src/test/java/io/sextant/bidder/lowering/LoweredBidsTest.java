package io.sextant.bidder.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.shading.ShadingConfig;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LoweredBidsTest {
    private static final long USD = 1_000_000;

    /** Ticks of a hundredth of a USD, bids of half the value up to what is left, which is 3 USD. */
    private static AccountPlan half() {
        return new AccountPlan(new OfferedValues(), 1, (value, left, _) -> Math.min(left, value / 2), USD / 100.0, 300,
                1_000, 2_000);
    }

    @Test
    void shouldBidInMoneyWhatThePlanSaysInTicks() {
        assertThat(half().bidCpmMicros(2 * USD, 50 * USD)).isEqualTo(USD);
        assertThat(half().bidCpmMicros(20 * USD, 50 * USD)).as("what is left").isEqualTo(3 * USD);
        assertThat(half().bidCpmMicros(1, 50 * USD)).isZero();
    }

    @Test
    void shouldNotHoldBackABidAtTheHighestPriceThatThePlanKnowsOf() {
        var plan = new AccountPlan(new OfferedValues(), 1, (_, _, _) -> 200, USD / 100.0, 1e9, 10, 200);

        assertThat(plan.bidCpmMicros(7 * USD, 50 * USD)).isEqualTo(7 * USD);
    }

    @Property(seed = "1")
    void shouldNeverBidMoreThanTheValueNorLessThanNothing(@ForAll @LongRange(min = 1, max = 1L << 40) long value,
            @ForAll @DoubleRange(min = 0, max = 1e6) double ticks,
            @ForAll @DoubleRange(min = 0, max = 1) double factor) {
        var plan = new AccountPlan(new OfferedValues(), factor, (_, left, _) -> Math.min(left, ticks), 1_234.5, 1e5, 10,
                100_000);

        assertThat(plan.bidCpmMicros(value, 50 * USD)).isBetween(0L, value);
    }

    @Test
    void shouldRememberTheLastValues() {
        var offered = new OfferedValues();
        assertThat(offered.sample()).isEmpty();
        for (int i = 1; i <= 3_000; i++) {
            offered.add(i);
        }

        assertThat(offered.sample()).hasSize(1_024).contains(3_000.0, 1_977.0).doesNotContain(1_976.0);
    }

    @Test
    void shouldHaveNoPlansBeforeTheFirst() {
        var maker = new PlanMaker(ShadingConfig.standard(false), PlanMakerTest.STRATEGY, AuctionsOfOneSeller.EXCHANGES,
                List.of("control"), BudgetOutlook.UNKNOWN);

        assertThat(new LoweredBids().current().account("c", 0)).isNull();
        assertThat(maker.planned()).isZero();
        assertThat(maker.shadingAuctions()).isZero();
    }
}
