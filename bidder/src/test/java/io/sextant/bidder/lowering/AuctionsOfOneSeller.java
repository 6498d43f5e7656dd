package io.sextant.bidder.lowering;

import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.protocol.event.BidFacts;
import java.util.Map;

/** Outcomes for tests: bids of campaign "c" in arm "control" on "adx", the first of two exchanges. */
final class AuctionsOfOneSeller {
    static final Exchanges EXCHANGES = new Exchanges(Map.of("adx", seller(), "other", seller()));

    private AuctionsOfOneSeller() {}

    private static ExchangeConfig seller() {
        return new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", "");
    }

    static BidFacts bid(int number, long valueCpmMicros, long bidCpmMicros, boolean firstPrice) {
        return BidFacts.newBuilder().setBidId("bid-" + number).setArm("control").setExchange("adx").setFormat("banner")
                .setCampaignId("c").setBidCpmMicros(bidCpmMicros)
                .setValueCpmMicros(valueCpmMicros == bidCpmMicros ? 0 : valueCpmMicros).setFirstPrice(firstPrice)
                .build();
    }

    static AuctionOutcome won(BidFacts bid, long priceCpmMicros) {
        return new AuctionOutcome(bid, true, priceCpmMicros, AuctionOutcome.UNTOLD);
    }

    static AuctionOutcome lost(BidFacts bid) {
        return new AuctionOutcome(bid, false, AuctionOutcome.UNTOLD, AuctionOutcome.UNTOLD);
    }
}
