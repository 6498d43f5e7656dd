package io.sextant.model.feature;

import java.util.List;
import java.util.Locale;

/**
 * A feature of the request: its name, the room it gets, and where its value comes from.
 *
 * @param name name in the schema
 * @param rows rows of its block in the standard schema at factor 1
 * @param open whether the vocabulary grows with traffic, so that the rows scale with the schema's factor
 * @param read finds the row of a request's value
 */
record RequestField(String name, int rows, boolean open, Reader read) {

    /** Finds the table row of one field of one impression. */
    @FunctionalInterface
    interface Reader {
        int row(FieldBlock block, RequestView view);
    }

    /**
     * Every request field that the encoder knows, in the order of the standard schema. This list is the one place where
     * a request feature is added, changed or removed.
     *
     * <p>
     * Publishers' and placements' ids are only unique within an exchange, regions within a country. Format is the
     * <em>set</em> of formats on offer: the request is encoded once for all its candidates, the candidate's own format is
     * an ad field, and the net sees both.
     */
    static final List<RequestField> ALL = List.of(
            new RequestField("exchange", 64, false, (block, view) -> block.text(view.exchange())),
            new RequestField("site", 16_384, true, (block, view) -> block.text(view.site())),
            new RequestField("publisher", 8_192, true,
                    (block, view) -> block.textWithin(view.exchange(), view.publisher())),
            new RequestField("tagid", 16_384, true, (block, view) -> block.textWithin(view.exchange(), view.tag())),
            new RequestField("format", 18, false, (block, view) -> block.code(view.formats())),
            new RequestField("size", 512, false, (block, view) -> block.number(view.size())),
            new RequestField("position", 16, false, (block, view) -> block.code(view.position())),
            new RequestField("devicetype", 16, false,
                    (block, view) -> block.code(
                            view.request().getDevice().hasDevicetype()
                                    ? view.request().getDevice().getDevicetype()
                                    : -1)),
            new RequestField("os", 64, false,
                    (block, view) -> block.text(view.agents().os(view.request().getDevice()))),
            new RequestField("browser", 128, false,
                    (block, view) -> block.text(view.agents().browser(view.request().getDevice()))),
            new RequestField("country", 512, false, (block, view) -> block.text(view.country())),
            new RequestField("region", 2_048, true,
                    (block, view) -> block.textWithin(view.country(), view.region())),
            new RequestField("hour", 26, false, (block, view) -> block.code(view.hour())),
            new RequestField("weekday", 9, false, (block, view) -> block.code(view.weekday())),
            new RequestField("user", 16_384, true, (block, view) -> block.text(view.user())),
            new RequestField("segment", 4_096, true, (block, view) -> block.text(view.segment())));

    static RequestField named(String name) {
        for (RequestField field : ALL) {
            if (field.name.equals(name)) {
                return field;
            }
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT,
                "the schema has a request field \"%s\" that this encoder does not know; it knows %s", name,
                ALL.stream().map(RequestField::name).toList()));
    }
}
