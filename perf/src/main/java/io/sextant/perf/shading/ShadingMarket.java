package io.sextant.perf.shading;

import io.sextant.fixtures.exchange.Auction.Lot;
import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import io.sextant.perf.loop.World;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * One market in which every way of bidding meets the same auctions, with the same values. Rivals know a part of what supply
 * is worth, so prices rise with values; our values have errors, so what is won is on average worth less than it seemed.
 */
/*
 * No model learns here: what is to be seen is what shading does to values, whatever made them. A value is the click
 * probability as far as a request tells it, of the best of a few creatives, times an error that has mean 1.
 */
final class ShadingMarket {
    /** Auctions between two sets of curves; some minutes of the market. */
    private static final int REFRESH = 5_000;
    private static final int FIRST_PRICE = 1;
    /** Banner, video, native. */
    private static final int FORMATS = 3;
    /** What a click is worth. */
    static final double CPC_USD = 1;
    private static final double CPM_MICROS_PER_USD_IMPRESSION = 1e9;
    private static final double ERROR_SD = 0.3;
    private static final List<String> CREATIVES = IntStream.range(0, 5).mapToObj(i -> "creative-" + i).toList();

    private ShadingMarket() {}

    /** All ways of bidding, after {@code requests} requests of the market of that seed. */
    static List<ShadingBidder> run(long seed, int requests) {
        World world = World.standard(seed);
        ClickProcess clicks = world.clicks();
        List<String> exchanges = List.copyOf(world.market().config().supply().exchanges().keySet());
        List<ShadingBidder> bidders = Arrays.stream(Bidding.values())
                .map(bidding -> new ShadingBidder(bidding, exchanges.size() * FORMATS)).toList();
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        var errors = ZigguratSampler.NormalizedGaussian.of(random);
        for (int index = 0; index < requests; index++) {
            if (index % REFRESH == 0) {
                bidders.forEach(ShadingBidder::refresh);
            }
            Offer offer = world.offer(index);
            boolean first = offer.request().getAt() == FIRST_PRICE;
            for (int i = 0; i < offer.opportunities().size(); i++) {
                Opportunity opportunity = offer.opportunities().get(i);
                var lot = new Lot(opportunity.impId(), opportunity.floorCpmMicros(),
                        world.market().rivals().highestCpmMicros(opportunity), _ -> Optional.empty());
                String creative = best(clicks, opportunity);
                double seen = clicks.typicalProbability(opportunity, creative)
                        * Math.exp(ERROR_SD * errors.sample() - ERROR_SD * ERROR_SD / 2);
                double pctr = clicks.probability(opportunity, creative);
                int cell = exchanges.indexOf(offer.exchange()) * FORMATS + format(offer.request().getImp(i));
                double draw = random.nextDouble();
                bidders.forEach(bidder -> bidder.take(lot, cell, first, cpmMicros(seen), pctr, draw));
            }
        }
        return bidders;
    }

    /** The one of them that bids this way. */
    static ShadingBidder of(List<ShadingBidder> bidders, Bidding bidding) {
        return bidders.stream().filter(bidder -> bidder.bidding() == bidding).findFirst().orElseThrow();
    }

    private static long cpmMicros(double pctr) {
        return Math.max(1, Math.round(CPC_USD * pctr * CPM_MICROS_PER_USD_IMPRESSION));
    }

    private static int format(BidRequest.Imp impression) {
        if (impression.hasBanner()) {
            return 0;
        }
        return impression.hasVideo() ? 1 : 2;
    }

    private static String best(ClickProcess clicks, Opportunity opportunity) {
        String best = CREATIVES.getFirst();
        double most = 0;
        for (String creative : CREATIVES) {
            double pctr = clicks.typicalProbability(opportunity, creative);
            if (pctr > most) {
                most = pctr;
                best = creative;
            }
        }
        return best;
    }
}
