package io.sextant.bidder.spending;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.BiddingConfig;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.ExplorationConfig;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;
import java.util.Map;

/** One arm that bids one dollar a thousand for a creative drawn by chance: a million nanos for an impression. */
final class NeutralBidder {
    static final long BID = 1_000_000;
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard();
    private static final List<Arm> ARMS = List
            .of(new Arm("neutral", 1, Arm.PctrRule.NEUTRAL, Arm.ExplorationRule.NONE, BID));

    private final FeatureEncoder encoder = new FeatureEncoder(SCHEMA, new UserAgents(16));
    private final ExplorationConfig exploration = new ConfigurationLoader("bidder", Map.of())
            .load(BidderConfig.class, null, Map.of()).exploration();
    private final BidScratch scratch = new BidScratch(new BiddingConfig(200), exploration, SCHEMA, ARMS, _ -> null);
    private final SnapshotHolder snapshots;
    private int requests;
    private int catalogues;

    NeutralBidder(Campaign... campaigns) {
        this.snapshots = new SnapshotHolder(ARMS, new Catalogue("0", List.of(campaigns)), encoder);
    }

    void catalogue(Campaign... campaigns) {
        snapshots.withCatalogue(new Catalogue(Integer.toString(++catalogues), List.of(campaigns)));
    }

    /** The catalogue followed by a book. */
    void follow(Treasury treasury, long nowMs) {
        treasury.accounts.adopt(snapshots.current().campaigns(), nowMs);
    }

    Treasury treasury(BudgetConfig.Leases leases, long budgetNanos, long nowMs) {
        return new Treasury(leases, ARMS, snapshots.current().campaigns(), budgetNanos, nowMs);
    }

    /** Decides on one banner; another request each time. Overwritten by the next. */
    Impression bid(Treasury treasury, long nowMs) {
        var exchanges = new Exchanges(Map.of("adx",
                new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", "")));
        var pipeline = new BidPipeline(exploration, new ArmAllocator(ARMS, "salt"), encoder, exchanges,
                new CurrencyRates(Map.of()), snapshots, treasury.accounts.gate(), () -> 0);
        var request = BidRequest.newBuilder().setId("request-" + requests++).setAt(1);
        request.addImpBuilder().setId("1").getBannerBuilder().setW(300).setH(250);
        pipeline.bid(request.build(), "adx", nowMs, Long.MAX_VALUE / 2, scratch);
        return scratch.impression(0);
    }
}
