package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.Campaign;

/**
 * Makes less of the best candidate's bid than the impression is worth: what its campaign's budget and, in first-price auctions,
 * the rivals' prices suggest. Whatever it is decided by is neither in the request nor in the snapshot, so its answer is logged.
 *
 * <p>
 * Threading: called by all event loops at once; neither waits nor allocates.
 */
@FunctionalInterface
public interface BidLowering {
    /** Every bid is what the impression is worth. */
    BidLowering NONE = (_, _, _, _, valueCpmMicros, _) -> valueCpmMicros;

    /**
     * The bid for an impression.
     *
     * @param decision       the request's, with arm and exchange
     * @param impression     the one that is decided on
     * @param campaign       of the candidate
     * @param firstPrice     whether the winner pays its bid
     * @param valueCpmMicros what the impression is worth after margin and modifier, no more than the campaign's cap; micros of USD
     *                       per 1000 impressions, above 0
     * @param floorCpmMicros lowest bid that is accepted, in the same unit; 0 for none
     * @return 0 or more, at most the campaign's cap; one below the floor is no bid
     */
    long bidCpmMicros(BidScratch decision, Impression impression, Campaign campaign, boolean firstPrice,
            long valueCpmMicros, long floorCpmMicros);
}
