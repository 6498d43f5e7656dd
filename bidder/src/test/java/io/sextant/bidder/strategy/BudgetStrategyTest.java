package io.sextant.bidder.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BudgetStrategyTest {
    private static final double EXACT = 1e-9;
    /** Prices 1 to 4, equally likely. */
    private static final PriceDistribution PRICES = PriceDistribution.of(0, 0.25, 0.25, 0.25, 0.25);

    @Test
    void shouldBidInProportionWhenLinear() {
        BudgetPlan plan = new BudgetStrategy.Linear(10).plan(new Outlook(PRICES, ValueDistribution.of(1, 3), 50, 10));
        assertThat(plan.bid(2, 50, 10)).isEqualTo(10);
        assertThat(plan.bid(3, 50, 10)).isEqualTo(15);
        assertThat(plan.bid(3, 7, 10)).isEqualTo(7);
    }

    /** A bid of 2 costs (1 + 2) / 4 an auction, one of 4 costs 10/4, one of 2.5 half of the way from 3/4 to 6/4. */
    @Test
    void shouldSpendTheBudgetWhenTheShadowPriceIsSolved() {
        var strategy = new BudgetStrategy.Lagrangian();
        ValueDistribution one = ValueDistribution.of(0.01);
        assertThat(strategy.plan(new Outlook(PRICES, one, 75, 100)).bid(0.01, 75, 100)).isEqualTo(2, within(EXACT));
        assertThat(strategy.plan(new Outlook(PRICES, one, 112.5, 100)).bid(0.01, 99, 9)).isEqualTo(2.5, within(EXACT));
        assertThat(strategy.plan(new Outlook(PRICES, one, 9_999, 100)).bid(0.01, 99, 9)).isEqualTo(4, within(EXACT));
        assertThat(strategy.plan(new Outlook(PRICES, one, 0, 100)).bid(0.01, 99, 9)).isZero();
        // Twice the value, twice the bid, but no more than the highest price and what is left.
        assertThat(strategy.plan(new Outlook(PRICES, one, 75, 100)).bid(0.02, 75, 100)).isEqualTo(4, within(EXACT));
        assertThat(strategy.plan(new Outlook(PRICES, one, 75, 100)).bid(0.02, 1.5, 100)).isEqualTo(1.5);
    }

    /** With values 1 and 3, the factor 1 bids 1 and 3: (1/4 + 6/4) / 2 an auction. */
    @Test
    void shouldCountOnValuesThatDifferWhenTheyAreKnown() {
        BudgetPlan plan = new BudgetStrategy.Lagrangian()
                .plan(new Outlook(PRICES, ValueDistribution.of(1, 3), 87.5, 100));
        assertThat(plan.bid(1, 99, 1)).isEqualTo(1, within(EXACT));
        assertThat(plan.bid(3, 99, 1)).isEqualTo(3, within(EXACT));
    }

    /**
     * Impressions of every value and price: with the shadow price, what is bought is the best that its cost can buy, which a
     * greedy choice by value per cost finds (a knapsack filled exactly).
     */
    @Test
    void shouldBuyWhatTheKnapsackWouldWhenTheShadowPriceIsHeld() {
        double[] values = {1, 2, 3, 5, 8};
        double mean = 19 / 5.0;
        for (double perValue = 0.3; perValue < 4; perValue += 0.37) {
            double cost = 0;
            double value = 0;
            double best = 0;
            List<double[]> all = new ArrayList<>();
            for (double each : values) {
                for (int price = 1; price <= 4; price++) {
                    all.add(new double[]{each, price});
                    if (Math.floor(perValue * each) >= price) {
                        cost += price;
                        value += each;
                    }
                }
            }
            all.sort((left, right) -> Double.compare(right[0] / right[1], left[0] / left[1]));
            double left = cost;
            for (double[] impression : all) {
                double part = Math.min(1, left / impression[1]);
                best += part * impression[0];
                left -= part * impression[1];
            }
            assertThat(value).as("factor %s, mean %s", perValue, mean).isEqualTo(best, within(EXACT));
        }
    }

    @Property(tries = 200, seed = "1")
    void shouldBidAsANewPlanWouldWhenTheHorizonRecedes(@ForAll @DoubleRange(min = 0, max = 500) double budget,
            @ForAll @IntRange(min = 1, max = 300) int auctions, @ForAll @DoubleRange(min = 0, max = 9) double value) {
        ValueDistribution values = ValueDistribution.of(1, 2, 6);
        BudgetPlan old = new BudgetStrategy.RecedingHorizon().plan(new Outlook(PRICES, values, 1, 1));
        BudgetPlan now = new BudgetStrategy.Lagrangian().plan(new Outlook(PRICES, values, budget, auctions));

        double bid = old.bid(value, budget, auctions);

        assertThat(bid).isEqualTo(now.bid(value, budget, auctions)).isBetween(0.0, Math.min(4, budget));
    }

    @Test
    void shouldSayWhyWhenSomethingCannotBePlanned() {
        ValueDistribution one = ValueDistribution.of(1);
        assertThatThrownBy(() -> new BudgetStrategy.Linear(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Outlook(PRICES, one, -1, 5)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Outlook(PRICES, one, 1, 0)).hasMessageContaining("0 auctions");
        assertThatThrownBy(() -> new BudgetStrategy.Dynamic(0)).hasMessageContaining("0 auctions");
        assertThatThrownBy(() -> new BudgetStrategy.Dynamic(100_000).plan(new Outlook(PRICES, one, 1e6, 100_000)))
                .hasMessageContaining("plan fewer auctions ahead");
        assertThatThrownBy(() -> new RegressedValue(0.1, 1.1)).hasMessageContaining("1.1");
    }

    @Test
    void shouldDrawPredictionsTowardsTheMeanWhenTheyAreNotReliable() {
        assertThat(new RegressedValue(0.004, 0.5).of(0.008)).isEqualTo(0.006, within(EXACT));
        assertThat(new RegressedValue(0.004, 1).of(0.008)).isEqualTo(0.008, within(EXACT));
        assertThat(new RegressedValue(0.004, 0).of(0.008)).isEqualTo(0.004, within(EXACT));
    }
}
