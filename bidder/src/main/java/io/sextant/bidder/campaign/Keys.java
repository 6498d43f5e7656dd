package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * What a campaign names in each dimension, as numbers of that dimension's {@link Vocabulary}, which they are added to. Cold, but
 * for what requests are looked up by as well.
 */
final class Keys {
    /** The IAB's first content taxonomy, whose codes show what lies under what: IAB7-39 is a part of IAB7. */
    private static final int IAB_1 = 1;

    private Keys() {}

    /** Numbers of texts that stand alone. */
    static int[] plain(List<String> texts, Vocabulary values) {
        return numbers(texts, text -> values.add(Vocabulary.PLAIN, text));
    }

    private static <T> int[] numbers(List<T> named, ToIntFunction<T> number) {
        return named.stream().mapToInt(number).toArray();
    }

    /** Countries, and regions, whose space is their country. */
    static int[] places(Campaign campaign, Vocabulary values) {
        List<Integer> places = new ArrayList<>();
        for (String country : campaign.targeting().countries()) {
            places.add(values.add(Vocabulary.PLAIN, country));
        }
        for (String region : campaign.targeting().regions()) {
            int slash = region.indexOf('/');
            int country = values.add(Vocabulary.PLAIN, region.substring(0, Math.max(slash, 0)));
            places.add(values.add(regionsOf(country), region.substring(slash + 1)));
        }
        return numbers(places, Integer::intValue);
    }

    /** The space of a country's regions. */
    static long regionsOf(int country) {
        return country + 1L;
    }

    static int[] devices(Campaign campaign, Vocabulary values) {
        return numbers(campaign.targeting().devices(), type -> values.add(type.code(), ""));
    }

    static int[] bundle(Campaign campaign, Vocabulary values) {
        return campaign.appBundle() == null ? new int[0] : plain(List.of(campaign.appBundle()), values);
    }

    static int[] language(Campaign campaign, Vocabulary values) {
        return campaign.language() == null ? new int[0] : plain(List.of(campaign.language()), values);
    }

    /** The domains and all above them that have a dot, so that blocking one blocks what lies under it. */
    static int[] parentDomains(List<String> domains, Vocabulary values) {
        List<String> parents = new ArrayList<>();
        for (String domain : domains) {
            for (int start = 0; domain.indexOf('.', start) >= 0; start = domain.indexOf('.', start) + 1) {
                parents.add(domain.substring(start));
            }
        }
        return plain(parents, values);
    }

    /** Categories, whose space is their taxonomy. */
    static int[] categories(int taxonomy, List<String> categories, Vocabulary values) {
        return numbers(categories, category -> values.add(taxonomy, category));
    }

    /** The categories and, in the first taxonomy, all above them, so that blocking one blocks what lies under it. */
    static int[] parentCategories(int taxonomy, List<String> categories, Vocabulary values) {
        List<String> parents = new ArrayList<>();
        for (String category : categories) {
            parents.add(category);
            int dash = hasParents(taxonomy) ? category.lastIndexOf('-') : -1;
            while (dash > 0) {
                parents.add(category.substring(0, dash));
                dash = category.lastIndexOf('-', dash - 1);
            }
        }
        return categories(taxonomy, parents, values);
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

    /** A size is no text, it is a space of its own; never that of a format, whose name is a plain text. */
    static long size(int w, int h) {
        return (long) w << 32 | (h & 0xFFFFFFFFL);
    }

    /** The formats of the campaign's creatives, and the sizes of its banners. */
    static int[] shown(Campaign campaign, Vocabulary values) {
        Set<Integer> shown = new TreeSet<>();
        for (Creative creative : campaign.creatives()) {
            shown.add(values.add(Vocabulary.PLAIN, creative.format().label()));
            if (creative.format() == AdFormat.BANNER) {
                creative.sizes().forEach(size -> shown.add(values.add(size(size.w(), size.h()), "")));
            }
        }
        return shown.stream().mapToInt(Integer::intValue).toArray();
    }
}
