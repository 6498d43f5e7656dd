package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The order that campaigns are numbered in: those that want the same places lie together, and among them those that want the
 * same exchanges and devices. Cold.
 */
final class CampaignOrder {
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Row(Campaign campaign, int[] places, int[] exchanges, int[] devices) {}

    private static final Comparator<Row> LEXICOGRAPHIC = Comparator.comparing(Row::places, Arrays::compare)
            .thenComparing(Row::exchanges, Arrays::compare).thenComparing(Row::devices, Arrays::compare);

    private CampaignOrder() {}

    /** The campaigns in their order; in the order that they came in where nothing tells them apart. */
    static List<Campaign> of(List<Campaign> campaigns) {
        Map<String, Integer> places = byPopularity(campaigns.stream().flatMap(CampaignOrder::places));
        Map<String, Integer> exchanges = byPopularity(
                campaigns.stream().flatMap(each -> each.targeting().exchanges().stream()));
        List<Row> rows = new ArrayList<>(campaigns.size());
        for (Campaign campaign : campaigns) {
            rows.add(new Row(campaign, ranks(places(campaign), places),
                    ranks(campaign.targeting().exchanges().stream(), exchanges),
                    campaign.targeting().devices().stream().mapToInt(DeviceType::code).sorted().toArray()));
        }
        rows.sort(LEXICOGRAPHIC);
        return rows.stream().map(Row::campaign).toList();
    }

    private static Stream<String> places(Campaign campaign) {
        Targeting targeting = campaign.targeting();
        return Stream.concat(targeting.countries().stream(), targeting.regions().stream());
    }

    /** The most wanted place first, so that the requests that leave most campaigns find them in one run. */
    private static Map<String, Integer> byPopularity(Stream<String> named) {
        Map<String, Integer> counts = new HashMap<>();
        named.forEach(name -> counts.merge(name, 1, Integer::sum));
        List<String> ranked = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey).toList();
        Map<String, Integer> ranks = new HashMap<>();
        ranked.forEach(name -> ranks.put(name, ranks.size()));
        return ranks;
    }

    private static int[] ranks(Stream<String> named, Map<String, Integer> ranks) {
        return named.mapToInt(ranks::get).sorted().toArray();
    }
}
