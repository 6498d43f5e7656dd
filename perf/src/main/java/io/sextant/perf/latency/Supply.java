package io.sextant.perf.latency;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.MatchScratch;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Requests, and a catalogue that they meet: so many campaigns, so many ads that fit a request. Immutable; thread-safe.
 */
/*
 * The larger catalogue holds the smaller one whole, and beside it only campaigns that fit none of the requests, so that every
 * request has the very same candidates in both. Such campaigns are local business, drawn from the same market as the rest;
 * somewhat more than half of what is drawn fits a request and is left out. Each of the others fits most of a request's
 * dimensions, so retrieval cannot dismiss them at a glance.
 */
final class Supply {
    /** Name of the exchange that all requests are from. */
    static final String EXCHANGE = "adx";
    /** Candidates that a bidder scores at most, by its default. */
    static final int CANDIDATES_MAX = 200;
    static final int REQUESTS = 4_096;
    static final int CAMPAIGNS = 500;
    static final int CAMPAIGNS_MANY = 50_000;

    private static final long SEED = 20_260_107;
    private static final int AGENTS_MAX = 1_000;
    /** Creatives of the campaigns that are added. */
    private static final int CREATIVES = 3;
    private static final int DRAWN_AT_ONCE = 20_000;
    private static final List<BidRequest> ALL_REQUESTS = MarketRequests.draw(REQUESTS, SEED);

    private final String name;
    private final CampaignIndex index;
    private final int[][] candidates;
    private final double meanCandidates;

    private Supply(String name, List<Campaign> campaigns) {
        this.name = name;
        this.index = index(campaigns);
        this.candidates = new int[REQUESTS][];
        var scratch = new MatchScratch();
        int[] out = new int[index.size()];
        long nowMs = System.currentTimeMillis();
        long sum = 0;
        for (int i = 0; i < REQUESTS; i++) {
            candidates[i] = match(index, ALL_REQUESTS.get(i), nowMs, scratch, out);
            sum += Math.min(CANDIDATES_MAX, candidates[i].length);
        }
        this.meanCandidates = (double) sum / REQUESTS;
    }

    /** Five hundred campaigns, about ten candidates a request. */
    static Supply tenCandidates() {
        return new Supply("10 candidates",
                new TargetedCampaigns(SEED).catalogue(CAMPAIGNS, 0.82, CREATIVES).campaigns());
    }

    /** Five hundred campaigns, about a hundred candidates a request. */
    static Supply hundredCandidates() {
        return new Supply("100 candidates", new TargetedCampaigns(SEED).catalogue(CAMPAIGNS, 0, 7).campaigns());
    }

    /**
     * The supply of about {@code candidates} candidates a request.
     *
     * @throws IllegalArgumentException unless it is 10 or 100
     */
    static Supply of(int candidates) {
        return switch (candidates) {
            case 10 -> tenCandidates();
            case 100 -> hundredCandidates();
            default -> throw new IllegalArgumentException(
                    candidates + " candidates a request: there are catalogues for 10 and for 100");
        };
    }

    /**
     * The same requests with the same candidates, in a catalogue of so many campaigns.
     *
     * @param campaigns at least as many as this supply has
     */
    Supply among(int campaigns) {
        List<Campaign> all = new ArrayList<>(campaigns());
        var market = new TargetedCampaigns(SEED + 1);
        int number = all.size();
        while (all.size() < campaigns) {
            int from = number;
            List<Campaign> drawn = IntStream.range(from, from + DRAWN_AT_ONCE)
                    .mapToObj(i -> market.campaign(i, 1, CREATIVES)).toList();
            number += DRAWN_AT_ONCE;
            BitSet fitting = fitting(drawn, from);
            for (int i = 0; i < drawn.size() && all.size() < campaigns; i++) {
                if (!fitting.get(i)) {
                    all.add(drawn.get(i));
                }
            }
        }
        return new Supply(name + " among " + campaigns + " campaigns", all);
    }

    /** The campaigns that fit any request, at any hour of the week. */
    private static BitSet fitting(List<Campaign> drawn, int firstNumber) {
        // Always open, or another hour would bring other candidates.
        CampaignIndex index = index(drawn.stream().map(Supply::alwaysOpen).toList());
        var scratch = new MatchScratch();
        int[] out = new int[index.size()];
        BitSet fitting = new BitSet();
        for (BidRequest request : ALL_REQUESTS) {
            for (int ad : match(index, request, 0, scratch, out)) {
                String id = index.ad(ad).campaign().id();
                fitting.set(TargetedCampaigns.number(id) - firstNumber);
            }
        }
        return fitting;
    }

    private static Campaign alwaysOpen(Campaign c) {
        return new Campaign(c.id(), c.advertiserId(), c.advertiserDomains(), c.appBundle(), c.categories(),
                c.categoryTaxonomy(), c.seat(), c.cpcMicros(), c.firstPriceMargin(), c.secondPriceMargin(),
                c.bidCapCpmMicros(), c.budget(), c.frequencyCaps(), c.language(), c.dealIds(), c.dealsOnly(),
                io.sextant.bidder.campaign.Schedule.ALWAYS, c.targeting(), c.creatives());
    }

    private static CampaignIndex index(List<Campaign> campaigns) {
        return new CampaignIndex(new Catalogue("0".repeat(64), campaigns),
                new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(AGENTS_MAX)));
    }

    private static int[] match(CampaignIndex index, BidRequest request, long nowMs, MatchScratch scratch, int[] out) {
        boolean fits = index.matchRequest(request, EXCHANGE, nowMs, scratch) == NoBidReason.NONE
                && index.match(request, request.getImp(0), null, 0, out.length, scratch) == NoBidReason.NONE;
        int found = fits ? index.emit(scratch, out) : 0;
        return java.util.Arrays.copyOf(out, found);
    }

    /** What it is called in tables. */
    String name() {
        return name;
    }

    /** The requests, each of one impression, from {@link #EXCHANGE}. */
    List<BidRequest> requests() {
        return ALL_REQUESTS;
    }

    /** All campaigns, in the order of the catalogue. */
    List<Campaign> campaigns() {
        return index.catalogue().campaigns();
    }

    /** The catalogue as a bidder holds it. */
    CampaignIndex index() {
        return index;
    }

    /** Numbers of the ads that fit a request, however many, when this was made. */
    int[] candidates(int request) {
        return candidates[request];
    }

    /** Mean number of candidates that a bidder scores for a request. */
    double meanCandidates() {
        return meanCandidates;
    }

    /**
     * Whether a request gets a bid: something fits, and its floor can be paid. Once in a while a schedule changes with the
     * hour, and with it the answer for a request that few ads fit.
     */
    boolean expectsBid(int request) {
        return candidates[request].length > 0
                && ALL_REQUESTS.get(request).getImp(0).getBidfloor() < MarketRequests.DEAR_FLOOR_CPM;
    }
}
