package io.sextant.bidder.lowering;

import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.lowering.BudgetOutlook.Left;
import io.sextant.bidder.strategy.BudgetPlan;
import io.sextant.bidder.strategy.BudgetStrategy;
import io.sextant.bidder.strategy.Outlook;
import io.sextant.bidder.strategy.PriceLearner;
import io.sextant.bidder.strategy.StrategyConfig;
import io.sextant.bidder.strategy.ValueDistribution;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is known of one campaign in one arm, and how it bids. One owner; nothing is synchronised, but for the sample of values. */
final class Account {
    /** Values below this many are not worth quantiles. */
    private static final int VALUES_MIN = 100;
    private static final int POINTS = 32;
    /** Room above the highest value, so that a few higher ones do not change the ticks. */
    private static final double HEADROOM = 2;
    /** Ticks that are so many times too coarse are made anew, and what was learned in them is lost. */
    private static final double TOO_COARSE = 16;
    private static final long TABLE_PAUSE_NS = Duration.ofMinutes(1).toNanos();
    /** Seconds after which an auction heard of counts for 1/e of a new one. */
    private static final double FADING_S = 600;
    private static final double NANOS = 1e9;

    private final StrategyConfig config;
    private final Budget.Bidding bidding;
    private final String campaignId;
    private final int arm;
    private final BudgetOutlook outlook;
    private final OfferedValues offered = new OfferedValues();

    private @Nullable PriceLearner prices;
    private double tickCpmMicros;
    private AccountPlan plan = AccountPlan.listening(offered, 1);
    private long plannedNs;

    private long lookedNs;
    private boolean hasLooked;
    private long candidaciesBefore;
    private double candidacies;
    private double heard;

    Account(StrategyConfig config, Budget.Bidding bidding, String campaignId, int arm, BudgetOutlook outlook) {
        this.config = config;
        this.bidding = bidding;
        this.campaignId = campaignId;
        this.arm = arm;
        this.outlook = outlook;
    }

    Budget.Bidding bidding() {
        return bidding;
    }

    /** What is bid by now. */
    AccountPlan plan() {
        return plan;
    }

    /** An auction has ended. */
    void learn(AuctionOutcome outcome) {
        heard++;
        if (prices == null) {
            return;
        }
        if (outcome.won()) {
            // Where nobody told the price, it is not above the bid.
            long price = outcome.priceCpmMicros() >= 0 ? outcome.priceCpmMicros() : outcome.bid().getBidCpmMicros();
            prices.won(Math.round(price / tickCpmMicros));
        } else {
            prices.lost((long) (outcome.bid().getBidCpmMicros() / tickCpmMicros));
        }
    }

    /** Plans anew, from what is left and what has been learned. */
    void plan(long nowNs) {
        Left left = outlook.left(campaignId, arm);
        if (left == null) {
            plan = AccountPlan.listening(offered, 1);
            return;
        }
        look(left, nowNs);
        double[] values = offered.sample();
        if (bidding == Budget.Bidding.VALUE || values.length < VALUES_MIN || !scaled(values)) {
            plan = AccountPlan.listening(offered, left.bidFactor());
            return;
        }
        PriceLearner learner = prices;
        double auctions = left.auctions() * (candidacies > 0 ? Math.min(1, heard / candidacies) : 0);
        if (learner == null || learner.seen() < config.auctionsMin() || auctions < 1) {
            plan = AccountPlan.listening(offered, left.bidFactor());
            return;
        }
        double budget = left.budgetNanos() / tickCpmMicros;
        BudgetPlan newest = plan.plan();
        if (newest == null || bidding != Budget.Bidding.DYNAMIC_PROGRAMME || nowNs - plannedNs >= TABLE_PAUSE_NS) {
            newest = plan(learner, values, budget, auctions);
            plannedNs = nowNs;
        }
        plan = new AccountPlan(offered, left.bidFactor(), newest, tickCpmMicros, budget, auctions, config.ticks());
    }

    /**
     * Counts the impressions with a candidate and those whose auction was heard of, both at this bidder and fading alike. Their
     * ratio turns impressions to come into auctions of the kind that prices are learned from: those in which the candidate was the
     * best one, and whose end the exchange tells.
     */
    private void look(Left left, long nowNs) {
        if (hasLooked) {
            double keep = Math.exp(-(nowNs - lookedNs) / NANOS / FADING_S);
            heard *= keep;
            // A new day counts from 0.
            candidacies = candidacies * keep + (left.candidacies() >= candidaciesBefore
                    ? left.candidacies() - candidaciesBefore
                    : left.candidacies());
        } else {
            heard = 0;
        }
        hasLooked = true;
        lookedNs = nowNs;
        candidaciesBefore = left.candidacies();
    }

    /** Whether there are ticks that the values fit in; sets them where there are none yet. */
    private boolean scaled(double[] values) {
        double highest = Arrays.stream(values).max().orElseThrow();
        double reach = tickCpmMicros * config.ticks();
        if (prices == null || highest > reach || highest * HEADROOM * TOO_COARSE < reach) {
            tickCpmMicros = highest * HEADROOM / config.ticks();
            prices = new PriceLearner(config.ticks(), config.memory());
            plan = AccountPlan.listening(offered, 1);
            return false;
        }
        return true;
    }

    private BudgetPlan plan(PriceLearner learner, double[] values, double budget, double auctions) {
        double[] inTicks = Arrays.stream(values).map(value -> value / tickCpmMicros).toArray();
        var ahead = new Outlook(learner.distribution(), ValueDistribution.quantiles(inTicks, POINTS), budget,
                (int) Math.min(Integer.MAX_VALUE, auctions));
        BudgetStrategy strategy = switch (bidding) {
            case LINEAR -> BudgetStrategy.Linear.within(ahead);
            case LAGRANGIAN -> new BudgetStrategy.Lagrangian();
            case RECEDING_HORIZON -> new BudgetStrategy.RecedingHorizon();
            case DYNAMIC_PROGRAMME -> new BudgetStrategy.Dynamic(config.horizon());
            case VALUE -> throw new IllegalStateException("a campaign that bids its value needs no plan");
        };
        return strategy.plan(ahead);
    }
}
