package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.Ad;
import io.sextant.bidder.campaign.AdTerms;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Deals;
import io.sextant.bidder.pricing.CpcPricer;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.pricing.Floors;
import io.sextant.protocol.openrtb.BidRequest;

/**
 * Prices every candidate in each auction that it may enter, the open one and those of its deals, and drops what stays
 * below the floor; no bid is ever raised to a floor.
 *
 * <p>
 * Threading: immutable and shared by all event loops.
 */
final class PriceStep {
    private final boolean agePrices;
    private final BidLowering lowering;

    /**
     * Prepares the step.
     *
     * @param agePrices whether the explored click probability sets the price, or only decides who bids
     * @param lowering  what becomes of the best candidate's bid
     */
    PriceStep(boolean agePrices, BidLowering lowering) {
        this.agePrices = agePrices;
        this.lowering = lowering;
    }

    /** The same step with another lowering. */
    PriceStep with(BidLowering other) {
        return new PriceStep(agePrices, other);
    }

    /** What each candidate would bid in the open auction at its plain click probability and modifier 1; no floors yet. */
    static void pricePlain(BidRequest request, CampaignIndex campaigns, CandidateBatch candidates) {
        boolean firstPrice = CpcPricer.isFirstPrice(request.getAt());
        for (int row = 0; row < candidates.size; row++) {
            candidates.plainCpmMicros[row] = cpm(campaigns.terms(), candidates.ad[row], firstPrice,
                    candidates.pctr[row], 1);
        }
    }

    /**
     * Fills the price columns of all candidates.
     *
     * @param arm whose click probabilities, or whose constant bid, are priced
     */
    void price(Arm arm, BidRequest request, Impression impression, CampaignIndex campaigns, BidScratch scratch) {
        CurrencyRates currencies = scratch.currencies;
        int currency = scratch.currency;
        CandidateBatch candidates = scratch.candidates;
        impression.constantCpmMicros = arm.bidCpmMicros();
        AdTerms terms = campaigns.terms();
        // The same for all candidates; read from the message once.
        boolean firstPrice = CpcPricer.isFirstPrice(request.getAt());
        int floorCurrency = currencies.number(impression.imp().getBidfloorcur());
        boolean open = floorCurrency != CurrencyRates.UNKNOWN && !impression.imp().getPmp().getPrivateAuction();
        long plainFloor = open
                ? currencies.floorMicros(Floors.open(impression.imp(), null), floorCurrency, currency)
                : Long.MAX_VALUE;
        for (int row = 0; row < candidates.size; row++) {
            candidates.bidCpmMicros[row] = 0;
            candidates.deal[row] = CandidateBatch.OPEN_AUCTION;
            if (terms.isPlain(candidates.ad[row])) {
                enter(CandidateBatch.OPEN_AUCTION, firstPrice, plainFloor, impression, terms, scratch, row);
                continue;
            }
            Ad ad = campaigns.ad(candidates.ad[row]);
            if (!ad.campaign().dealIds().isEmpty()) {
                enterDeals(request, impression, ad, terms, scratch, row);
            }
            if (open && candidates.bidCpmMicros[row] == 0 && !ad.campaign().dealsOnly()) {
                long floor = currencies.floorMicros(Floors.open(impression.imp(), ad.creative().video()), floorCurrency,
                        currency);
                enter(CandidateBatch.OPEN_AUCTION, firstPrice, floor, impression, terms, scratch, row);
            }
        }
    }

    /** Of the deals whose floor the candidate reaches, the one with the lowest floor. */
    private void enterDeals(BidRequest request, Impression impression, Ad ad, AdTerms terms, BidScratch scratch,
            int row) {
        CurrencyRates currencies = scratch.currencies;
        BidRequest.Imp imp = impression.imp();
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < imp.getPmp().getDealsCount(); i++) {
            BidRequest.Deal deal = imp.getPmp().getDeals(i);
            if (!Deals.admits(deal, ad.campaign())) {
                continue;
            }
            int from = currencies.number(Floors.currency(imp, deal));
            if (from == CurrencyRates.UNKNOWN) {
                continue;
            }
            long floor = currencies.floorMicros(Floors.deal(imp, deal, ad.creative().video()), from,
                    scratch.currency);
            if (floor < lowest
                    && enter(i, CpcPricer.isFirstPrice(auctionType(request, deal)), floor, impression, terms,
                            scratch, row)) {
                lowest = floor;
            }
        }
    }

    /** Whether the candidate reaches the floor of this auction; if so its price there is noted. */
    private boolean enter(int deal, boolean firstPrice, long floorMicros, Impression impression, AdTerms terms,
            BidScratch scratch, int row) {
        CandidateBatch candidates = scratch.candidates;
        int ad = candidates.ad[row];
        double pctr = agePrices ? candidates.exploredPctr[row] : candidates.pctr[row];
        long bid = bid(impression, terms, ad, firstPrice, pctr, impression.modifier);
        long price = scratch.currencies.fromUsd(bid, scratch.currency);
        if (price <= 0 || price < floorMicros) {
            return false;
        }
        candidates.deal[row] = deal;
        candidates.bidCpmMicros[row] = bid;
        candidates.priceMicros[row] = price;
        candidates.floorMicros[row] = floorMicros;
        candidates.rankCpmMicros[row] = agePrices
                ? bid
                : bid(impression, terms, ad, firstPrice, candidates.exploredPctr[row], impression.modifier);
        return true;
    }

    /**
     * Lowers the bid of the candidate in {@code row}; the others are ranked by what the impression is worth to them. A constant
     * bid stays what it is.
     *
     * @return whether the bid still reaches the floor; if not it has no price, and must not be taken
     */
    boolean lower(BidRequest request, Impression impression, CampaignIndex campaigns, BidScratch scratch, int row) {
        CandidateBatch candidates = scratch.candidates;
        long value = candidates.bidCpmMicros[row];
        impression.valueCpmMicros = value;
        impression.firstPrice = CpcPricer.isFirstPrice(auctionType(request, impression, candidates.deal[row]));
        if (impression.constantCpmMicros > 0) {
            return true;
        }
        // Upwards: what reaches it reaches the floor.
        long floor = (long) Math
                .ceil(candidates.floorMicros[row] * scratch.currencies.usdPerUnit(scratch.currency));
        long bid = lowering.bidCpmMicros(scratch, impression, campaigns.ad(candidates.ad[row]).campaign(),
                impression.firstPrice, value, floor);
        if (bid == value) {
            return true;
        }
        long price = scratch.currencies.fromUsd(bid, scratch.currency);
        if (price <= 0 || price < candidates.floorMicros[row]) {
            return false;
        }
        candidates.bidCpmMicros[row] = bid;
        candidates.priceMicros[row] = price;
        return true;
    }

    /** Makes the candidate in {@code row} the impression's bid, after {@link #lower}. */
    void take(Impression impression, CampaignIndex campaigns, BidScratch scratch, int row) {
        CandidateBatch candidates = scratch.candidates;
        Ad ad = campaigns.ad(candidates.ad[row]);
        int deal = candidates.deal[row];
        if (deal != CandidateBatch.OPEN_AUCTION) {
            impression.dealId = impression.imp().getPmp().getDeals(deal).getId();
        }
        impression.ad = ad;
        impression.plainPctr = candidates.pctr[row];
        impression.exploredPctr = candidates.exploredPctr[row];
        impression.pctr = agePrices ? candidates.exploredPctr[row] : candidates.pctr[row];
        impression.bidCpmMicros = candidates.bidCpmMicros[row];
        impression.baseCpmMicros = inProportion(
                bid(impression, campaigns.terms(), ad.number(), impression.firstPrice, candidates.pctr[row], 1),
                impression);
        impression.priceMicros = candidates.priceMicros[row];
        impression.floorCpmMicros = Math
                .round(candidates.floorMicros[row] * scratch.currencies.usdPerUnit(scratch.currency));
    }

    /** What exploring costs is measured against a bid that was lowered as much; else a shaded bid would seem to cost nothing. */
    private static long inProportion(long baseCpmMicros, Impression impression) {
        return impression.bidCpmMicros == impression.valueCpmMicros
                ? baseCpmMicros
                : Math.round((double) baseCpmMicros * impression.bidCpmMicros / impression.valueCpmMicros);
    }

    private static int auctionType(BidRequest request, Impression impression, int deal) {
        return deal == CandidateBatch.OPEN_AUCTION
                ? request.getAt()
                : auctionType(request, impression.imp().getPmp().getDeals(deal));
    }

    private static int auctionType(BidRequest request, BidRequest.Deal deal) {
        return deal.hasAt() ? deal.getAt() : request.getAt();
    }

    /** By value, or the arm's constant; never above the campaign's cap. */
    private static long bid(Impression impression, AdTerms terms, int ad, boolean firstPrice, double pctr,
            double modifier) {
        return impression.constantCpmMicros > 0
                ? Math.min(impression.constantCpmMicros, terms.bidCapCpmMicros(ad))
                : cpm(terms, ad, firstPrice, pctr, modifier);
    }

    private static long cpm(AdTerms terms, int ad, boolean firstPrice, double pctr, double modifier) {
        return CpcPricer.cpmMicros(terms.cpcMicros(ad), terms.margin(ad, firstPrice), pctr, modifier,
                terms.bidCapCpmMicros(ad));
    }
}
