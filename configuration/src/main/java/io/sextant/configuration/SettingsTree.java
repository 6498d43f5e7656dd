package io.sextant.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The settings while they are put together: values, where each came from, and everything that is wrong with them.
 */
/*
 * Reading is directed by the record's types and not by YAML's guesses: `country: NO` is text where text is expected, and
 * `0123` is not an octal number. So every value is checked where its line is still known.
 */
final class SettingsTree {
    /** Stands for a value that must not be shown. */
    static final String MASK = "******";

    private static final int SHOWN_CHARACTERS = 80;

    private final SettingType root;
    private final ObjectNode values = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> origins = new HashMap<>();
    private final Set<String> secrets = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private Map<String, String> fixed = Map.of();
    private boolean complete;

    SettingsTree(Class<?> type) {
        this.root = SettingType.of(type);
    }

    /** Lays a document over what is there: groups are merged, lists and maps replaced. The first must have every key. */
    void lay(YamlText text) {
        Node node = text.compose(false);
        if (node != null) {
            read(node, root, "", text, complete ? values : null);
        }
        complete = true;
    }

    /** From now on these keys at the top may not be set, for the reasons given. */
    void fix(Map<String, String> keys) {
        fixed = Map.copyOf(keys);
    }

    /** Sets one key, given as a dotted path, from the text of its value. */
    void set(String path, String value, String origin) {
        Place place = find(path, origin, value);
        if (place == null) {
            return;
        }
        var text = new YamlText(origin, false, value);
        Node node;
        if (place.type.isText()) {
            node = new ScalarNode(Tag.STR, value, null, null, ScalarStyle.PLAIN);
        } else {
            node = text.compose(false);
        }
        if (node == null) {
            problem(origin, path, "must be " + place.type.expected());
            return;
        }
        JsonNode read = read(node, place.type, path, text, place.value());
        if (place.parent instanceof ArrayNode list) {
            list.set(place.index, read);
        } else {
            ((ObjectNode) place.parent).set(place.key, read);
        }
    }

    /** The merged values. */
    ObjectNode values() {
        return values;
    }

    /** What is wrong so far, one line each. */
    List<String> problems() {
        return problems;
    }

    /** Notes a problem with the value at a path, wherever that value came from. */
    void problem(String path, String what) {
        String origin = null;
        for (String key = path; origin == null; key = parent(key)) {
            origin = origins.get(key);
            if (key.isEmpty()) {
                break;
            }
        }
        JsonNode value = at(path);
        String shown = value == null ? "" : " = " + (secret(path) ? MASK : shown(value.toString()));
        String line = origin + ": " + (path.isEmpty() ? "" : path + shown + ": ") + what;
        if (!problems.contains(line)) {
            problems.add(line);
        }
    }

    /** Whether a value is set at the path. */
    boolean has(String path) {
        return at(path) != null;
    }

    /** Dotted paths of all keys that are not groups. */
    List<String> keys() {
        var keys = new ArrayList<String>();
        collect(root, "", keys);
        return keys;
    }

    private static void collect(SettingType type, String path, List<String> keys) {
        type.keys().forEach((key, below) -> {
            if (below.isGroup()) {
                collect(below, join(path, key), keys);
            } else {
                keys.add(join(path, key));
            }
        });
    }

    private JsonNode read(Node node, SettingType type, String path, YamlText source, @Nullable JsonNode before) {
        origins.put(path, source.at(node));
        if (type.secret()) {
            secrets.add(path);
        }
        boolean isNull = node.getTag().equals(Tag.NULL) && node instanceof ScalarNode;
        if (type.isGroup()) {
            // A group whose keys are all commented out reads as null and changes nothing.
            if (isNull && (before != null || type.nullable())) {
                return before != null ? before : NullNode.instance;
            }
            return node instanceof MappingNode mapping ? group(mapping, type, path, source, before)
                    : wrong(node, type, path, source);
        }
        if (isNull) {
            if (!type.nullable()) {
                problem(source.at(node), path + " = null", "must be " + type.expected());
            }
            return NullNode.instance;
        }
        if (type.isMap()) {
            return node instanceof MappingNode mapping
                    ? map(mapping, Objects.requireNonNull(type.element()), path, source)
                    : wrong(node, type, path, source);
        }
        if (type.isList()) {
            return node instanceof SequenceNode sequence
                    ? list(sequence, Objects.requireNonNull(type.element()), path, source)
                    : wrong(node, type, path, source);
        }
        JsonNode value = node instanceof ScalarNode scalar ? scalar(scalar, type) : null;
        return value == null ? wrong(node, type, path, source) : value;
    }

    private ObjectNode group(MappingNode mapping, SettingType type, String path, YamlText source,
            @Nullable JsonNode before) {
        ObjectNode group = path.isEmpty() ? values
                : before instanceof ObjectNode present ? present : JsonNodeFactory.instance.objectNode();
        Map<String, SettingType> keys = type.keys();
        entries(mapping, path, source, (key, value) -> {
            SettingType keyType = keys.get(key);
            String keyPath = join(path, key);
            if (path.isEmpty() && fixed.containsKey(key)) {
                problem(source.at(value), keyPath, Objects.requireNonNull(fixed.get(key)));
                return;
            }
            if (keyType == null) {
                String shown = value instanceof ScalarNode scalar && !SettingType.secretName(key)
                        ? " = " + shown(scalar.getValue())
                        : "";
                problem(source.at(value), keyPath + shown, unknown(path, key, free(path, keys.keySet())));
                return;
            }
            if (SettingType.secretName(key)) {
                secrets.add(keyPath);
            }
            group.set(key, read(value, keyType, keyPath, source, group.get(key)));
        });
        if (before == null) {
            keys.forEach((key, keyType) -> {
                if (!group.has(key) && !keyType.nullable()) {
                    problem(source.at(mapping), join(path, key), "is missing, must be " + keyType.expected());
                }
            });
        }
        return group;
    }

    private ObjectNode map(MappingNode mapping, SettingType element, String path, YamlText source) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        entries(mapping, path, source, (key, value) -> {
            if (SettingType.secretName(key)) {
                secrets.add(join(path, key));
            }
            map.set(key, read(value, element, join(path, key), source, null));
        });
        return map;
    }

    private ArrayNode list(SequenceNode sequence, SettingType element, String path, YamlText source) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Node node : sequence.getValue()) {
            list.add(read(node, element, path + "[" + list.size() + "]", source, null));
        }
        return list;
    }

    private void entries(MappingNode mapping, String path, YamlText source,
            BiConsumer<String, Node> each) {
        var seen = new HashMap<String, String>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            String place = source.at(tuple.getKeyNode());
            String earlier = seen.putIfAbsent(key, place);
            if (earlier == null) {
                each.accept(key, tuple.getValueNode());
            } else {
                problem(place, join(path, key), "is given twice, first at " + earlier);
            }
        }
    }

    private static @Nullable JsonNode scalar(ScalarNode node, SettingType type) {
        Class<?> raw = type.raw();
        String text = node.getValue();
        try {
            if (raw == boolean.class || raw == Boolean.class) {
                return text.equals("true") || text.equals("false") ? BooleanNode.valueOf(text.equals("true")) : null;
            }
            if (raw == int.class || raw == Integer.class) {
                return IntNode.valueOf(Integer.parseInt(text.replace("_", "")));
            }
            if (raw == long.class || raw == Long.class) {
                return LongNode.valueOf(Long.parseLong(text.replace("_", "")));
            }
            if (raw == double.class || raw == Double.class || raw == float.class || raw == Float.class) {
                double value = Double.parseDouble(text.replace("_", ""));
                return Double.isFinite(value) ? DoubleNode.valueOf(value) : null;
            }
            if (raw == Duration.class) {
                ReadableDuration.parse(text);
            }
            if (raw.isEnum() && SettingType.constants(raw).noneMatch(text::equals)) {
                return null;
            }
            return TextNode.valueOf(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    private JsonNode wrong(Node node, SettingType type, String path, YamlText source) {
        String shown = switch (node) {
            case ScalarNode scalar -> shown(scalar.getValue());
            case SequenceNode _ -> "a list";
            default -> "a group of keys";
        };
        problem(source.at(node), path.isEmpty() ? shown : path + " = " + (secret(path) ? MASK : shown),
                "must be " + type.expected());
        return NullNode.instance;
    }

    private Collection<String> free(String path, Collection<String> keys) {
        return path.isEmpty() ? keys.stream().filter(key -> !fixed.containsKey(key)).toList() : keys;
    }

    private String unknown(String path, String key, Collection<String> allowed) {
        String near = nearest(key, allowed);
        if (near != null) {
            return "unknown key, did you mean " + join(path, near) + "?";
        }
        List<String> elsewhere = keys().stream().filter(known -> known.endsWith("." + key)).toList();
        return elsewhere.size() == 1 ? "unknown key, did you mean " + elsewhere.getFirst() + "?"
                : "unknown key, allowed here: " + String.join(", ", allowed);
    }

    /** The name that is nearest to a misspelt one; null if none is near. */
    static @Nullable String nearest(String name, Collection<String> names) {
        int limit = Math.max(2, name.length() / 3);
        var distance = new LevenshteinDistance(limit);
        String best = null;
        int least = limit + 1;
        for (String candidate : names) {
            int edits = distance.apply(name, candidate);
            if (edits >= 0 && edits < least) {
                least = edits;
                best = candidate;
            }
        }
        return best;
    }

    private record Place(ContainerNode<?> parent, String key, int index, SettingType type) {
        @Nullable
        JsonNode value() {
            return parent instanceof ArrayNode ? parent.get(index) : parent.get(key);
        }
    }

    /* Follows a path of an override; notes the problem and returns null where it leads nowhere. */
    private @Nullable Place find(String path, String origin, String value) {
        SettingType type = root;
        JsonNode node = values;
        int start = 0;
        while (true) {
            boolean list = node instanceof ArrayNode;
            int end = list ? path.indexOf(']', start) + 1 : nextSeparator(path, start);
            SettingType element = type.element();
            if (type.isMap() && element != null && element.element() == null && !element.isGroup()) {
                end = path.length();
            }
            String segment = path.substring(start, Math.max(end, start));
            String at = path.substring(0, start > 0 && path.charAt(start - 1) == '.' ? start - 1 : start);
            int index = list ? index(segment, node.size()) : 0;
            SettingType next = list || type.isMap() ? element : type.isGroup() ? type.keys().get(segment) : null;
            if (next == null || index < 0 || segment.isEmpty() || !(node instanceof ContainerNode<?> parent)) {
                String shown = SettingType.secretName(path) ? "" : " = " + shown(value);
                problem(origin, path + shown,
                        type.isGroup() ? unknown(at, segment, type.keys().keySet())
                                : "unknown key, " + at + " is " + type.expected()
                                        + (list ? " of " + node.size() + " entries, named [0] and so on" : ""));
                return null;
            }
            if (SettingType.secretName(segment)) {
                secrets.add(path);
            }
            var place = new Place(parent, segment, index, next);
            if (end == path.length()) {
                return place;
            }
            JsonNode below = place.value();
            node = below == null ? NullNode.instance : below;
            type = next;
            start = path.charAt(end) == '.' ? end + 1 : end;
        }
    }

    private static int nextSeparator(String path, int start) {
        int end = start;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    private static int index(String segment, int size) {
        String digits = segment.replaceAll("^\\[(\\d{1,6})]$", "$1");
        int index = digits.equals(segment) ? -1 : Integer.parseInt(digits);
        return index < size ? index : -1;
    }

    private @Nullable JsonNode at(String path) {
        JsonNode node = values;
        int start = 0;
        while (start < path.length() && node != null) {
            if (path.charAt(start) == '[') {
                int end = path.indexOf(']', start);
                node = node.get(Integer.parseInt(path.substring(start + 1, end)));
                start = end + 1;
            } else {
                String rest = path.substring(start);
                int end = node.has(rest) ? path.length() : nextSeparator(path, start);
                node = node.get(path.substring(start, end));
                start = end;
            }
            if (start < path.length() && path.charAt(start) == '.') {
                start++;
            }
        }
        return node;
    }

    private boolean secret(String path) {
        for (String key = path; !key.isEmpty(); key = parent(key)) {
            if (secrets.contains(key)) {
                return true;
            }
        }
        return false;
    }

    private void problem(String origin, String path, String what) {
        problems.add(origin + ": " + path + ": " + what);
    }

    private static String shown(String value) {
        String line = value.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
}
