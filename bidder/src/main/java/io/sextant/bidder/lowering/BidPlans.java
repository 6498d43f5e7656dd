package io.sextant.bidder.lowering;

import io.sextant.bidder.shading.ShadingCurves;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that bids are lowered by at one time. Immutable; a loop reads it once for a bid. Campaigns are found by their ids: plans
 * outlive a change of the catalogue, which numbers anew.
 */
final class BidPlans {
    static final BidPlans NONE = new BidPlans(null, new boolean[0], Map.of());

    private final @Nullable ShadingCurves curves;
    private final boolean[] shaded;
    private final Map<String, AccountPlan[]> accounts;

    /**
     * Puts them together.
     *
     * @param curves   what first-price auctions are won at; null where bids are not shaded
     * @param shaded   by number of the exchange, whether its bids are shaded: one that does not tell who loses cannot be learned
     *                 from
     * @param accounts plans by campaign, and there by number of the arm; not of campaigns that bid their value
     */
    BidPlans(@Nullable ShadingCurves curves, boolean[] shaded, Map<String, AccountPlan[]> accounts) {
        this.curves = curves;
        this.shaded = shaded;
        this.accounts = accounts;
    }

    /** What bids on an exchange are shaded by; null where they are not. */
    @Nullable
    ShadingCurves curves(int exchange) {
        return curves != null && shaded[exchange] ? curves : null;
    }

    /** Campaigns with plans. */
    int size() {
        return accounts.size();
    }

    /** An account's plan; null where it has none. */
    @Nullable
    AccountPlan account(String campaignId, int arm) {
        AccountPlan[] arms = accounts.get(campaignId);
        return arms == null ? null : arms[arm];
    }
}
