package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;

/**
 * The inverted lists that do not depend on the impression: where campaigns want to be, and what requests block. Hot path; every method narrows {@code left} and
 * overwrites {@code union}.
 *
 * <p>
 * Threading: immutable once built.
 */
final class Dimensions {
    private static final String SCHEME_END = "://";

    private final Vocabulary exchangeNames = new Vocabulary();
    private final Vocabulary placeNames = new Vocabulary();
    private final Vocabulary deviceTypes = new Vocabulary();
    /** Of sites and apps that are wanted or shunned. */
    private final Vocabulary siteNames = new Vocabulary();
    /** Of content that is wanted or shunned, and of what is advertised. */
    private final Vocabulary categoryNames = new Vocabulary();
    private final Vocabulary seatNames = new Vocabulary();
    private final Vocabulary domainNames = new Vocabulary();
    private final Vocabulary bundleNames = new Vocabulary();

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
        this.exchanges = dimension(campaigns, words,
                campaign -> Keys.plain(campaign.targeting().exchanges(), exchangeNames));
        this.places = dimension(campaigns, words, campaign -> Keys.places(campaign, placeNames));
        this.devices = dimension(campaigns, words, campaign -> Keys.devices(campaign, deviceTypes));
        this.sites = dimension(campaigns, words, campaign -> Keys.plain(campaign.targeting().sites(), siteNames));
        this.blockedSites = dimension(campaigns, words,
                campaign -> Keys.plain(campaign.targeting().blockedSites(), siteNames));
        this.contents = dimension(campaigns, words, campaign -> Keys.categories(
                campaign.targeting().categoryTaxonomy(), campaign.targeting().categories(), categoryNames));
        this.blockedContents = dimension(campaigns, words, campaign -> Keys.categories(
                campaign.targeting().categoryTaxonomy(), campaign.targeting().blockedCategories(), categoryNames));
        this.seats = dimension(campaigns, words, campaign -> Keys.plain(List.of(campaign.seat()), seatNames));
        this.domains = dimension(campaigns, words,
                campaign -> Keys.parentDomains(campaign.advertiserDomains(), domainNames));
        this.bundles = dimension(campaigns, words, campaign -> Keys.bundle(campaign, bundleNames));
        this.categories = dimension(campaigns, words, campaign -> Keys.parentCategories(campaign.categoryTaxonomy(),
                campaign.categories(), categoryNames));
    }

    /** What a campaign names in one dimension. */
    @FunctionalInterface
    private interface Naming {
        int[] of(Campaign campaign);
    }

    private static Dimension dimension(Campaign[] campaigns, int words, Naming naming) {
        var builder = new Dimension.Builder(words);
        for (int number = 0; number < campaigns.length; number++) {
            builder.add(number, naming.of(campaigns[number]));
        }
        return builder.build();
    }

    /**
     * Makes {@code left} the active campaigns that want the request's place. A place fits by its country or by its region; the
     * device's place counts before the user's.
     */
    void beginWithPlace(BidRequest request, long[] active, CampaignsLeft left, long[] union) {
        BidRequest.Geo geo = request.getDevice().getGeo().hasCountry()
                ? request.getDevice().getGeo()
                : request.getUser().getGeo();
        int country = placeNames.number(Vocabulary.PLAIN, geo.getCountry());
        int region = country == Vocabulary.ABSENT || !geo.hasRegion() ? Vocabulary.ABSENT
                : region(country, geo.getRegion());
        places.addOpenWordsTo(left.start());
        places.addWordsTo(country, left.start());
        places.addWordsTo(region, left.start());
        left.begin(active);
        if (!places.restricting()) {
            return;
        }
        places.open(union, left);
        places.addTo(country, union, left);
        places.addTo(region, union, left);
        left.keep(union);
    }

    /** Some exchanges send the whole ISO 3166-2 code, "US-CA". */
    private int region(int country, String region) {
        return placeNames.number(Keys.regionsOf(country), region, region.indexOf('-') + 1, region.length());
    }

    void keepExchange(String exchange, CampaignsLeft left, long[] union) {
        exchanges.keep(exchangeNames.number(Vocabulary.PLAIN, exchange), left, union);
    }

    void keepDevice(int deviceType, CampaignsLeft left, long[] union) {
        devices.keep(deviceTypes.number(deviceType), left, union);
    }

    /** Allow and block lists of sites and apps. */
    void keepSites(BidRequest request, CampaignsLeft left, long[] union) {
        if (!sites.restricting() && !blockedSites.restricting()) {
            return;
        }
        sites.open(union, left);
        if (request.hasSite()) {
            BidRequest.Site site = request.getSite();
            if (site.hasDomain()) {
                applyDomain(site.getDomain(), 0, site.getDomain().length(), left, union);
            } else {
                applyHost(site.getPage(), left, union);
            }
        } else if (request.hasApp()) {
            BidRequest.App app = request.getApp();
            applySite(siteNames.number(Vocabulary.PLAIN, app.getBundle()), left, union);
            applyDomain(app.getDomain(), 0, app.getDomain().length(), left, union);
        } else if (request.hasDooh()) {
            String domain = request.getDooh().getDomain();
            applyDomain(domain, 0, domain.length(), left, union);
        }
        left.keep(union);
    }

    private void applySite(int site, CampaignsLeft left, long[] union) {
        sites.addTo(site, union, left);
        blockedSites.removeFrom(site, left);
    }

    private void applyHost(String page, CampaignsLeft left, long[] union) {
        int scheme = page.indexOf(SCHEME_END);
        int start = scheme < 0 ? 0 : scheme + SCHEME_END.length();
        int end = start;
        while (end < page.length() && "/?#:".indexOf(page.charAt(end)) < 0) {
            end++;
        }
        applyDomain(page, start, end, left, union);
    }

    /** The domain text[from..to) and every domain above it. */
    private void applyDomain(String text, int from, int to, CampaignsLeft left, long[] union) {
        for (int start = from; start < to;) {
            applySite(siteNames.number(Vocabulary.PLAIN, text, start, to), left, union);
            int dot = text.indexOf('.', start, to);
            if (dot < 0) {
                return;
            }
            start = dot + 1;
        }
    }

    /** Content categories of site or app and of what is shown there. */
    void keepContent(BidRequest request, CampaignsLeft left, long[] union) {
        if (!contents.restricting() && !blockedContents.restricting()) {
            return;
        }
        contents.open(union, left);
        if (request.hasSite()) {
            BidRequest.Site site = request.getSite();
            applyCategories(site.getCattax(), site.getCatList(), left, union);
            applyCategories(site.getCattax(), site.getSectioncatList(), left, union);
            applyCategories(site.getCattax(), site.getPagecatList(), left, union);
            applyCategories(site.getContent().getCattax(), site.getContent().getCatList(), left, union);
        } else if (request.hasApp()) {
            BidRequest.App app = request.getApp();
            applyCategories(app.getCattax(), app.getCatList(), left, union);
            applyCategories(app.getCattax(), app.getSectioncatList(), left, union);
            applyCategories(app.getCattax(), app.getPagecatList(), left, union);
            applyCategories(app.getContent().getCattax(), app.getContent().getCatList(), left, union);
        } else if (request.hasDooh()) {
            BidRequest.Content content = request.getDooh().getContent();
            applyCategories(content.getCattax(), content.getCatList(), left, union);
        }
        left.keep(union);
    }

    /** The categories and, in taxonomy 1, those above them. */
    private void applyCategories(int taxonomy, List<String> named, CampaignsLeft left, long[] union) {
        for (int i = 0; i < named.size(); i++) {
            String name = named.get(i);
            applyCategory(categoryNames.number(taxonomy, name), left, union);
            int dash = Keys.hasParents(taxonomy) ? name.lastIndexOf('-') : -1;
            while (dash > 0) {
                applyCategory(categoryNames.number(taxonomy, name, 0, dash), left, union);
                dash = name.lastIndexOf('-', dash - 1);
            }
        }
    }

    private void applyCategory(int category, CampaignsLeft left, long[] union) {
        contents.addTo(category, union, left);
        blockedContents.removeFrom(category, left);
    }

    /** Seats, advertisers' domains and apps that the request shuts out. */
    void dropBlockedAdvertisers(BidRequest request, CampaignsLeft left, long[] union) {
        if (request.getWseatCount() > 0) {
            left.clear(union);
            for (int i = 0; i < request.getWseatCount(); i++) {
                seats.addTo(seatNames.number(Vocabulary.PLAIN, request.getWseatList(), i), union, left);
            }
            left.keep(union);
        }
        for (int i = 0; i < request.getBseatCount(); i++) {
            seats.removeFrom(seatNames.number(Vocabulary.PLAIN, request.getBseatList(), i), left);
        }
        for (int i = 0; i < request.getBadvCount(); i++) {
            domains.removeFrom(domainNames.number(Vocabulary.PLAIN, request.getBadvList(), i), left);
        }
        for (int i = 0; i < request.getBappCount(); i++) {
            bundles.removeFrom(bundleNames.number(Vocabulary.PLAIN, request.getBappList(), i), left);
        }
    }

    /** Advertisers' categories that the request blocks, or does not allow. */
    void dropBlockedCategories(BidRequest request, CampaignsLeft left) {
        for (int i = 0; i < request.getBcatCount(); i++) {
            categories.removeFrom(categoryNames.number(request.getCattax(), request.getBcatList(), i), left);
        }
        if (request.getAcatCount() == 0) {
            return;
        }
        for (int i = 0; i < left.words(); i++) {
            int first = left.word(i) << 6;
            for (long bits = left.bits(i); bits != 0; bits &= bits - 1) {
                int campaign = first + Long.numberOfTrailingZeros(bits);
                if (!allowsAll(request, campaigns[campaign])) {
                    left.remove(campaign);
                }
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
