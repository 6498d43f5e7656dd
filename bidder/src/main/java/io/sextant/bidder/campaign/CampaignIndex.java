package io.sextant.bidder.campaign;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
     * Bit sets over all campaigns, one bit a campaign. A stage intersects the set of campaigns that are left with one union: of
     * those that name nothing in its dimension, and of the postings of the request's values. 50,000 campaigns are 782 words,
     * which stay in the cache next to the core; what costs is the words that are read, so a stage reads each once.
     *
     * Few campaigns are left when it comes to creatives, so their ads are looked at one by one; ads of one shape are judged
     * once.
     */
    private final Catalogue catalogue;
    private final Ad[] ads;
    private final AdTable features;
    /** In the order of their first ads, so that ads are mostly found in rising order. */
    private final Campaign[] campaigns;
    /** By campaign, where its ads begin in {@code adOf}; and the end. */
    private final int[] firstPlace;
    /** Ad numbers, campaign by campaign. */
    private final int[] adOf;
    /** Whether {@code adOf} rises from its beginning to its end: then every ad is in the place of its number. */
    private final boolean rising;
    private final int words;
    private final Schedules schedules;
    private final Dimensions dimensions;
    private final Offers offers;
    private final CreativeShapes shapes;

    /**
     * Builds the index.
     *
     * @param encoder encodes the ads for the models
     */
    public CampaignIndex(Catalogue catalogue, FeatureEncoder encoder) {
        this.catalogue = catalogue;
        this.ads = AdNumbering.number(catalogue);
        this.features = AdNumbering.encode(ads, encoder);
        Map<String, List<Ad>> byCampaign = new LinkedHashMap<>();
        for (Ad ad : ads) {
            byCampaign.computeIfAbsent(ad.campaign().id(), _ -> new ArrayList<>()).add(ad);
        }
        this.campaigns = byCampaign.values().stream().map(list -> list.getFirst().campaign()).toArray(Campaign[]::new);
        List<Ad> inPlace = byCampaign.values().stream().flatMap(List::stream).toList();
        this.firstPlace = new int[campaigns.length + 1];
        int number = 0;
        for (List<Ad> list : byCampaign.values()) {
            firstPlace[number + 1] = firstPlace[number] + list.size();
            number++;
        }
        this.adOf = inPlace.stream().mapToInt(Ad::number).toArray();
        this.rising = IntStream.range(1, adOf.length).allMatch(place -> adOf[place - 1] < adOf[place]);
        this.words = (campaigns.length + Long.SIZE - 1) / Long.SIZE;
        this.schedules = new Schedules(campaigns, words);
        this.dimensions = new Dimensions(campaigns, words);
        this.offers = new Offers(campaigns, words);
        this.shapes = new CreativeShapes(inPlace);
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

    /** Number of campaigns. */
    int campaigns() {
        return campaigns.length;
    }

    /** The campaign with this number. */
    Campaign campaign(int number) {
        return campaigns[number];
    }

    /** Length of the bit sets over all campaigns. */
    int words() {
        return words;
    }

    /** Number of shapes that creatives have. */
    int shapes() {
        return shapes.size();
    }

    /**
     * Finds the campaigns that want the request, whatever the impression, and keeps them in {@code scratch} for {@link #match}.
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
        if (CampaignSets.isEmpty(left)) {
            return NoBidReason.NO_CAMPAIGN;
        }
        dimensions.dropBlockedAdvertisers(request, left, scratch);
        if (CampaignSets.isEmpty(left)) {
            return NoBidReason.BLOCKED_ADVERTISER;
        }
        dimensions.dropBlockedCategories(request, left, scratch);
        if (CampaignSets.isEmpty(left)) {
            return NoBidReason.BLOCKED_CATEGORY;
        }
        budgets.dropExhausted(this, arm, nowMs, left);
        return CampaignSets.isEmpty(left) ? NoBidReason.NO_BUDGET : NoBidReason.NONE;
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
        scratch.foundCount = 0;
        System.arraycopy(scratch.request, 0, left, 0, words);
        offers.keepInterstitial(imp.getInstl(), left);
        if (CampaignSets.isEmpty(left)) {
            return NoBidReason.NO_CAMPAIGN;
        }
        offers.keepDeals(imp.getPmp(), left, scratch.union);
        if (CampaignSets.isEmpty(left)) {
            return NoBidReason.NO_DEAL;
        }
        offers.keepLanguages(request, left, scratch);
        offers.keepShowable(imp, layout != null, left, scratch);
        boolean blocked = find(imp, layout, left, scratch);
        if (scratch.foundCount > 0) {
            return NoBidReason.NONE;
        }
        return blocked ? NoBidReason.BLOCKED_ATTRIBUTE : NoBidReason.NO_CREATIVE;
    }

    /** Writes down the ads of the campaigns that are left, if they can be shown; tells whether any is only blocked. */
    private boolean find(BidRequest.Imp imp, @Nullable NativeRequest layout, long[] left, MatchScratch scratch) {
        Arrays.fill(scratch.verdicts, CreativeShapes.UNKNOWN);
        int[] found = scratch.found;
        int count = 0;
        boolean blocked = false;
        for (int word = 0; word < left.length; word++) {
            for (long bits = left[word]; bits != 0; bits &= bits - 1) {
                int campaign = (word << 6) + Long.numberOfTrailingZeros(bits);
                for (int place = firstPlace[campaign]; place < firstPlace[campaign + 1]; place++) {
                    byte verdict = shapes.verdict(place, imp, layout, scratch.verdicts);
                    if (verdict == CreativeShapes.FITS) {
                        found[count++] = rising ? place : adOf[place];
                    }
                    blocked |= verdict == CreativeShapes.BLOCKED;
                }
            }
        }
        if (!rising) {
            Arrays.sort(found, 0, count);
        }
        scratch.foundCount = count;
        return blocked;
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
        int count = scratch.foundCount;
        if (count <= room) {
            System.arraycopy(scratch.found, 0, out, 0, count);
            return count;
        }
        int first = (int) Long.remainderUnsigned(start, count);
        int beyond = Math.max(0, first + room - count);
        System.arraycopy(scratch.found, 0, out, 0, beyond);
        System.arraycopy(scratch.found, first, out, beyond, room - beyond);
        return room;
    }
}
