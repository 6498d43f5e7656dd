package io.sextant.bidder.campaign;

import java.util.List;

/**
 * Where a campaign wants to be seen. All conditions must hold; an empty list is no condition. Sizes and formats are
 * targeted by the creatives that a campaign has.
 *
 * @param exchanges         names of exchanges
 * @param countries         ISO 3166-1 alpha-3 codes; a place fits if its country or its region is listed
 * @param regions           "USA/CA": alpha-3 country, slash, ISO 3166-2 subdivision without the country
 * @param devices           device types
 * @param categories        content categories of the site or app, one of which must fit; with taxonomy 1, "IAB7" also
 *                          fits "IAB7-39"
 * @param blockedCategories content categories none of which may fit, by the same rule
 * @param categoryTaxonomy  taxonomy of both lists (OpenRTB list "Category Taxonomies"); categories of another taxonomy
 *                          never fit
 * @param sites             domains (subdomains included) and app bundles, one of which must fit
 * @param blockedSites      domains (subdomains included) and app bundles none of which may fit
 * @param interstitial      whether full-screen impressions are wanted
 */
public record Targeting(List<String> exchanges, List<String> countries, List<String> regions, List<DeviceType> devices,
        List<String> categories, List<String> blockedCategories, int categoryTaxonomy, List<String> sites,
        List<String> blockedSites, Interstitial interstitial) {
    /** Wanted everywhere. */
    public static final Targeting EVERYWHERE = new Targeting(List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of(), 1, List.of(), List.of(), Interstitial.ANY);

    /** Whether full-screen impressions are wanted. */
    public enum Interstitial {
        /** All the same. */
        ANY,
        /** Full-screen only. */
        ONLY,
        /** Never full-screen. */
        NEVER
    }

    public Targeting {
        exchanges = List.copyOf(exchanges);
        countries = List.copyOf(countries);
        regions = List.copyOf(regions);
        devices = List.copyOf(devices);
        categories = List.copyOf(categories);
        blockedCategories = List.copyOf(blockedCategories);
        sites = List.copyOf(sites);
        blockedSites = List.copyOf(blockedSites);
    }
}
