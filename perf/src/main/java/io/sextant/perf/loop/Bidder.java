package io.sextant.perf.loop;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.event.ArmSecondBuilder;
import io.sextant.bidder.event.ImpressionRow;
import io.sextant.bidder.event.UnitSampling;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.SpendGate;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.BidderSnapshot;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bidder without its server: the product's pipeline over the world's requests, a stretch at a time.
 *
 * <p>
 * Threading: {@link #bid} may run on several threads at once, each with a lane of its own, and depends on nothing but the
 * requests and what was put in place before; models and modifiers are put in place, and seconds taken, while nobody bids.
 */
public final class Bidder {
    private static final int USER_AGENTS_MAX = 1_000;
    private static final long NO_DEADLINE_NS = Long.MAX_VALUE / 2;

    private final List<Arm> arms;
    private final SnapshotHolder snapshots;
    private final BidPipeline pipeline;
    private final DecisionRecords records;
    private final FeatureEncoder encoder;
    private final Sale sale;
    private final List<Lane> lanes = new ArrayList<>();

    /** Who gets an impression. */
    @FunctionalInterface
    public interface Sale {
        /** What a bid pays, in micros of USD per thousand impressions; nothing if it loses. */
        Optional<Long> price(Offer offer, Opportunity opportunity, long bidCpmMicros);
    }

    /** What belongs to one thread. */
    private record Lane(BidScratch scratch, ImpressionRow row, List<ArmSecondBuilder> seconds) {}

    /** Without models yet, in the world's auctions; {@code lanes} threads can bid. */
    public Bidder(BidderConfig config, Catalogue catalogue, World world, int lanes) {
        this(config, catalogue, world, world::price, lanes);
    }

    /** Without models yet; {@code lanes} threads can bid. */
    public Bidder(BidderConfig config, Catalogue catalogue, World world, Sale sale, int lanes) {
        this.sale = sale;
        this.arms = config.experiment().allocation();
        this.encoder = new FeatureEncoder(config.models().schema(), new UserAgents(USER_AGENTS_MAX));
        Map<String, ExchangeConfig> sellers = new TreeMap<>();
        world.market().config().supply().exchanges().keySet().forEach(name -> sellers.put(name,
                new ExchangeConfig(false, ExchangeConfig.Notice.BURL, "USD", "${AUCTION_PRICE}", "")));
        var exchanges = new Exchanges(sellers);
        var currencies = new CurrencyRates(Map.of());
        this.snapshots = new SnapshotHolder(arms, catalogue, encoder);
        // A clock that stands still: no decision is ever late, so none depends on how fast this machine is.
        this.pipeline = new BidPipeline(config.exploration(),
                new ArmAllocator(arms, config.experiment().salt()), encoder, exchanges, currencies, snapshots,
                SpendGate.OPEN, () -> 0);
        this.records = new DecisionRecords(currencies, encoder.schema().fingerprint(), "", new ModelSources(_ -> {}));
        for (int number = 0; number < lanes; number++) {
            String name = "lane-" + number;
            // The market's native requests come as messages, not as texts to be read.
            this.lanes.add(new Lane(
                    new BidScratch(config.bidding(), config.exploration(), encoder.schema(), arms, _ -> null),
                    new ImpressionRow(), arms.stream().map(arm -> new ArmSecondBuilder(name, arm.name(),
                            exchanges.leafCells(), UnitSampling.none())).toList()));
        }
    }

    /** The arms by number. */
    public List<Arm> arms() {
        return arms;
    }

    /** What bids are made with now. */
    public BidderSnapshot snapshot() {
        return snapshots.current();
    }

    /** Threads that can bid at once. */
    int lanes() {
        return lanes.size();
    }

    /** Gives an arm a new model. */
    public void model(String arm, CtrModel model) {
        CtrModel old = snapshots.withModel(arm, model);
        lanes.forEach(lane -> lane.scratch.refresh(snapshots.current()));
        if (old != null) {
            old.close();
        }
    }

    /** Gives an arm new modifiers. */
    void modifiers(String arm, UncertaintySnapshot snapshot) {
        snapshots.withTable(arm, BidModifierTable.of(snapshot));
    }

    /**
     * Bids on a part of a stretch and holds its auctions.
     *
     * @param from first request, counted from the stretch's first
     * @param to   the one after the last
     * @return by arm number
     */
    public List<Bids> bid(World world, Stretch stretch, int from, int to, int number) {
        Lane lane = lanes.get(number);
        BidScratch scratch = lane.scratch;
        List<Bids> byArm = arms.stream().map(_ -> new Bids()).toList();
        for (int i = from; i < to; i++) {
            Offer offer = stretch.offers().get(i);
            pipeline.bid(offer.request(), offer.exchange(), world.timeMs(stretch.from() + i), NO_DEADLINE_NS, scratch);
            if (scratch.armNumber() < 0) {
                continue;
            }
            Bids bids = byArm.get(scratch.armNumber());
            bids.decided(scratch, lane.row, lane.seconds.get(scratch.armNumber()));
            for (int imp = 0; imp < scratch.size(); imp++) {
                Impression impression = scratch.impression(imp);
                if (impression.hasBid()) {
                    settle(offer, offer.opportunities().get(imp), scratch, impression)
                            .ifPresent(bids.wins::add);
                }
            }
        }
        return byArm;
    }

    private Optional<Win> settle(Offer offer, Opportunity opportunity, BidScratch decision, Impression impression) {
        Optional<Long> price = sale.price(offer, opportunity, impression.bidCpmMicros());
        if (price.isEmpty()) {
            return Optional.empty();
        }
        String bidId = arms.get(decision.armNumber()).name() + LearningArm.ARM_END + offer.request().getId() + "/"
                + opportunity.impId();
        BidFacts facts = records.facts(offer.request(), decision, impression, bidId);
        return Optional.of(new Win(facts, opportunity, publisher(offer.request()), impression.ad().number(),
                impression.plainPctr(), impression.modifier(), price.get()));
    }

    /** Id of the publisher, as the request tells it. */
    public static String publisher(BidRequest request) {
        return request.hasApp() ? request.getApp().getPublisher().getId() : request.getSite().getPublisher().getId();
    }

    /** The messages of all that was decided since the last call, by lane and arm. */
    List<ArmSecond> seconds(long secondMs) {
        List<ArmSecond> messages = new ArrayList<>();
        for (Lane lane : lanes) {
            for (int arm = 0; arm < arms.size(); arm++) {
                messages.add(lane.seconds.get(arm).take(secondMs,
                        snapshots.current().arms().get(arm).modifiers().version()));
            }
        }
        return messages;
    }
}
