package io.sextant.perf.estimators;

import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The ads that a model has learned of, and on what share of the impressions of a format and size each was shown: what a net
 * that sees the request alone averages over. Immutable.
 */
final class AdMix {
    private final List<Integer> fields;
    private final List<int[]> ads;
    private final Map<List<Integer>, SequencedMap<Integer, Integer>> byKind = new HashMap<>();
    private final SequencedMap<Integer, Integer> anywhere = new LinkedHashMap<>();

    /** Of the rows that were learned from; a label that is taken back takes its impression back. */
    AdMix(LabelledRows rows) {
        FeatureSchema schema = rows.schema();
        List<String> names = schema.fields().stream().map(FeatureSchema.Field::name).toList();
        this.fields = List.of(names.indexOf("format"), names.indexOf("size"));
        SequencedMap<List<Integer>, Integer> numbers = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            int[] row = Arrays.copyOfRange(rows.features(), i * schema.size(), (i + 1) * schema.size());
            List<Integer> ad = Arrays.stream(row, schema.requestFields(), row.length).boxed().toList();
            int number = numbers.computeIfAbsent(ad, _ -> numbers.size());
            int weight = Math.round(rows.weights()[i]);
            anywhere.merge(number, weight, Integer::sum);
            byKind.computeIfAbsent(kind(row), _ -> new LinkedHashMap<>()).merge(number, weight, Integer::sum);
        }
        this.ads = new ArrayList<>(numbers.sequencedKeySet().stream()
                .map(ad -> ad.stream().mapToInt(Integer::intValue).toArray()).toList());
    }

    private List<Integer> kind(int[] row) {
        return fields.stream().map(field -> row[field]).toList();
    }

    /** Table rows of each ad, by its number. */
    List<int[]> ads() {
        return List.copyOf(ads);
    }

    /** Impressions by ad number, of the request's formats and size; of all where there was none. */
    SequencedMap<Integer, Integer> of(int[] request) {
        return byKind.getOrDefault(kind(request), anywhere);
    }

    /**
     * One of the request's ads, drawn by its share.
     *
     * @param uniform 0 to below 1
     */
    int drawn(int[] request, double uniform) {
        SequencedMap<Integer, Integer> mix = of(request);
        double left = uniform * mix.values().stream().mapToInt(Integer::intValue).sum();
        for (var entry : mix.entrySet()) {
            left -= entry.getValue();
            if (left < 0) {
                return entry.getKey();
            }
        }
        return mix.lastEntry().getKey();
    }
}
