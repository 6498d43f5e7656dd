package io.sextant.bidder.campaign;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ads that may be shown in an impression: those whose campaign wants it and which neither request nor
 * impression forbids. Numbers the ads, so that the rest of the pipeline handles integers.
 *
 * <p>
 * The stages, in this order; the first that leaves nothing gives the reason:
 * <ol>
 * <li>NO_CAMPAIGN: hour, exchange, place, device, site, content category, and (per impression) interstitial
 * <li>BLOCKED_ADVERTISER: {@code wseat}, {@code bseat}, {@code badv}, {@code bapp}
 * <li>BLOCKED_CATEGORY: {@code bcat}, {@code acat}, within one {@code cattax}
 * <li>NO_BUDGET: the arm's share of the campaign's daily budget
 * <li>NO_DEAL: private auctions, and campaigns that buy through deals only
 * <li>NO_CREATIVE: format, size, duration, assets, {@code secure}, {@code api}, {@code wlang}
 * <li>BLOCKED_ATTRIBUTE: {@code battr}, {@code btype}
 * </ol>
 *
 * <p>
 * Threading: immutable, shared by all event loops; built by the thread that read the catalogue. Matching allocates
 * nothing, except for some time zone arithmetic four times an hour.
 */
public final class CampaignIndex {
    /*
     * Bit sets over all ads, one bit an ad. A stage intersects the set of ads that are left with one union: of the ads
     * that name nothing in its dimension, and of the postings of the request's values. 100,000 ads are 1,563 words, so
     * ten stages are some 30,000 word operations, which the compiler turns into vector code.
     */
    private final Catalogue catalogue;
    private final Ad[] ads;
    private final AdTable features;
    private final int words;
    private final AdSchedules schedules;
    private final Dimensions dimensions;
    private final Placements placements;

    /**
     * Builds the index.
     *
     * @param encoder encodes the ads for the models
     */
    public CampaignIndex(Catalogue catalogue, FeatureEncoder encoder) {
        this.catalogue = catalogue;
        this.ads = AdNumbering.number(catalogue);
        this.features = AdNumbering.encode(ads, encoder);
        this.words = (ads.length + Long.SIZE - 1) / Long.SIZE;
        this.schedules = new AdSchedules(ads, words);
        this.dimensions = new Dimensions(ads, words);
        this.placements = new Placements(ads, words);
    }

    /** The catalogue that was indexed. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Number of ads. */
    public int size() {
        return ads.length;
    }

    /** The ad with this number. */
    public Ad ad(int number) {
        return ads[number];
    }

    /** The features of all ads, by their numbers. */
    public AdTable features() {
        return features;
    }

    /** Length of the bit sets over all ads. */
    int words() {
        return words;
    }

    /**
     * Finds the ads that fit the request, whatever the impression, and keeps them in {@code scratch} for {@link #match}.
     *
     * @param exchange name of the exchange
     * @param nowMs    time of the request, milliseconds since the epoch
     * @param arm      number of the request's arm
     * @param budgets  who is out of budget
     * @return NONE, or why nothing fits
     */
    public NoBidReason matchRequest(BidRequest request, String exchange, long nowMs, int arm, BudgetState budgets,
            MatchScratch scratch) {
        scratch.adopt(this);
        schedules.refresh(nowMs, scratch);
        long[] left = scratch.request;
        System.arraycopy(scratch.active, 0, left, 0, words);
        dimensions.keepExchange(exchange, left, scratch);
        dimensions.keepPlace(request, left, scratch);
        dimensions.keepDevice(request.getDevice().getDevicetype(), left, scratch);
        dimensions.keepSites(request, left, scratch);
        dimensions.keepContent(request, left, scratch);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.NO_CAMPAIGN;
        }
        dimensions.dropBlockedAdvertisers(request, left, scratch);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.BLOCKED_ADVERTISER;
        }
        dimensions.dropBlockedCategories(request, left, scratch);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.BLOCKED_CATEGORY;
        }
        budgets.dropExhausted(this, arm, nowMs, left);
        return AdSets.isEmpty(left) ? NoBidReason.NO_BUDGET : NoBidReason.NONE;
    }

    /**
     * Finds the ads that fit an impression of the request that {@link #matchRequest} was last called with; {@link #emit}
     * delivers them.
     *
     * @param imp    the impression
     * @param layout what its native place asks for; null where it has none
     * @return NONE, or why nothing fits
     */
    public NoBidReason match(BidRequest request, BidRequest.Imp imp, @Nullable NativeRequest layout,
            MatchScratch scratch) {
        long[] left = scratch.impression;
        System.arraycopy(scratch.request, 0, left, 0, words);
        placements.keepInterstitial(imp.getInstl(), left);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.NO_CAMPAIGN;
        }
        placements.keepDeals(imp.getPmp(), left, scratch.union);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.NO_DEAL;
        }
        placements.keepFitting(request, imp, layout, left, scratch);
        if (AdSets.isEmpty(left)) {
            return NoBidReason.NO_CREATIVE;
        }
        placements.dropBlockedAttributes(imp, left, scratch);
        return AdSets.isEmpty(left) ? NoBidReason.BLOCKED_ATTRIBUTE : NoBidReason.NONE;
    }

    /**
     * Writes down what the last {@link #match} found. Where more ads fit than there is room for, a run of them is taken,
     * round from a place that {@code start} gives, so that over many requests each gets its turn.
     *
     * @param start any number, the same for the same decision
     * @param room  most ads wanted, at least 1
     * @param out   [room], out: ad numbers, rising
     * @return how many were written
     */
    public int emit(long start, int room, MatchScratch scratch, int[] out) {
        long[] found = scratch.impression;
        int count = AdSets.count(found);
        if (count <= room) {
            return AdSets.copy(found, 0, count, out, 0);
        }
        int first = (int) Long.remainderUnsigned(start, count);
        int beyond = Math.max(0, first + room - count);
        int size = AdSets.copy(found, 0, beyond, out, 0);
        return AdSets.copy(found, first, first + room - beyond, out, size);
    }
}
