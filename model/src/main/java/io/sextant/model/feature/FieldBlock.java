package io.sextant.model.feature;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * One field's block of the embedding table and the hash that fills it. The hash is seeded with the field's name, so that
 * two values which collide in one field do not collide in another. Nothing here allocates.
 */
final class FieldBlock {
    private final FeatureSchema schema;
    private final int field;
    private final int codes;
    private final Hasher64 hasher;

    FieldBlock(FeatureSchema schema, int field) {
        this.schema = schema;
        this.field = field;
        this.codes = schema.fields().get(field).rows() - FeatureSchema.FIRST_VALUE;
        long seed = Hashing.xxh3_64(schema.hashSeed()).hashCharsToLong(schema.fields().get(field).name());
        this.hasher = Hashing.xxh3_64(seed);
    }

    int missing() {
        return schema.missingIndex(field);
    }

    /** Row of a text; an empty one is missing. */
    int text(CharSequence value) {
        return value.isEmpty() ? missing() : schema.valueIndex(field, hasher.hashCharsToLong(value));
    }

    /** Row of a text that means something only together with another, such as a region in a country. */
    int textWithin(CharSequence scope, CharSequence value) {
        if (value.isEmpty()) {
            return missing();
        }
        long hash = hasher.hashLongLongToLong(hasher.hashCharsToLong(scope), hasher.hashCharsToLong(value));
        return schema.valueIndex(field, hash);
    }

    /** Row of a number from an open set; 0 is missing. */
    int number(long value) {
        return value == 0 ? missing() : schema.valueIndex(field, hasher.hashLongToLong(value));
    }

    /**
     * Row of a code from a short list that counts from 0. Codes that the block has room for get a row each, so that small
     * vocabularies never collide; later ones are hashed, negative ones are missing.
     */
    int code(int value) {
        if (value < 0) {
            return missing();
        }
        return value < codes
                ? schema.missingIndex(field) + 1 + value
                : schema.valueIndex(field, hasher.hashLongToLong(value));
    }
}
