package io.sextant.model.feature;

import java.util.List;
import java.util.Objects;

/**
 * The features of all ads of a catalogue, by ad number, and after them those of the masked ad, whose every field is MASK. A
 * model computes what it can about each of them before it serves.
 *
 * <p>
 * Immutable and thread-safe.
 */
public final class AdTable {
    private final FeatureSchema schema;
    private final int size;
    private final int[] features;

    /**
     * Copies the features into one table.
     *
     * @param schema whose ad fields they are
     * @param ads    by ad number, [adFields] table rows each
     * @throws IllegalArgumentException if an ad has another number of features
     */
    public AdTable(FeatureSchema schema, List<int[]> ads) {
        int fields = schema.adFields();
        this.schema = schema;
        this.size = ads.size();
        this.features = new int[Math.multiplyExact(size + 1, fields)];
        for (int ad = 0; ad < size; ad++) {
            if (ads.get(ad).length != fields) {
                throw new IllegalArgumentException("ad " + ad + " has " + ads.get(ad).length + " features, "
                        + schema + " has " + fields + " ad fields");
            }
            System.arraycopy(ads.get(ad), 0, features, ad * fields, fields);
        }
        for (int field = 0; field < fields; field++) {
            features[size * fields + field] = schema.maskIndex(schema.requestFields() + field);
        }
    }

    /** Whose ad fields these are. */
    public FeatureSchema schema() {
        return schema;
    }

    /** Number of ads, the masked one not among them. */
    public int size() {
        return size;
    }

    /** Number of the masked ad, {@link #size}. */
    public int masked() {
        return size;
    }

    /**
     * One feature of an ad.
     *
     * @param ad    0 to {@link #masked}
     * @param field 0 to adFields - 1
     * @return row of the embedding table
     */
    public int feature(int ad, int field) {
        int fields = schema.adFields();
        return features[ad * fields + Objects.checkIndex(field, fields)];
    }

    /** Copies an ad's features to {@code out} from {@code at} on. */
    public void copy(int ad, int[] out, int at) {
        int fields = schema.adFields();
        System.arraycopy(features, ad * fields, out, at, fields);
    }
}
