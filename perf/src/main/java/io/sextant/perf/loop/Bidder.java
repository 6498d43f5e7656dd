package io.sextant.perf.loop;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bidder without its server: the product's pipeline over the world's requests, a stretch at a time.
 *
 * <p>
 * Threading: {@link #bid} may run on several threads at once, each with a lane of its own, and depends on nothing but the
 * requests and what was put in place before; models and tables are put in place while nobody bids.
 */
final class Bidder {
    private static final int USER_AGENTS_MAX = 1_000;
    private static final long NO_DEADLINE_NS = Long.MAX_VALUE / 2;

    private final List<Arm> arms;
    private final SnapshotHolder snapshots;
    private final BidPipeline pipeline;
    private final List<BidScratch> lanes = new ArrayList<>();

    /** Without models yet; {@code lanes} threads can bid. */
    Bidder(BidderConfig config, Catalogue catalogue, World world, int lanes) {
        this.arms = config.experiment().allocation();
        var encoder = new FeatureEncoder(config.models().schema(), new UserAgents(USER_AGENTS_MAX));
        Map<String, ExchangeConfig> exchanges = new TreeMap<>();
        world.market().config().supply().exchanges().keySet().forEach(name -> exchanges.put(name,
                new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", "")));
        this.snapshots = new SnapshotHolder(arms, catalogue, encoder);
        // A clock that stands still: no decision is ever late, so none depends on how fast this machine is.
        this.pipeline = new BidPipeline(config.exploration(),
                new ArmAllocator(arms, config.experiment().salt()), encoder, new Exchanges(exchanges),
                new CurrencyRates(Map.of()), snapshots, () -> 0);
        for (int lane = 0; lane < lanes; lane++) {
            // The market's native requests come as messages, not as texts to be read.
            this.lanes.add(new BidScratch(config.bidding(), config.exploration(), encoder.schema(), arms, _ -> null));
        }
    }

    /** The arms by number. */
    List<Arm> arms() {
        return arms;
    }

    /** Gives an arm a new model. */
    void model(String arm, CtrModel model) {
        CtrModel old = snapshots.withModel(arm, model);
        lanes.forEach(lane -> lane.refresh(snapshots.current()));
        if (old != null) {
            old.close();
        }
    }

    /** Gives an arm new modifiers. */
    void modifiers(String arm, BidModifierTable table) {
        snapshots.withTable(arm, table);
    }

    /**
     * Bids on requests {@code from} to before {@code to}, and holds their auctions.
     *
     * @return by arm number
     */
    List<Bids> bid(World world, long from, long to, int lane) {
        BidScratch scratch = lanes.get(lane);
        List<Bids> byArm = arms.stream().map(_ -> new Bids()).toList();
        for (long index = from; index < to; index++) {
            Offer offer = world.offer(index);
            long nowMs = world.timeMs(index);
            pipeline.bid(offer.request(), offer.exchange(), nowMs, NO_DEADLINE_NS, scratch);
            if (scratch.armNumber() < 0) {
                continue;
            }
            Bids bids = byArm.get(scratch.armNumber());
            for (int i = 0; i < scratch.size(); i++) {
                Impression impression = scratch.impression(i);
                bids.decided(scratch, impression);
                if (impression.hasBid()) {
                    settle(world, offer, offer.opportunities().get(i), scratch, impression).ifPresent(bids.wins::add);
                }
            }
        }
        return byArm;
    }

    private static Optional<Win> settle(World world, Offer offer, Opportunity opportunity, BidScratch decision,
            Impression impression) {
        BidRequest request = offer.request();
        return world.price(offer, opportunity, impression.bidCpmMicros()).map(price -> new Win(
                request.getId() + "/" + opportunity.impId(), offer.exchange(), opportunity,
                impression.ad().campaign().id(), impression.ad().creative().id(), impression.format().label(),
                Arrays.stream(impression.features()).boxed().toList(), impression.plainPctr(), impression.pctr(),
                impression.modifier(),
                decision.snapshot().arms().get(decision.armNumber()).modelVersion(), decision.nowMs(), price));
    }
}
