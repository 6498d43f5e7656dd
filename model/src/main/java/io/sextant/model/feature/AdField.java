package io.sextant.model.feature;

import java.util.List;
import java.util.Locale;

/**
 * A feature of the ad: its name, the room it gets, and where its value comes from.
 *
 * @param name name in the schema
 * @param rows rows of its block in the standard schema at factor 1
 * @param open whether the vocabulary grows with the catalogue, so that the rows scale with the schema's factor
 * @param read finds the row of an ad's value
 */
record AdField(String name, int rows, boolean open, Reader read) {

    /** Finds the table row of one field of one ad. */
    @FunctionalInterface
    interface Reader {
        int row(FieldBlock block, AdFeatures ad);
    }

    /**
     * Every ad field that the encoder knows, in the order of the standard schema. This list is the one place where an ad
     * feature is added, changed or removed.
     */
    static final List<AdField> ALL = List.of(
            new AdField("advertiser", 512, true, (block, ad) -> block.text(ad.advertiser())),
            new AdField("campaign", 1_024, true, (block, ad) -> block.text(ad.campaign())),
            new AdField("creative", 4_096, true, (block, ad) -> block.text(ad.creative())),
            new AdField("creative-size", 512, false,
                    (block, ad) -> block.number(RequestView.packSize(ad.width(), ad.height()))),
            new AdField("creative-format", 32, false, (block, ad) -> block.text(ad.format())),
            new AdField("category", 512, false, (block, ad) -> block.text(ad.category())),
            new AdField("landing-domain", 1_024, true, (block, ad) -> block.text(ad.landingDomain())),
            new AdField("language", 128, false, (block, ad) -> block.text(ad.language())));

    static AdField named(String name) {
        for (AdField field : ALL) {
            if (field.name.equals(name)) {
                return field;
            }
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT,
                "the schema has an ad field \"%s\" that this encoder does not know; it knows %s", name,
                ALL.stream().map(AdField::name).toList()));
    }
}
