package io.sextant.bidder.lowering;

import io.sextant.protocol.event.BidFacts;

/**
 * How an auction ended, as a notice tells.
 *
 * @param bid               what was bid
 * @param won               whether the bid won; if not, a higher one did
 * @param priceCpmMicros    what was paid, micros of USD per thousand impressions; -1 where it was lost or not told
 * @param minToWinCpmMicros what a bid had to reach to win, in the same unit; -1 where it was not told
 */
public record AuctionOutcome(BidFacts bid, boolean won, long priceCpmMicros, long minToWinCpmMicros) {
    /** What is not told. */
    public static final long UNTOLD = -1;

    private static final int LOST_TO_HIGHER_BID = 102;
    private static final int LOST_TO_DEAL = 103;

    /** What the impression was worth to the bid. */
    long valueCpmMicros() {
        return bid.getValueCpmMicros() > 0 ? bid.getValueCpmMicros() : bid.getBidCpmMicros();
    }

    /**
     * Whether a loss with this reason says that somebody bid more: a bid that the exchange filtered, or that came too late, says
     * nothing about prices.
     *
     * @param reason OpenRTB loss reason code; 0 where none was given, which is taken for a higher bid
     */
    public static boolean isHigherBid(int reason) {
        return reason == 0 || reason == LOST_TO_HIGHER_BID || reason == LOST_TO_DEAL;
    }
}
