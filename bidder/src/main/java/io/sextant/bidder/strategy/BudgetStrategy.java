package io.sextant.bidder.strategy;

import java.util.function.IntConsumer;

/** A way to make a budget last; each kind is a plan maker. Immutable. Planning is cold; see the kinds for what it costs. */
public sealed interface BudgetStrategy {
    /**
     * Makes a plan.
     *
     * @throws IllegalArgumentException if the outlook cannot be planned with; the message says why
     */
    BudgetPlan plan(Outlook outlook);

    /** As it is written in files and tables. */
    String label();

    /**
     * Proportional to the value, whatever is left: {@code base × value / mean value}.
     *
     * @param base bid for an impression of mean value, ticks; 0 or more
     * @implNote Perlich and others (2012), Bid optimizing and inventory scoring in targeted online advertising, §4.
     */
    record Linear(double base) implements BudgetStrategy {
        public Linear {
            if (!(base >= 0)) {
                throw new IllegalArgumentException("the base of linear bids is " + base + ", must be at least 0");
            }
        }

        /** The bids that are expected to cost the budget, if every impression had the mean value. */
        public static Linear within(Outlook outlook) {
            double mean = outlook.values().mean();
            var curve = new CostCurve(outlook.prices(), ValueDistribution.of(mean));
            return new Linear(mean * curve.bidPerValue(outlook.budget() / outlook.auctions()));
        }

        @Override
        public BudgetPlan plan(Outlook outlook) {
            double perValue = base / outlook.values().mean();
            return (value, budgetLeft, _) -> Math.min(budgetLeft, perValue * value);
        }

        @Override
        public String label() {
            return "linear";
        }
    }

    /**
     * {@code value / λ}, where λ is the shadow price of the budget: with it, the expected cost of the auctions ahead is the
     * budget. λ is solved as the plan is made and held until the next one. The best there is among bids that look at nothing
     * but the impression, if the outlook is right and the budget large.
     *
     * @implNote Maximise Σ v x subject to Σ c x ≤ B: the dual gives x = 1 where v / c ≥ λ, which in a second-price auction the
     *           bid v / λ decides without knowing c. Zhang, Yuan, Wang (2014), Optimal real-time bidding, §3, have the same
     *           dual with a curve of win rates that holds for first prices.
     */
    record Lagrangian() implements BudgetStrategy {
        @Override
        public BudgetPlan plan(Outlook outlook) {
            var curve = new CostCurve(outlook.prices(), outlook.values());
            double perValue = curve.bidPerValue(outlook.budget() / outlook.auctions());
            double highest = outlook.prices().highest();
            return (value, budgetLeft, _) -> Math.min(budgetLeft, Math.min(highest, perValue * value));
        }

        @Override
        public String label() {
            return "lagrangian";
        }
    }

    /**
     * As {@link Lagrangian}, with λ solved anew at every bid, from the budget and the auctions that are left: what was planned
     * wrongly is put right by what it has done to the budget. Model-predictive; a binary search a bid.
     */
    record RecedingHorizon() implements BudgetStrategy {
        @Override
        public BudgetPlan plan(Outlook outlook) {
            var curve = new CostCurve(outlook.prices(), outlook.values());
            double highest = outlook.prices().highest();
            return (value, budgetLeft, auctionsLeft) -> Math.min(budgetLeft,
                    Math.min(highest, curve.bidPerValue(budgetLeft / auctionsLeft) * value));
        }

        @Override
        public String label() {
            return "receding-horizon";
        }
    }

    /**
     * The best bid for each number of auctions and budget left, by dynamic programming over both. Also right where the budget
     * is a handful of wins, which a λ does not see. Planning takes auctions × budget × prices steps, and as many numbers as
     * auctions × budget; see {@link DynamicProgramme}.
     *
     * @param auctionsMax planned ahead at most; beyond, a budget is looked at in proportion. 1 or more
     */
    record Dynamic(int auctionsMax) implements BudgetStrategy {
        public Dynamic {
            if (auctionsMax < 1) {
                throw new IllegalArgumentException(auctionsMax + " auctions to plan ahead, must be at least 1");
            }
        }

        @Override
        public BudgetPlan plan(Outlook outlook) {
            return plan(outlook, _ -> {});
        }

        /**
         * Makes a plan, telling how far it is.
         *
         * @param progress told each number of auctions left that has been planned
         */
        public BudgetPlan plan(Outlook outlook, IntConsumer progress) {
            return DynamicProgramme.solve(outlook, auctionsMax, progress);
        }

        @Override
        public String label() {
            return "dynamic-programme";
        }
    }
}
