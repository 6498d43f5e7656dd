package io.sextant.bidder.campaign;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.ArrayList;
import java.util.HashMap;
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
     * Bit sets over all campaigns, one bit a campaign, and lists where few campaigns name a value. A condition narrows what is
     * left; of that only the words that are not empty are looked at again. Campaigns are numbered so that those that want
     * the same places lie together, those of the most wanted places first: the words that a request's place leaves are few.
     * (Sorting rows before they are indexed is Lemire, Kaser and Aouiche's, 2010, "Sorting improves word-aligned bitmap
     * indexes"; they compress runs, here empty words are skipped.)
     *
     * Few campaigns are left when it comes to creatives, so their ads are looked at one by one.
     */
    /** With so many times more campaigns left than there is room for ads, they are drawn instead of visited. */
    private static final int DRAW_ABOVE = 4;

    private final Catalogue catalogue;
    private final Ad[] ads;
    private final AdTable features;
    private final AdTerms terms;
    private final Campaign[] campaigns;
    private final Map<String, Integer> campaignNumbers = new HashMap<>();
    /** By campaign, where its ads begin in {@code rows}; and the end. */
    private final int[] firstPlace;
    /** Ads, campaign by campaign: the number in the lower half, the shape in the upper. */
    private final long[] rows;
    private final int adsMax;
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
        this.campaigns = CampaignOrder
                .of(byCampaign.values().stream().map(list -> list.getFirst().campaign()).toList())
                .toArray(Campaign[]::new);
        for (int number = 0; number < campaigns.length; number++) {
            campaignNumbers.put(campaigns[number].id(), number);
        }
        this.terms = new AdTerms(ads, campaignNumbers);
        this.firstPlace = new int[campaigns.length + 1];
        List<Ad> inPlace = new ArrayList<>(ads.length);
        for (int number = 0; number < campaigns.length; number++) {
            inPlace.addAll(byCampaign.getOrDefault(campaigns[number].id(), List.of()));
            firstPlace[number + 1] = inPlace.size();
        }
        this.words = CampaignSets.words(campaigns.length);
        this.schedules = new Schedules(campaigns, words);
        this.dimensions = new Dimensions(campaigns, words);
        this.offers = new Offers(campaigns, words);
        this.shapes = new CreativeShapes(inPlace);
        this.rows = new long[inPlace.size()];
        for (int place = 0; place < rows.length; place++) {
            rows[place] = (long) shapes.shapeOf(place) << 32 | inPlace.get(place).number();
        }
        this.adsMax = IntStream.range(0, campaigns.length).map(i -> firstPlace[i + 1] - firstPlace[i]).max().orElse(0);
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

    /** What ads are priced by, by their numbers. */
    public AdTerms terms() {
        return terms;
    }

    /** Number of campaigns that have an ad. */
    public int campaigns() {
        return campaigns.length;
    }

    /** The campaign with this number, 0 to {@link #campaigns} - 1. */
    public Campaign campaign(int number) {
        return campaigns[number];
    }

    /** Number of the campaign with this id; -1 if there is none that has an ad. */
    public int campaignNumber(String id) {
        return campaignNumbers.getOrDefault(id, -1);
    }

    /** Length of the bit sets over all campaigns. */
    int words() {
        return words;
    }

    /** Number of different rooms that creatives need. */
    int rooms() {
        return shapes.rooms();
    }

    /** Number of different shapes that creatives have. */
    int shapes() {
        return shapes.shapes();
    }

    /** Most ads that a campaign has. */
    int adsMax() {
        return adsMax;
    }

    /**
     * Finds the campaigns that want the request, whatever the impression, and keeps them in {@code scratch} for {@link #match}.
     *
     * @param exchange name of the exchange
     * @param nowMs    time of the request, milliseconds since the epoch
     * @return NONE, or why nothing fits
     */
    public NoBidReason matchRequest(BidRequest request, String exchange, long nowMs, MatchScratch scratch) {
        scratch.adopt(this);
        schedules.refresh(nowMs, scratch);
        CampaignsLeft left = scratch.request;
        long[] union = scratch.union;
        dimensions.beginWithPlace(request, scratch.active, left, union);
        dimensions.keepExchange(exchange, left, union);
        dimensions.keepDevice(request.getDevice().getDevicetype(), left, union);
        dimensions.keepSites(request, left, union);
        dimensions.keepContent(request, left, union);
        if (left.isEmpty()) {
            return NoBidReason.NO_CAMPAIGN;
        }
        dimensions.dropBlockedAdvertisers(request, left, union);
        if (left.isEmpty()) {
            return NoBidReason.BLOCKED_ADVERTISER;
        }
        dimensions.dropBlockedCategories(request, left);
        return left.isEmpty() ? NoBidReason.BLOCKED_CATEGORY : NoBidReason.NONE;
    }

    /**
     * Finds the ads that fit an impression of the request that {@link #matchRequest} was last called with; {@link #emit}
     * delivers them.
     *
     * <p>
     * Where more ads fit than there is room for, some are drawn, by the decision's key, so that over many decisions each gets
     * its turn. Up to four campaigns for each ad that there is room for are all looked at, and a run of the ads that fit is
     * taken, round from one of them, each as likely as the others: every ad that fits is taken with the same probability.
     * More campaigns than that are looked at in a uniformly drawn order until there is no more room: every campaign is as
     * likely to be looked at as any other, and where the last one has more ads that fit than there is room for, a run of
     * them is taken, round from one of them.
     *
     * @param imp         the impression
     * @param layout      what its native place asks for; null where it has none
     * @param decisionKey what the draws are keyed by
     * @param room        most ads wanted, at least 1
     * @return NONE, or why nothing fits
     */
    public NoBidReason match(BidRequest request, BidRequest.Imp imp, @Nullable NativeRequest layout, long decisionKey,
            int room, MatchScratch scratch) {
        CampaignsLeft left = scratch.impression;
        scratch.found.clear();
        scratch.wanted = 0;
        left.begin(scratch.request);
        offers.keepInterstitial(imp.getInstl(), left);
        if (left.isEmpty()) {
            return NoBidReason.NO_CAMPAIGN;
        }
        offers.keepDeals(imp.getPmp(), left, scratch.union);
        if (left.isEmpty()) {
            return NoBidReason.NO_DEAL;
        }
        offers.keepLanguages(request, left, scratch.union);
        offers.keepShowable(imp, layout != null, left, scratch.union);
        scratch.slot.read(imp);
        int count = Sample.count(left, scratch.before);
        if (count <= (long) DRAW_ABOVE * room || !draw(imp, layout, count, decisionKey, room, scratch)) {
            boolean blocked = visit(imp, layout, scratch);
            if (scratch.found.size() == 0) {
                return blocked ? NoBidReason.BLOCKED_ATTRIBUTE : NoBidReason.NO_CREATIVE;
            }
        }
        int found = scratch.found.size();
        scratch.wanted = Math.min(found, room);
        scratch.first = found <= room ? 0 : Draws.below(found, decisionKey, Purpose.CANDIDATES, 0);
        return NoBidReason.NONE;
    }

    /**
     * Writes down the ads of all campaigns that are left, if they can be shown; tells whether any is only blocked. How many ads
     * a campaign has and which of them fit cannot be foreseen, so neither decides where the code goes on: places are always
     * written, and how far the next ones overwrite them depends.
     */
    private boolean visit(BidRequest.Imp imp, @Nullable NativeRequest layout, MatchScratch scratch) {
        CampaignsLeft left = scratch.impression;
        int[] places = scratch.places;
        int count = 0;
        boolean blocked = false;
        for (int i = 0; i < left.words(); i++) {
            int base = left.word(i) << 6;
            for (long bits = left.bits(i); bits != 0; bits &= bits - 1) {
                int campaign = base + Long.numberOfTrailingZeros(bits);
                int first = firstPlace[campaign];
                int size = firstPlace[campaign + 1] - first;
                for (int k = 0; k < MatchScratch.ADS_AT_ONCE; k++) {
                    places[count + k] = first + k;
                }
                for (int k = MatchScratch.ADS_AT_ONCE; k < size; k++) {
                    places[count + k] = first + k;
                }
                count += size;
                if (count >= MatchScratch.PLACES) {
                    blocked |= judge(imp, layout, count, scratch);
                    count = 0;
                }
            }
        }
        return judge(imp, layout, count, scratch) || blocked;
    }

    /** Writes down the ads in the first places of the scratch; overwrites the places. */
    private boolean judge(BidRequest.Imp imp, @Nullable NativeRequest layout, int count, MatchScratch scratch) {
        int[] places = scratch.places;
        int fitting = 0;
        int seen = 0;
        for (int i = 0; i < count; i++) {
            long row = rows[places[i]];
            byte verdict = shapes.verdict((int) (row >>> 32), imp, layout, scratch.slot);
            places[fitting] = (int) row;
            fitting += verdict & CreativeShapes.FITS;
            seen |= verdict;
        }
        for (int i = 0; i < fitting; i++) {
            scratch.found.add(places[i]);
        }
        return (seen & CreativeShapes.BLOCKED) != 0;
    }

    /** Writes down the ads of campaigns that are drawn until there is no more room; not if too few of them can be shown. */
    private boolean draw(BidRequest.Imp imp, @Nullable NativeRequest layout, int count, long decisionKey, int room,
            MatchScratch scratch) {
        CampaignsLeft left = scratch.impression;
        long[] drawn = scratch.union;
        left.clear(drawn);
        for (int turn = 0; turn < count / 2; turn++) {
            int campaign = Sample.draw(left, scratch.before, count, decisionKey, turn);
            if (CampaignSets.contains(drawn, campaign)) {
                continue;
            }
            CampaignSets.add(drawn, campaign);
            int first = firstPlace[campaign];
            int size = firstPlace[campaign + 1] - first;
            int start = size == 1 ? 0 : Math.floorMod((int) decisionKey + turn, size);
            for (int i = 0; i < size; i++) {
                long row = rows[first + (start + i < size ? start + i : start + i - size)];
                if (shapes.verdict((int) (row >>> 32), imp, layout, scratch.slot) == CreativeShapes.FITS) {
                    scratch.found.add((int) row);
                    if (scratch.found.size() == room) {
                        return true;
                    }
                }
            }
        }
        scratch.found.clear();
        return false;
    }

    /**
     * Writes down what the last {@link #match} found.
     *
     * @param out [room], out: ad numbers, rising
     * @return how many were written
     */
    public int emit(MatchScratch scratch, int[] out) {
        scratch.found.write(scratch.first, scratch.wanted, out);
        return scratch.wanted;
    }
}
