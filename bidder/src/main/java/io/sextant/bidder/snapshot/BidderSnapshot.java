package io.sextant.bidder.snapshot;

import io.sextant.bidder.campaign.CampaignIndex;
import java.util.List;

/**
 * Everything that a decision depends on besides the request, the time and what may be spent. Immutable; a loop reads it once a request.
 *
 * @param sequence  rises by one with every replacement
 * @param campaigns what may be bid for
 * @param arms      by arm number
 */
public record BidderSnapshot(long sequence, CampaignIndex campaigns, List<ArmState> arms) {
    public BidderSnapshot {
        arms = List.copyOf(arms);
    }

    /** Version of the catalogue: SHA-256 of its file, lower-case hex. */
    public String catalogueVersion() {
        return campaigns.catalogue().sha256();
    }

    /** Whether every arm that bids with a model has one, so that no request is refused for want of one. */
    public boolean complete() {
        for (int i = 0; i < arms.size(); i++) {
            if (!arms.get(i).complete()) {
                return false;
            }
        }
        return true;
    }
}
