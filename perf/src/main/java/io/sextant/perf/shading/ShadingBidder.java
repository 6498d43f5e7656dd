package io.sextant.perf.shading;

import io.sextant.bidder.shading.ShadingCurves;
import io.sextant.bidder.shading.ShadingLearner;
import io.sextant.fixtures.exchange.Auction.Lot;
import io.sextant.fixtures.exchange.Auction.Outcome;

/** Bids one way, and learns from nothing but the ends of its own auctions. One thread. */
final class ShadingBidder {
    private static final double NANOS = 1e9;

    private final Bidding bidding;
    private final ShadingLearner learner;
    private ShadingCurves curves;
    private Bought firstPrice = Bought.NOTHING;
    private Bought secondPrice = Bought.NOTHING;

    ShadingBidder(Bidding bidding, int cells) {
        this.bidding = bidding;
        this.learner = new ShadingLearner(bidding.config(), cells);
        this.curves = learner.curves();
    }

    /** From now on bids with all that was heard of before. */
    void refresh() {
        curves = learner.curves();
    }

    /**
     * Takes part in an auction.
     *
     * @param valueCpmMicros as the bidder sees it
     * @param pctr           true click probability
     * @param draw           whether to explore
     */
    void take(Lot lot, int cell, boolean first, long valueCpmMicros, double pctr, double draw) {
        long value = Math.round(valueCpmMicros * (first ? 1 - bidding.margin() : 1));
        if (value < lot.floorCpmMicros()) {
            count(first, new Bought(1, 0, 0, 0, 0));
            return;
        }
        long bid = curves.bidCpmMicros(cell, first, value, lot.floorCpmMicros(), draw);
        Outcome outcome = lot.settle(bid, first);
        if (first) {
            hear(lot, cell, value, bid, outcome);
        }
        count(first, outcome.won()
                ? new Bought(1, 1, pctr, outcome.priceCpmMicros() / NANOS,
                        ShadingMarket.CPC_USD * pctr - outcome.priceCpmMicros() / NANOS)
                : new Bought(1, 0, 0, 0, 0));
    }

    private void hear(Lot lot, int cell, long value, long bid, Outcome outcome) {
        if (bidding.told()) {
            learner.told(cell, value, lot.floorCpmMicros(), outcome.minToWinMicros());
        } else if (outcome.won()) {
            learner.won(cell, value, bid);
        } else {
            learner.lost(cell, value, bid);
        }
    }

    private void count(boolean first, Bought bought) {
        if (first) {
            firstPrice = firstPrice.plus(bought);
        } else {
            secondPrice = secondPrice.plus(bought);
        }
    }

    Bidding bidding() {
        return bidding;
    }

    Bought firstPrice() {
        return firstPrice;
    }

    Bought secondPrice() {
        return secondPrice;
    }
}
