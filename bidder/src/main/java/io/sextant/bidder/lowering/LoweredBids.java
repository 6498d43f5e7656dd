package io.sextant.bidder.lowering;

import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.pipeline.BidLowering;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Exchange;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.shading.ShadingCurves;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;

/**
 * Lowers bids by the newest plans: first to what the campaign's strategy says, then, in first-price auctions, by shading. Until
 * there are plans every bid is its value.
 *
 * <p>
 * Threading: thread-safe; a bid is one volatile read and some arithmetic, and allocates nothing.
 */
public final class LoweredBids implements BidLowering {
    private volatile BidPlans plans = BidPlans.NONE;

    /** Bids by these from now on. */
    void follow(BidPlans newest) {
        plans = newest;
    }

    /** What is bid by now. */
    BidPlans current() {
        return plans;
    }

    /** Whether a campaign's bids depend on its account. */
    static boolean isPlanned(Budget budget) {
        return budget.bidding() != Budget.Bidding.VALUE || budget.targetCpcMicros() > 0;
    }

    @Override
    public long bidCpmMicros(BidScratch decision, Impression impression, Campaign campaign, boolean firstPrice,
            long valueCpmMicros, long floorCpmMicros) {
        BidPlans now = plans;
        long most = valueCpmMicros;
        if (isPlanned(campaign.budget())) {
            AccountPlan account = now.account(campaign.id(), decision.armNumber());
            most = account == null ? valueCpmMicros
                    : account.bidCpmMicros(valueCpmMicros, campaign.bidCapCpmMicros());
        }
        Exchange exchange = decision.exchange();
        if (!firstPrice || most <= 0 || exchange == null) {
            return most;
        }
        ShadingCurves curves = now.curves(exchange.number());
        if (curves == null) {
            return most;
        }
        return curves.bidCpmMicros(exchange.cell(impression.format()), true, valueCpmMicros, most, floorCpmMicros,
                Draws.uniform(impression.decisionKey(), Purpose.SHADING, 0));
    }
}
