package io.sextant.bidder.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the catalogue file, read key by key. Every mistake is a {@link CatalogueException} that names the place,
 * the key, the value and what would be right. Cold.
 */
final class CatalogueEntry {
    /*
     * The keys that are asked for are the keys that exist: close() refuses all others, and needs no list of them.
     */
    private static final int TYPO_DISTANCE = 3;

    private final String place;
    private final JsonNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * Starts reading.
     *
     * @param place where the mapping stands, in words that a reader of the file understands
     */
    CatalogueEntry(String place, JsonNode node) {
        if (!node.isObject()) {
            throw noMapping(place, node);
        }
        this.place = place;
        this.node = node;
    }

    /**
     * Starts reading an entry of a list.
     *
     * @param place where the list's mapping stands
     * @param key   of the list, in the plural
     * @param index in the list
     */
    static CatalogueEntry ofList(String place, String key, int index, JsonNode node) {
        // Whoever wrote the file knows an entry by its id, not by its number.
        JsonNode id = node.path("id");
        String name = id.isValueNode() ? key.substring(0, key.length() - 1) + " " + id.asText()
                : key + "[" + index + "]";
        return new CatalogueEntry(place + ": " + name, node);
    }

    /** The exception for something else where keys with values belong. */
    static CatalogueException noMapping(String place, JsonNode node) {
        return new CatalogueException(place + ": is " + shown(node) + ", must be keys with values");
    }

    /** The exception for a value that cannot be used. */
    CatalogueException refuse(String key, String problem) {
        return new CatalogueException(place + ": " + key + ": " + problem);
    }

    boolean has(String key) {
        return !child(key).isMissingNode();
    }

    String text(String key) {
        String value = textOrNull(key);
        if (value == null) {
            throw refuse(key, "is missing; add it");
        }
        return value;
    }

    @Nullable
    String textOrNull(String key) {
        JsonNode value = child(key);
        return value.isMissingNode() ? null : scalar(key, value);
    }

    List<String> texts(String key) {
        JsonNode list = child(key);
        List<String> texts = new ArrayList<>();
        if (list.isMissingNode()) {
            return texts;
        }
        if (!list.isArray()) {
            throw refuse(key, shown(list) + " is not a list; write [a, b]");
        }
        for (JsonNode item : list) {
            texts.add(scalar(key, item));
        }
        return texts;
    }

    /** Texts of a form, brought into another one; {@code parse} gives null for what is not of that form. */
    <T> List<T> parsed(String key, String form, Function<String, @Nullable T> parse) {
        List<T> values = new ArrayList<>();
        for (String text : texts(key)) {
            T value = parse.apply(text);
            if (value == null) {
                throw refuse(key, "\"" + text + "\" is not right; write " + form);
            }
            values.add(value);
        }
        return values;
    }

    double number(String key, double otherwise, double min, double max) {
        JsonNode value = child(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            throw refuse(key, shown(value) + " is not right; write a number from " + plain(min) + " to " + plain(max));
        }
        return value.doubleValue();
    }

    double number(String key, double min, double max) {
        require(key);
        return number(key, 0, min, max);
    }

    int integer(String key, int otherwise, int min, int max) {
        JsonNode value = child(key);
        return value.isMissingNode() ? otherwise : integer(key, value, min, max);
    }

    int integer(String key, int min, int max) {
        require(key);
        return integer(key, 0, min, max);
    }

    List<Integer> integers(String key, int min, int max) {
        JsonNode list = child(key);
        List<Integer> integers = new ArrayList<>();
        if (!list.isMissingNode() && !list.isArray()) {
            throw refuse(key, shown(list) + " is not a list; write [1, 2]");
        }
        for (JsonNode item : list) {
            integers.add(integer(key, item, min, max));
        }
        return integers;
    }

    private int integer(String key, JsonNode value, int min, int max) {
        if (!value.isIntegralNumber() || value.longValue() < min || value.longValue() > max) {
            throw refuse(key, shown(value) + " is not right; write a whole number from " + min + " to " + max);
        }
        return value.intValue();
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = child(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw refuse(key, shown(value) + " is not right; write true or false");
        }
        return value.booleanValue();
    }

    /** A constant, written in lower case with dashes. */
    <E extends Enum<E>> E choice(String key, E[] constants, @Nullable E otherwise) {
        String text = textOrNull(key);
        if (text == null && otherwise != null) {
            return otherwise;
        }
        return constant(key, text == null ? text(key) : text, constants);
    }

    <E extends Enum<E>> List<E> choices(String key, E[] constants) {
        List<E> chosen = new ArrayList<>();
        for (String text : texts(key)) {
            chosen.add(constant(key, text, constants));
        }
        return chosen;
    }

    private <E extends Enum<E>> E constant(String key, String text, E[] constants) {
        for (E constant : constants) {
            if (written(constant).equals(text)) {
                return constant;
            }
        }
        throw refuse(key, "\"" + text + "\" is not known; write one of "
                + Stream.of(constants).map(CatalogueEntry::written).collect(Collectors.joining(", ")));
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Nullable
    CatalogueEntry entry(String key) {
        JsonNode value = child(key);
        return value.isMissingNode() ? null : new CatalogueEntry(place + ": " + key, value);
    }

    /** The mappings of a list; at least one. */
    List<CatalogueEntry> entries(String key) {
        requireEntries(key);
        JsonNode list = child(key);
        List<CatalogueEntry> entries = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            entries.add(ofList(place, key, i, list.get(i)));
        }
        return entries;
    }

    /** Refuses what is no list, and a list without entries. */
    void requireEntries(String key) {
        JsonNode list = child(key);
        if (!list.isArray() || list.isEmpty()) {
            throw refuse(key, (list.isMissingNode() ? "is missing" : shown(list) + " is not right")
                    + "; write a list with at least one entry");
        }
    }

    /** Refuses keys that nothing has asked for. */
    void close() {
        for (var names = node.fieldNames(); names.hasNext();) {
            String key = names.next();
            if (!asked.contains(key)) {
                throw refuse(key, "there is no such key; " + remedy(key));
            }
        }
    }

    private String remedy(String key) {
        var distance = new LevenshteinDistance(TYPO_DISTANCE);
        String nearest = null;
        int least = TYPO_DISTANCE + 1;
        for (String known : asked) {
            int edits = distance.apply(key, known);
            if (edits >= 0 && edits < least) {
                least = edits;
                nearest = known;
            }
        }
        return nearest == null ? "known are " + String.join(", ", asked) : "did you mean " + nearest + "?";
    }

    private void require(String key) {
        if (!has(key)) {
            throw refuse(key, "is missing; add it");
        }
    }

    private JsonNode child(String key) {
        asked.add(key);
        JsonNode value = node.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private String scalar(String key, JsonNode value) {
        if (!value.isValueNode() || value.asText().isBlank()) {
            throw refuse(key, shown(value) + " is not right; write a text that is not empty");
        }
        return value.asText().strip();
    }

    private static String shown(JsonNode value) {
        String text = value.isTextual() ? "\"" + value.asText() + "\"" : value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
