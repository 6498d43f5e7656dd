package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.Arrays;
import java.util.List;

/**
 * The inverted lists that do not depend on the impression: where campaigns want to be, and what requests block. Hot path;
 * every method narrows {@code left} and overwrites {@code scratch}'s union and key.
 *
 * <p>
 * Threading: immutable once built.
 */
final class Dimensions {
    private static final String SCHEME_END = "://";

    private final Dimension exchanges;
    private final Dimension places;
    private final Dimension devices;
    private final Dimension sites;
    private final Dimension blockedSites;
    private final Dimension contents;
    private final Dimension blockedContents;
    private final Dimension seats;
    private final Dimension domains;
    private final Dimension bundles;
    private final Dimension categories;
    private final Campaign[] campaigns;

    Dimensions(Campaign[] campaigns, int words) {
        this.campaigns = campaigns;
        this.exchanges = dimension(campaigns, words, campaign -> campaign.targeting().exchanges());
        this.places = dimension(campaigns, words, Keys::places);
        this.devices = dimension(campaigns, words, Keys::devices);
        this.sites = dimension(campaigns, words, campaign -> campaign.targeting().sites());
        this.blockedSites = dimension(campaigns, words, campaign -> campaign.targeting().blockedSites());
        this.contents = dimension(campaigns, words, campaign -> Keys.categories(campaign.targeting().categoryTaxonomy(),
                campaign.targeting().categories()));
        this.blockedContents = dimension(campaigns, words,
                campaign -> Keys.categories(campaign.targeting().categoryTaxonomy(),
                        campaign.targeting().blockedCategories()));
        this.seats = dimension(campaigns, words, campaign -> List.of(campaign.seat()));
        this.domains = dimension(campaigns, words, campaign -> Keys.parentDomains(campaign.advertiserDomains()));
        this.bundles = dimension(campaigns, words, Keys::bundle);
        this.categories = dimension(campaigns, words,
                campaign -> Keys.parentCategories(campaign.categoryTaxonomy(), campaign.categories()));
    }

    /** What a campaign names in one dimension. */
    @FunctionalInterface
    private interface Naming {
        Iterable<String> of(Campaign campaign);
    }

    private static Dimension dimension(Campaign[] campaigns, int words, Naming naming) {
        var builder = new Dimension.Builder(words);
        for (int number = 0; number < campaigns.length; number++) {
            builder.add(number, naming.of(campaigns[number]));
        }
        return builder.build();
    }

    void keepExchange(String exchange, long[] left, MatchScratch scratch) {
        exchanges.keep(exchange, left, scratch.union);
    }

    /** A place fits by its country or by its region; the device's place counts before the user's. */
    void keepPlace(BidRequest request, long[] left, MatchScratch scratch) {
        if (!places.restricting()) {
            return;
        }
        BidRequest.Geo geo = request.getDevice().getGeo().hasCountry()
                ? request.getDevice().getGeo()
                : request.getUser().getGeo();
        places.open(scratch.union);
        places.of(geo.getCountry()).addTo(scratch.union);
        if (geo.hasRegion()) {
            // Some exchanges send the whole ISO 3166-2 code, "US-CA".
            String region = geo.getRegion();
            scratch.key.setLength(0);
            scratch.key.append(geo.getCountry()).append('/').append(region, region.indexOf('-') + 1, region.length());
            places.of(scratch.key).addTo(scratch.union);
        }
        CampaignSets.keep(left, scratch.union);
    }

    void keepDevice(int deviceType, long[] left, MatchScratch scratch) {
        scratch.key.setLength(0);
        devices.keep(scratch.key.append(deviceType), left, scratch.union);
    }

    /** Allow and block lists of sites and apps. */
    void keepSites(BidRequest request, long[] left, MatchScratch scratch) {
        if (sites.restricting()) {
            sites.open(scratch.union);
            addSites(sites, request, scratch.union);
            CampaignSets.keep(left, scratch.union);
        }
        if (blockedSites.restricting()) {
            Arrays.fill(scratch.union, 0);
            addSites(blockedSites, request, scratch.union);
            CampaignSets.remove(left, scratch.union);
        }
    }

    private static void addSites(Dimension dimension, BidRequest request, long[] union) {
        if (request.hasSite()) {
            BidRequest.Site site = request.getSite();
            if (site.hasDomain()) {
                addDomain(dimension, site.getDomain(), 0, site.getDomain().length(), union);
            } else {
                addHost(dimension, site.getPage(), union);
            }
        } else if (request.hasApp()) {
            dimension.of(request.getApp().getBundle()).addTo(union);
            addDomain(dimension, request.getApp().getDomain(), 0, request.getApp().getDomain().length(), union);
        } else if (request.hasDooh()) {
            addDomain(dimension, request.getDooh().getDomain(), 0, request.getDooh().getDomain().length(), union);
        }
    }

    private static void addHost(Dimension dimension, String page, long[] union) {
        int scheme = page.indexOf(SCHEME_END);
        int start = scheme < 0 ? 0 : scheme + SCHEME_END.length();
        int end = start;
        while (end < page.length() && "/?#:".indexOf(page.charAt(end)) < 0) {
            end++;
        }
        addDomain(dimension, page, start, end, union);
    }

    /** The domain text[from..to) and every domain above it. */
    private static void addDomain(Dimension dimension, String text, int from, int to, long[] union) {
        for (int start = from; start < to;) {
            dimension.of(text, start, to).addTo(union);
            int dot = text.indexOf('.', start, to);
            if (dot < 0) {
                return;
            }
            start = dot + 1;
        }
    }

    /** Content categories of site or app and of what is shown there. */
    void keepContent(BidRequest request, long[] left, MatchScratch scratch) {
        if (contents.restricting()) {
            contents.open(scratch.union);
            addContents(contents, request, scratch);
            CampaignSets.keep(left, scratch.union);
        }
        if (blockedContents.restricting()) {
            Arrays.fill(scratch.union, 0);
            addContents(blockedContents, request, scratch);
            CampaignSets.remove(left, scratch.union);
        }
    }

    private static void addContents(Dimension dimension, BidRequest request, MatchScratch scratch) {
        if (request.hasSite()) {
            BidRequest.Site site = request.getSite();
            addCategories(dimension, site.getCattax(), site.getCatList(), scratch);
            addCategories(dimension, site.getCattax(), site.getSectioncatList(), scratch);
            addCategories(dimension, site.getCattax(), site.getPagecatList(), scratch);
            addCategories(dimension, site.getContent().getCattax(), site.getContent().getCatList(), scratch);
        } else if (request.hasApp()) {
            BidRequest.App app = request.getApp();
            addCategories(dimension, app.getCattax(), app.getCatList(), scratch);
            addCategories(dimension, app.getCattax(), app.getSectioncatList(), scratch);
            addCategories(dimension, app.getCattax(), app.getPagecatList(), scratch);
            addCategories(dimension, app.getContent().getCattax(), app.getContent().getCatList(), scratch);
        } else if (request.hasDooh()) {
            BidRequest.Content content = request.getDooh().getContent();
            addCategories(dimension, content.getCattax(), content.getCatList(), scratch);
        }
    }

    /** Adds the campaigns that name one of the categories or, in taxonomy 1, one above it. */
    private static void addCategories(Dimension dimension, int taxonomy, List<String> named, MatchScratch scratch) {
        for (int i = 0; i < named.size(); i++) {
            StringBuilder key = Keys.category(taxonomy, named.get(i), scratch.key);
            dimension.of(key).addTo(scratch.union);
            int dash = Keys.hasParents(taxonomy) ? key.lastIndexOf("-") : -1;
            while (dash > 0) {
                dimension.of(key, 0, dash).addTo(scratch.union);
                dash = key.lastIndexOf("-", dash - 1);
            }
        }
    }

    /** Seats, advertisers' domains and apps that the request shuts out. */
    void dropBlockedAdvertisers(BidRequest request, long[] left, MatchScratch scratch) {
        if (request.getWseatCount() > 0) {
            Arrays.fill(scratch.union, 0);
            for (int i = 0; i < request.getWseatCount(); i++) {
                seats.of(request.getWseat(i)).addTo(scratch.union);
            }
            CampaignSets.keep(left, scratch.union);
        }
        for (int i = 0; i < request.getBseatCount(); i++) {
            seats.of(request.getBseat(i)).removeFrom(left);
        }
        for (int i = 0; i < request.getBadvCount(); i++) {
            domains.of(request.getBadv(i)).removeFrom(left);
        }
        for (int i = 0; i < request.getBappCount(); i++) {
            bundles.of(request.getBapp(i)).removeFrom(left);
        }
    }

    /** Advertisers' categories that the request blocks, or does not allow. */
    void dropBlockedCategories(BidRequest request, long[] left, MatchScratch scratch) {
        for (int i = 0; i < request.getBcatCount(); i++) {
            categories.of(Keys.category(request.getCattax(), request.getBcat(i), scratch.key)).removeFrom(left);
        }
        if (request.getAcatCount() == 0) {
            return;
        }
        for (int campaign = CampaignSets.next(left, left, 0); campaign >= 0; campaign = CampaignSets.next(left, left, campaign + 1)) {
            if (!allowsAll(request, campaigns[campaign])) {
                CampaignSets.remove(left, campaign);
            }
        }
    }

    private static boolean allowsAll(BidRequest request, Campaign campaign) {
        List<String> named = campaign.categories();
        if (named.isEmpty() || campaign.categoryTaxonomy() != request.getCattax()) {
            return false;
        }
        for (int i = 0; i < named.size(); i++) {
            if (!allows(request, named.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allows(BidRequest request, String category) {
        for (int i = 0; i < request.getAcatCount(); i++) {
            if (Keys.isWithin(category, request.getAcat(i), request.getCattax())) {
                return true;
            }
        }
        return false;
    }
}
