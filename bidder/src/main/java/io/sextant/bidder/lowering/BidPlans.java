package io.sextant.bidder.lowering;

import io.sextant.bidder.shading.ShadingCurves;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that bids are lowered by at one time. Immutable; a loop reads it once for a bid. Campaigns are found by their ids: plans
 * outlive a change of the catalogue, which numbers anew.
 *
 * @param curves   what first-price auctions are won at; null where bids are not shaded
 * @param shaded   by number of the exchange, whether its bids are shaded: one that does not tell who loses cannot be learned
 *                 from
 * @param accounts plans by campaign, and there by number of the arm; not of campaigns that bid their value
 */
record BidPlans(@Nullable ShadingCurves curves, boolean[] shaded, Map<String, AccountPlan[]> accounts) {
    static final BidPlans NONE = new BidPlans(null, new boolean[0], Map.of());

    /** An account's plan; null where it has none. */
    @Nullable
    AccountPlan account(String campaignId, int arm) {
        AccountPlan[] arms = accounts.get(campaignId);
        return arms == null ? null : arms[arm];
    }
}
