package io.sextant.model.feature;

import java.util.ArrayList;
import java.util.List;

/** The schemas that Sextant comes with. */
public final class FeatureSchemas {
    /** Hash seed of the standard schema. */
    public static final long HASH_SEED = 0x5e87a27_2026L;

    private static final int ROWS_MIN = 16;

    private FeatureSchemas() {}

    /** Sixteen fields of the request and eight of the ad, about 75,000 rows. */
    public static FeatureSchema standard() {
        return standard(1, HASH_SEED);
    }

    /**
     * The standard fields with more or less room.
     *
     * @param rowsFactor factor on the rows of every field whose vocabulary grows with traffic or catalogue (sites, users,
     *                   creatives …); above 0. Closed vocabularies (hours, formats, countries …) keep theirs
     * @param hashSeed   seed of the value hash
     * @throws IllegalArgumentException if the factor is not above 0 or the table would pass 2^31 rows
     */
    public static FeatureSchema standard(double rowsFactor, long hashSeed) {
        if (!(rowsFactor > 0)) {
            throw new IllegalArgumentException("rowsFactor is " + rowsFactor + ", must be above 0");
        }
        List<FeatureSchema.Field> fields = new ArrayList<>();
        for (RequestField field : RequestField.ALL) {
            fields.add(new FeatureSchema.Field(field.name(), false, rows(field.rows(), field.open(), rowsFactor)));
        }
        for (AdField field : AdField.ALL) {
            fields.add(new FeatureSchema.Field(field.name(), true, rows(field.rows(), field.open(), rowsFactor)));
        }
        return new FeatureSchema(fields, hashSeed);
    }

    private static int rows(int rows, boolean open, double factor) {
        return open ? Math.max(ROWS_MIN, Math.toIntExact(Math.round(rows * factor))) : rows;
    }
}
