package io.sextant.bidder.lowering;

import io.sextant.bidder.campaign.AdFormat;
import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pipeline.Exchange;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.shading.ShadingConfig;
import io.sextant.bidder.shading.ShadingCurves;
import io.sextant.bidder.shading.ShadingLearner;
import io.sextant.bidder.strategy.StrategyConfig;
import io.sextant.protocol.event.BidFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Learns from how auctions ended, and makes plans of it. One owner; nothing is synchronised. The time is an argument.
 */
final class PlanMaker {
    /** Working out curves takes at most this share of the thread's time. */
    private static final int CURVES_SHARE = 10;
    private static final long CURVES_PAUSE_NS = Duration.ofSeconds(1).toNanos();
    /** Plans of so much time are made at once; accounts that had no turn come first the next time. */
    private static final long PLANNING_NS = Duration.ofMillis(200).toNanos();

    private final StrategyConfig config;
    private final Exchanges exchanges;
    private final Map<String, Integer> arms = new HashMap<>();
    private final BudgetOutlook outlook;
    private final Map<String, AdFormat> formats = new HashMap<>();

    private final @Nullable ShadingLearner shading;
    /** By exchange, whether it has told of a loss. */
    private final boolean[] tellsLosses;
    private @Nullable ShadingCurves curves;
    private boolean curvesAreOld;
    private long curvesDueNs;

    private @Nullable Catalogue catalogue;
    private Map<String, Account[]> accounts = new HashMap<>();
    private List<Account> turns = List.of();
    private int turn;

    /**
     * Knows nothing yet.
     *
     * @param arms    names by number
     * @param outlook what accounts have left
     */
    PlanMaker(ShadingConfig shading, StrategyConfig config, Exchanges exchanges, List<String> arms,
            BudgetOutlook outlook) {
        this.config = config;
        this.exchanges = exchanges;
        this.outlook = outlook;
        for (String arm : arms) {
            this.arms.put(arm, this.arms.size());
        }
        for (AdFormat format : AdFormat.values()) {
            formats.put(format.label(), format);
        }
        int count = exchanges.names().size();
        this.tellsLosses = new boolean[count];
        this.shading = shading.enabled() ? new ShadingLearner(shading, count * AdFormat.values().length) : null;
        this.curves = this.shading == null ? null : this.shading.curves();
    }

    /** Takes what is to be learned from an auction; each is to be told once. */
    void learn(AuctionOutcome outcome) {
        BidFacts bid = outcome.bid();
        Exchange exchange = exchanges.named(bid.getExchange());
        AdFormat format = formats.get(bid.getFormat());
        if (exchange == null || format == null) {
            return;
        }
        tellsLosses[exchange.number()] |= !outcome.won();
        if (shading != null && bid.getFirstPrice()) {
            shade(shading, exchange.cell(format), outcome);
            curvesAreOld = true;
        }
        Integer arm = arms.get(bid.getArm());
        Account[] ofCampaign = accounts.get(bid.getCampaignId());
        if (arm != null && ofCampaign != null) {
            ofCampaign[arm].learn(outcome);
        }
    }

    /** What was told counts only where it goes with the outcome: a price that a lost bid had reached was not the one to beat. */
    private static void shade(ShadingLearner learner, int cell, AuctionOutcome outcome) {
        BidFacts bid = outcome.bid();
        long told = outcome.minToWinCpmMicros();
        long value = outcome.valueCpmMicros();
        if (outcome.won()) {
            if (told >= 0 && told <= bid.getBidCpmMicros()) {
                learner.told(cell, value, bid.getFloorCpmMicros(), told);
            } else {
                learner.won(cell, value, bid.getBidCpmMicros());
            }
        } else if (told >= bid.getBidCpmMicros()) {
            learner.told(cell, value, bid.getFloorCpmMicros(), told);
        } else {
            learner.lost(cell, value, bid.getBidCpmMicros());
        }
    }

    /**
     * Plans anew, whatever is due.
     *
     * @param current what is bid for
     * @param nowNs   by a nano clock
     * @param clock   tells how long planning takes
     */
    @SuppressWarnings("ReferenceEquality") // this very catalogue: comparing two of fifty thousand campaigns takes long
    BidPlans plan(Catalogue current, long nowNs, LongSupplier clock) {
        if (current != catalogue) {
            catalogue = current;
            open(current);
        }
        for (int i = 0; i < turns.size() && clock.getAsLong() - nowNs < PLANNING_NS; i++) {
            turn = turn + 1 < turns.size() ? turn + 1 : 0;
            turns.get(turn).plan(nowNs);
        }
        if (shading != null && curvesAreOld && nowNs - curvesDueNs >= 0) {
            long startNs = clock.getAsLong();
            curves = shading.curves();
            curvesAreOld = false;
            curvesDueNs = nowNs + Math.max(CURVES_PAUSE_NS, CURVES_SHARE * (clock.getAsLong() - startNs));
        }
        Map<String, AccountPlan[]> plans = new HashMap<>();
        accounts.forEach((campaign, ofCampaign) -> plans.put(campaign,
                Arrays.stream(ofCampaign).map(Account::plan).toArray(AccountPlan[]::new)));
        return new BidPlans(curves, tellsLosses.clone(), plans);
    }

    /** Auctions behind the curves, old ones counting less; 0 where bids are not shaded. */
    double shadingAuctions() {
        return curves == null ? 0 : curves.seen();
    }

    /** Accounts that are bid for by a plan. */
    int planned() {
        int planned = 0;
        for (Account account : turns) {
            planned += account.plan().plan() == null ? 0 : 1;
        }
        return planned;
    }

    /** Accounts of campaigns that stay keep what they have learned. */
    private void open(Catalogue current) {
        Map<String, Account[]> next = new HashMap<>();
        List<Account> all = new ArrayList<>();
        for (Campaign campaign : current.campaigns()) {
            if (!LoweredBids.isPlanned(campaign.budget())) {
                continue;
            }
            Budget.Bidding bidding = campaign.budget().bidding();
            Account[] before = accounts.get(campaign.id());
            Account[] ofCampaign = new Account[arms.size()];
            for (int arm = 0; arm < ofCampaign.length; arm++) {
                ofCampaign[arm] = before != null && before[arm].bidding() == bidding ? before[arm]
                        : new Account(config, bidding, campaign.id(), arm, outlook);
                all.add(ofCampaign[arm]);
            }
            next.put(campaign.id(), ofCampaign);
        }
        accounts = next;
        turns = all;
        turn = 0;
    }
}
