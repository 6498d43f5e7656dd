package io.sextant.bidder.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DynamicProgrammeTest {
    private static final double EXACT = 1e-12;
    private static final double[] CHANCES = {0, 0.5, 0.3, 0.2};

    private static DynamicProgramme solve(double budget, int auctions, double... values) {
        return DynamicProgramme.solve(
                new Outlook(PriceDistribution.of(CHANCES), ValueDistribution.of(values), budget, auctions), 1_000,
                _ -> {});
    }

    /**
     * Price 1 or 2, even chances, every impression worth 1. One auction: nothing with 0, a half with 1, all with 2. Two
     * auctions: with 1, bidding 1 gives 1/2 + 1/2 · 1/2 = 3/4. With 2, bidding 1 gives 1/2 (1 + 1/2) + 1/2 · 1 = 5/4, bidding 2
     * gives 1/2 (1 + 1/2) + 1/2 (1 + 0) = 5/4 too. With 3: bidding 2 gives 1/2 (1 + 1) + 1/2 (1 + 1/2) = 7/4.
     */
    @Test
    void shouldHaveTheValuesThatHandFindsWhenTheWorldIsSmall() {
        DynamicProgramme plan = DynamicProgramme.solve(
                new Outlook(PriceDistribution.of(0, 0.5, 0.5), ValueDistribution.of(1), 4, 3), 1_000, _ -> {});

        assertThat(List.of(plan.most(1, 0), plan.most(1, 1), plan.most(1, 2), plan.most(1, 4)))
                .containsExactly(0.0, 0.5, 1.0, 1.0);
        assertThat(List.of(plan.most(2, 1), plan.most(2, 2), plan.most(2, 3), plan.most(2, 4)))
                .containsExactly(0.75, 1.25, 1.75, 2.0);
        // With 2 left and one auction to come: 2 for this one loses a sure impression, and is as good.
        assertThat(plan.bid(1, 2, 2)).isEqualTo(2);
        assertThat(plan.bid(0.9, 2, 2)).isEqualTo(1);
        assertThat(plan.bid(0.4, 2, 2)).isZero();
        assertThat(plan.bid(0.4, 2, 1)).isEqualTo(2);
    }

    /** Every policy there is: 4 bids in each of the 10 states that can be reached, each policy's expectation counted out. */
    @Test
    void shouldBeAsGoodAsTheBestOfAllPoliciesWhenTheyAreTriedOneByOne() {
        int auctions = 3;
        int budget = 4;
        List<int[]> states = new ArrayList<>();
        for (int t = 1; t <= auctions; t++) {
            for (int b = t == 3 ? 4 : t == 2 ? 1 : 0; b <= budget; b++) {
                states.add(new int[]{t, b});
            }
        }
        assertThat(states).hasSize(10);
        double best = 0;
        double[][] worth = new double[auctions + 1][budget + 1];
        for (int policy = 0; policy < 1 << (2 * states.size()); policy++) {
            for (int i = 0; i < states.size(); i++) {
                int t = states.get(i)[0];
                int b = states.get(i)[1];
                int bid = Math.min(b, (policy >> (2 * i)) & 3);
                double sum = 0;
                for (int price = 1; price < CHANCES.length; price++) {
                    sum += CHANCES[price] * (bid >= price ? 1 + worth[t - 1][b - price] : worth[t - 1][b]);
                }
                worth[t][b] = sum;
            }
            best = Math.max(best, worth[auctions][budget]);
        }

        DynamicProgramme plan = solve(budget, auctions + 1, 1);

        assertThat(plan.most(auctions, budget)).isEqualTo(best, within(EXACT));
        assertThat(worthOf(plan, auctions, budget, 1)).isEqualTo(best, within(EXACT));
    }

    /** What the plan's own bids are worth, followed through every price. */
    private static double worthOf(BudgetPlan plan, int auctions, int budget, double... values) {
        if (auctions == 0) {
            return 0;
        }
        double sum = 0;
        for (double value : values) {
            double bid = plan.bid(value, budget, auctions);
            for (int price = 1; price < CHANCES.length; price++) {
                sum += CHANCES[price] / values.length * (bid >= price
                        ? value + worthOf(plan, auctions - 1, budget - price, values)
                        : worthOf(plan, auctions - 1, budget, values));
            }
        }
        return sum;
    }

    /** The best bid for each value, found by trying all. */
    private static double bestOf(int auctions, int budget, double... values) {
        if (auctions == 0) {
            return 0;
        }
        double lose = bestOf(auctions - 1, budget, values);
        double sum = 0;
        for (double value : values) {
            double best = 0;
            for (int bid = 0; bid <= Math.min(budget, 3); bid++) {
                double worth = 0;
                for (int price = 1; price < CHANCES.length; price++) {
                    worth += CHANCES[price]
                            * (bid >= price ? value + bestOf(auctions - 1, budget - price, values) : lose);
                }
                best = Math.max(best, worth);
            }
            sum += best / values.length;
        }
        return sum;
    }

    @Test
    void shouldBidTheBestForEachValueWhenValuesDiffer() {
        double[] values = {0.5, 1, 4};
        DynamicProgramme plan = solve(6, 5, values);
        for (int budget = 0; budget <= 6; budget++) {
            double best = bestOf(4, budget, values);
            assertThat(plan.most(4, budget)).isEqualTo(best, within(EXACT));
            assertThat(worthOf(plan, 4, budget, values)).isEqualTo(best, within(EXACT));
        }
        // A plan that knows of the mean only is worth no more.
        assertThat(worthOf(solve(6, 5, 5.5 / 3), 4, 6, values)).isLessThanOrEqualTo(bestOf(4, 6, values) + EXACT);
    }

    @Test
    void shouldLookAtABudgetInProportionWhenMoreAuctionsAreLeftThanPlanned() {
        DynamicProgramme plan = solve(60, 50, 1);
        assertThat(plan.bid(1, 6_000, 5_000)).isEqualTo(plan.bid(1, 60, 50));
        assertThat(plan.bid(2, 600, 1_000)).isEqualTo(plan.bid(2, 30, 50));
        // More budget than was planned: the same budget an auction.
        assertThat(plan.bid(1, 120, 50)).isEqualTo(plan.bid(1, 60, 25));
        assertThat(plan.bid(5, 0, 50)).isZero();
    }

    @Test
    void shouldValueNoBudgetMoreThanAllThereIsToBuy() {
        DynamicProgramme plan = solve(1e9, 10, 2);
        assertThat(plan.bid(0.001, 1e9, 10)).isEqualTo(3);
        assertThat(plan.most(9, 30)).isEqualTo(18, within(EXACT));
    }
}
