package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The texts that values are looked up by in a {@link Dimension}. Building them from a campaign is cold; those from a
 * request go into the caller's buffer.
 */
final class Keys {
    /** The IAB's first content taxonomy, whose codes show what lies under what: IAB7-39 is a part of IAB7. */
    private static final int IAB_1 = 1;

    private Keys() {}

    /** Countries, and regions with their country. */
    static List<String> places(Campaign campaign) {
        List<String> places = new ArrayList<>(campaign.targeting().countries());
        places.addAll(campaign.targeting().regions());
        return places;
    }

    static List<String> devices(Campaign campaign) {
        return campaign.targeting().devices().stream().map(type -> Integer.toString(type.code())).toList();
    }

    static List<String> bundle(Campaign campaign) {
        return campaign.appBundle() == null ? List.of() : List.of(campaign.appBundle());
    }

    static List<String> language(Campaign campaign) {
        return campaign.language() == null ? List.of() : List.of(campaign.language());
    }

    /** The domains and all above them that have a dot, so that blocking one blocks what lies under it. */
    static List<String> parentDomains(List<String> domains) {
        List<String> parents = new ArrayList<>();
        for (String domain : domains) {
            for (int start = 0; domain.indexOf('.', start) >= 0; start = domain.indexOf('.', start) + 1) {
                parents.add(domain.substring(start));
            }
        }
        return parents;
    }

    /** "1:IAB7-39": a category with its taxonomy. */
    static StringBuilder category(int taxonomy, String category, StringBuilder key) {
        key.setLength(0);
        return key.append(taxonomy).append(':').append(category);
    }

    static List<String> categories(int taxonomy, List<String> categories) {
        return categories.stream().map(category -> category(taxonomy, category, new StringBuilder()).toString())
                .toList();
    }

    /** The categories and, in the first taxonomy, all above them, so that blocking one blocks what lies under it. */
    static List<String> parentCategories(int taxonomy, List<String> categories) {
        List<String> parents = new ArrayList<>();
        for (String key : categories(taxonomy, categories)) {
            parents.add(key);
            int dash = hasParents(taxonomy) ? key.lastIndexOf('-') : -1;
            while (dash > 0) {
                parents.add(key.substring(0, dash));
                dash = key.lastIndexOf('-', dash - 1);
            }
        }
        return parents;
    }

    /** Whether {@code category} is {@code parent} or, in the first taxonomy, lies under it. */
    static boolean isWithin(String category, String parent, int taxonomy) {
        int length = parent.length();
        return category.regionMatches(true, 0, parent, 0, length) && (category.length() == length
                || (taxonomy == IAB_1 && category.length() > length && category.charAt(length) == '-'));
    }

    /** Whether the category may be walked up. */
    static boolean hasParents(int taxonomy) {
        return taxonomy == IAB_1;
    }

    /** "300x250". */
    static StringBuilder size(int w, int h, StringBuilder key) {
        key.setLength(0);
        return key.append(w).append('x').append(h);
    }

    /** The formats of the campaign's creatives, and the sizes of its banners. */
    static Set<String> shown(Campaign campaign) {
        Set<String> shown = new TreeSet<>();
        for (Creative creative : campaign.creatives()) {
            shown.add(creative.format().label());
            if (creative.format() == AdFormat.BANNER) {
                creative.sizes().forEach(size -> shown.add(size.toString()));
            }
        }
        return shown;
    }
}
