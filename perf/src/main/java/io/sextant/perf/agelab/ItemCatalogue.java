package io.sextant.perf.agelab;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchema.Field;
import io.sextant.perf.agelab.world.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the models of a laboratory read: a field for each feature of the user, one for the item, one for each feature of the
 * item; a feature that users have or have not is a field of one value. Every value has a row of its own. Immutable and
 * thread-safe.
 */
public final class ItemCatalogue {
    private static final long SEED = 0xa6e;

    private final FeatureSchema schema;
    private final AdTable ads;

    /**
     * Lays the table out.
     *
     * @param userValues values of each field of the user, 1 or more
     * @param items      each item's features, values from 0 or {@link Round#MISSING}, equally many; may be empty arrays
     */
    public ItemCatalogue(int[] userValues, List<int[]> items) {
        List<Field> fields = new ArrayList<>();
        for (int field = 0; field < userValues.length; field++) {
            fields.add(new Field("user-" + field, false, FeatureSchema.FIRST_VALUE + userValues[field]));
        }
        fields.add(new Field("item", true, FeatureSchema.FIRST_VALUE + items.size()));
        int itemFields = items.isEmpty() ? 0 : items.getFirst().length;
        for (int field = 0; field < itemFields; field++) {
            int at = field;
            int values = 1 + items.stream().mapToInt(item -> item[at]).max().orElse(0);
            fields.add(new Field("item-" + field, true, FeatureSchema.FIRST_VALUE + Math.max(1, values)));
        }
        this.schema = new FeatureSchema(fields, SEED);
        int first = schema.requestFields();
        this.ads = new AdTable(schema, IntStream.range(0, items.size()).mapToObj(item -> {
            int[] rows = new int[1 + itemFields];
            rows[0] = row(first, item);
            for (int field = 0; field < itemFields; field++) {
                rows[1 + field] = row(first + 1 + field, items.get(item)[field]);
            }
            return rows;
        }).toList());
    }

    /** Users with features that they have or have not, and items of which nothing is known but which they are. */
    public static ItemCatalogue multiHot(int features, int items) {
        int[] values = new int[features];
        Arrays.fill(values, 1);
        return new ItemCatalogue(values, IntStream.range(0, items).mapToObj(_ -> new int[0]).toList());
    }

    /** The features. */
    public FeatureSchema schema() {
        return schema;
    }

    /** Every item's features, by item number. */
    public AdTable ads() {
        return ads;
    }

    /** Row of the embedding table; {@link Round#MISSING} is the missing value's. */
    private int row(int field, int value) {
        return schema.missingIndex(field) + 1 + value;
    }

    /**
     * Writes the user's rows.
     *
     * @param request values, as of {@link Round#request}
     * @param rows    [requestFields], out
     */
    void request(int[] request, int[] rows) {
        for (int field = 0; field < rows.length; field++) {
            rows[field] = row(field, request[field]);
        }
    }
}
