package io.sextant.bidder.spending;

import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.protocol.NoBidReason;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What the event loops see of stops and purses, by the numbers of one catalogue.
 *
 * <p>
 * Threading: immutable but for what purses and wishes are themselves; replaced whole. Its methods neither lock nor allocate.
 */
final class Permissions {
    /**
     * The accounts of one arm.
     *
     * @param purses [campaigns] null where nobody has wanted to bid yet
     * @param wishes [campaigns] the largest bid, in nanos, that was wanted without a purse; 0 for none
     */
    @SuppressWarnings("ArrayRecordComponent") // a table; nobody compares two
    record Accounts(@Nullable Purse[] purses, AtomicLongArray wishes) {}

    private final CampaignIndex campaigns;
    private final boolean[] bounded;
    private final boolean anyBounded;
    private final StopList.Stops stops;
    private final boolean[] stopped;
    private final List<Accounts> arms;

    /**
     * Puts them together.
     *
     * @param bounded [campaigns] which need a lease
     * @param stops   what is stopped
     * @param arms    by number
     */
    Permissions(CampaignIndex campaigns, boolean[] bounded, StopList.Stops stops, List<Accounts> arms) {
        this.campaigns = campaigns;
        this.bounded = bounded;
        this.stops = stops;
        this.arms = List.copyOf(arms);
        this.stopped = new boolean[campaigns.campaigns()];
        boolean any = false;
        for (int campaign = 0; campaign < stopped.length; campaign++) {
            stopped[campaign] = stops.stop(campaigns.campaign(campaign));
            any |= bounded[campaign];
        }
        this.anyBounded = any;
    }

    /** Whose numbers these are. */
    CampaignIndex campaigns() {
        return campaigns;
    }

    /** Whether every campaign may bid, of whatever catalogue. */
    boolean bindNobody() {
        return !anyBounded && stops.advertisers().isEmpty() && stops.campaigns().isEmpty();
    }

    /** Whether nothing may be bid on requests of an exchange. */
    boolean stop(String exchange) {
        return stops.everything() || stops.exchanges().contains(exchange);
    }

    boolean isBounded(int campaign) {
        return bounded[campaign];
    }

    @Nullable
    Purse purse(int arm, int campaign) {
        return arms.get(arm).purses[campaign];
    }

    /** Notes that a campaign without a purse wants to bid. */
    void wish(int arm, int campaign, long nanos) {
        AtomicLongArray wishes = arms.get(arm).wishes;
        // Of two loops at once one may be forgotten; the smaller wish is as good, and the next bid wishes again.
        if (wishes.getOpaque(campaign) < nanos) {
            wishes.setOpaque(campaign, nanos);
        }
    }

    /** Whether a campaign may enter an auction, or why not. */
    NoBidReason permit(int arm, int campaign, long decisionKey, long nowMs) {
        if (stopped[campaign]) {
            return NoBidReason.STOPPED;
        }
        Purse purse = bounded[campaign] ? purse(arm, campaign) : null;
        // Without a purse there is none to ask yet; that it is wanted shows when it wins.
        if (purse == null) {
            return NoBidReason.NONE;
        }
        purse.opportunity(decisionKey, nowMs);
        Lease lease = purse.lease(nowMs);
        if (lease == null) {
            return NoBidReason.NO_LEASE;
        }
        if (lease.isSpent()) {
            return NoBidReason.NO_BUDGET;
        }
        double pass = lease.pass();
        return pass >= 1 || Draws.uniform(decisionKey, Purpose.PACING, campaign) < pass ? NoBidReason.NONE
                : NoBidReason.PACED;
    }
}
