package io.sextant.bidder.lowering;

import io.sextant.protocol.event.BidFacts;

/** Hears how auctions ended. Called by event loops: neither waits nor throws. */
public interface OutcomeSink {
    /** Wants to hear of nothing. */
    OutcomeSink NONE = new OutcomeSink() {
        @Override
        public void won(BidFacts bid, long priceCpmMicros, long minToWinCpmMicros) {
            // Nobody asks.
        }

        @Override
        public void lost(BidFacts bid, int reason, long minToWinCpmMicros) {
            // Nobody asks.
        }
    };

    /**
     * A bid has won; may be told of the same bid again.
     *
     * @param priceCpmMicros    what is paid, micros of USD per thousand impressions; -1 where it was not told
     * @param minToWinCpmMicros minimum bid to win, in the same unit; -1 where it was not told
     */
    void won(BidFacts bid, long priceCpmMicros, long minToWinCpmMicros);

    /**
     * A bid has lost; may be told of the same bid again.
     *
     * @param reason            OpenRTB loss reason code; 0 where none was given
     * @param minToWinCpmMicros as of {@link #won}
     */
    void lost(BidFacts bid, int reason, long minToWinCpmMicros);
}
