package io.sextant.model.feature;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a model: which fields there are, how many rows of the embedding table each has, and how values are
 * hashed into them.
 *
 * <p>
 * Every field owns a contiguous block of rows. In the block, row 0 is the MASK id (used for ad fields when only the
 * request is to be judged), row 1 stands for a missing value, the rest are hash buckets. Immutable and thread-safe.
 */
public final class FeatureSchema {
    /** Row in a field's block that stands for "not looked at". */
    public static final int MASK = 0;
    /** Row in a field's block that stands for "not given". */
    public static final int MISSING = 1;
    /** First row in a field's block that values are hashed into. */
    public static final int FIRST_VALUE = 2;

    /**
     * One field.
     *
     * @param name unique name
     * @param ad   whether it describes the ad and not the request
     * @param rows rows of its block, at least 3
     */
    public record Field(String name, boolean ad, int rows) {
        public Field {
            if (rows <= FIRST_VALUE) {
                throw new IllegalArgumentException(
                        "field " + name + ": rows is " + rows + ", must be above " + FIRST_VALUE);
            }
        }
    }

    private final List<Field> fields;
    private final long hashSeed;
    private final int requestFields;
    private final int[] offsets;
    private final int[] blockRows;
    private final int rows;
    private final long fingerprint;

    /**
     * Lays the fields' blocks out one after the other.
     *
     * @param fields   request fields first, then ad fields; names are unique
     * @param hashSeed seed of the value hash
     * @throws IllegalArgumentException if an ad field stands before a request field or a name appears twice
     */
    public FeatureSchema(List<Field> fields, long hashSeed) {
        this.fields = List.copyOf(fields);
        this.hashSeed = hashSeed;
        this.requestFields = (int) fields.stream().filter(field -> !field.ad()).count();
        this.offsets = new int[fields.size()];
        this.blockRows = new int[fields.size()];
        var hash = Hashing.xxh3_64(hashSeed).hashStream();
        int next = 0;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (field.ad() != (i >= requestFields)) {
                throw new IllegalArgumentException("field " + field.name() + ": request fields come before ad fields");
            }
            offsets[i] = next;
            blockRows[i] = field.rows();
            next = Math.addExact(next, field.rows());
            hash.putString(field.name()).putBoolean(field.ad()).putInt(field.rows());
        }
        if (fields.stream().map(Field::name).distinct().count() != fields.size()) {
            throw new IllegalArgumentException("field names must be unique: " + fields);
        }
        this.rows = next;
        this.fingerprint = hash.putLong(hashSeed).getAsLong();
    }

    /** All fields, request fields first. */
    public List<Field> fields() {
        return fields;
    }

    /** Seed of the value hash. */
    public long hashSeed() {
        return hashSeed;
    }

    /** Number of all fields. */
    public int size() {
        return offsets.length;
    }

    /** Number of fields that describe the request. */
    public int requestFields() {
        return requestFields;
    }

    /** Number of fields that describe the ad. */
    public int adFields() {
        return offsets.length - requestFields;
    }

    /** Rows of the whole embedding table. */
    public int rows() {
        return rows;
    }

    /** Identifies layout and hash; two schemas with the same fingerprint encode alike. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Table row of {@code field}'s MASK id. */
    public int maskIndex(int field) {
        return offsets[field] + MASK;
    }

    /** Table row that stands for a missing value of {@code field}. */
    public int missingIndex(int field) {
        return offsets[field] + MISSING;
    }

    /** Table row of a value with the given 64-bit hash in {@code field}. */
    public int valueIndex(int field, long hash) {
        int buckets = blockRows[field] - FIRST_VALUE;
        // Multiply-shift: the high half of hash's upper 32 bits times the bucket count is uniform without a division.
        return offsets[field] + FIRST_VALUE + (int) (((hash >>> 32) * buckets) >>> 32);
    }

    /** The field whose block holds the table row {@code index}. */
    public int fieldOf(int index) {
        int found = Arrays.binarySearch(offsets, index);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSchema that && hashSeed == that.hashSeed && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint);
    }

    @Override
    public String toString() {
        return "FeatureSchema[" + fields.size() + " fields, " + rows + " rows, "
                + Long.toHexString(fingerprint) + "]";
    }
}
