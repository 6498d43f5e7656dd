package io.sextant.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a process's settings into its config record.
 *
 * <p>
 * Later sources win: the reference file on the class path, which names every key; the user's YAML file; environment
 * variables ({@code SEXTANT_BIDDER_HTTP_PORT} for {@code http.port} of the bidder, dashes written as underscores);
 * overrides from the command line. A list or map of a later source replaces the earlier one whole; groups of keys are
 * merged. Every key must be given in the reference; in lists of groups every entry must give every key, except those
 * whose component is {@code @Nullable}.
 *
 * <p>
 * Components may be records, lists and maps of what may be a component, numbers, booleans, text, paths, durations
 * ({@code 200ms}, {@code 5s}, {@code 10m}) and enums (lower case with dashes). Ranges are jakarta.validation's
 * annotations on components, checked in nested records whether marked {@code @Valid} or not; rules over several keys are
 * an {@link IllegalArgumentException} from the record's compact constructor. A problem is one line that names the place
 * (file and line, environment variable or {@code --set}), key, value and what would be right.
 */
public final class ConfigurationLoader {
    private final String process;
    private final Map<String, String> environment;

    /**
     * Makes a loader for one kind of process.
     *
     * @param process     "bidder", "controller" or "trainer"; the reference is the resource
     *                    {@code /bidder-reference.yaml}
     * @param environment the process environment
     */
    public ConfigurationLoader(String process, Map<String, String> environment) {
        this.process = process;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Loads and validates.
     *
     * @param type      a record whose components are named as the keys, in kebab case
     * @param file      the user's file, or null for none
     * @param overrides dotted keys and their values, as text; {@code arms[0].share} names an entry of a list,
     *                  {@code kafka.properties.security.protocol} one of a map
     * @throws ConfigurationException if anything is unknown, misspelt, of the wrong type or out of range; one line for
     *                                each problem found
     */
    public <T extends Record> T load(Class<T> type, @Nullable Path file, Map<String, String> overrides) {
        var tree = new SettingsTree(type);
        tree.lay(reference(process));
        if (file != null) {
            tree.lay(new YamlText(file.toString(), true, read(file)));
        }
        applyEnvironment(tree);
        overrides.forEach((key, value) -> tree.set(key, value, "--set"));
        refuseProblems(tree);
        T config = bind(tree, type);
        Constraints.check(config, tree);
        refuseProblems(tree);
        return config;
    }

    /**
     * Lays a document that names some of the keys over settings in force, and validates the whole; secrets may be shown.
     *
     * @param name  what the document is called in messages, for example its file
     * @param lines whether messages tell its lines
     * @param yaml  YAML or JSON; may be empty, which only validates
     * @param fixed keys at the top that may not be named, and why, for example "is read at start only"
     * @throws ConfigurationException if anything is unknown, misspelt, of the wrong type or out of range; one line for
     *                                each problem found
     */
    public static <T extends Record> T overlay(Class<T> type, T current, String name, boolean lines, String yaml,
            Map<String, String> fixed) {
        var tree = new SettingsTree(type);
        tree.lay(new YamlText(yaml.isBlank() ? name : "settings in force", false,
                mapper().valueToTree(current).toString()));
        tree.fix(fixed);
        tree.lay(new YamlText(name, lines, yaml));
        refuseProblems(tree);
        T config = bind(tree, type);
        Constraints.check(config, tree);
        refuseProblems(tree);
        return config;
    }

    /**
     * All keys that are set, dotted where they lie in groups or maps, with their values as they are written in settings:
     * numbers, {@code 5s}, {@code monte-carlo}. Lists are one text.
     */
    public static SequencedMap<String, Object> values(Record config) {
        var values = new LinkedHashMap<String, Object>();
        collect(mapper().valueToTree(config), "", values);
        return values;
    }

    private static void collect(JsonNode node, String path, Map<String, Object> values) {
        for (var entry : node.properties()) {
            JsonNode value = entry.getValue();
            String key = SettingsTree.join(path, entry.getKey());
            if (value.isObject()) {
                collect(value, key, values);
            } else if (!value.isNull()) {
                values.put(key,
                        value.isNumber() ? value.numberValue() : value.isArray() ? value.toString() : value.asText());
            }
        }
    }

    /** The settings in force as YAML, secrets masked. */
    public static String describe(Record config) {
        JsonNode values = mapper().valueToTree(config);
        mask(values, SettingType.of(config.getClass()), false);
        try {
            return YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                    .build().writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Some groups of the settings in force as YAML, secrets in clear, numbers in full: {@link #load} makes equal groups of
     * it. The same settings give the same text.
     *
     * @param groups  keys of the groups at the top, in the order wanted
     * @param without dotted keys that are left out; where the text is loaded they have their defaults
     * @throws IllegalArgumentException if there is no such key
     */
    public static String write(Record config, List<String> groups, Set<String> without) {
        // Immutable maps go round in an order of each JVM's own.
        ObjectNode values = mapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).valueToTree(config);
        ObjectNode chosen = values.objectNode();
        for (String group : groups) {
            chosen.set(group, found(values.get(group), group));
        }
        for (String key : without) {
            int dot = key.lastIndexOf('.');
            JsonNode parent = dot < 0 ? chosen : chosen.at("/" + key.substring(0, dot).replace('.', '/'));
            found(parent instanceof ObjectNode object ? object.remove(key.substring(dot + 1)) : null, key);
        }
        try {
            return YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES).build().writeValueAsString(chosen);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode found(@Nullable JsonNode value, String key) {
        if (value == null) {
            throw new IllegalArgumentException("there is no key " + key);
        }
        return value;
    }

    /** Reads a process's reference file from the class path. */
    static YamlText reference(String process) {
        String name = process + "-reference.yaml";
        try (InputStream in = ConfigurationLoader.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no resource /" + name + " on the class path");
            }
            return new YamlText(name, true, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the resource /" + name, e);
        }
    }

    /** Name of the environment variable that sets a key of a process. */
    static String variable(String process, String key) {
        return "SEXTANT_" + (process + "_" + key).toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file + ": no such file, give the path of a YAML file");
        } catch (IOException e) {
            throw new ConfigurationException(file + ": cannot be read as UTF-8 text: " + e);
        }
    }

    private void applyEnvironment(SettingsTree tree) {
        var keys = new LinkedHashMap<String, String>();
        tree.keys().forEach(key -> keys.put(variable(process, key), key));
        environment.entrySet().stream().filter(entry -> entry.getKey().startsWith(variable(process, "")))
                .sorted(Map.Entry.comparingByKey()).forEach(entry -> {
                    String key = keys.get(entry.getKey());
                    String origin = "environment variable " + entry.getKey();
                    if (key != null) {
                        tree.set(key, entry.getValue(), origin);
                        return;
                    }
                    String near = SettingsTree.nearest(entry.getKey(), keys.keySet());
                    tree.problems().add(origin + ": names no key of the " + process
                            + (near == null ? "" : ", did you mean " + near + "?"));
                });
    }

    private static <T extends Record> T bind(SettingsTree tree, Class<T> type) {
        try {
            return mapper().treeToValue(tree.values(), type);
        } catch (JsonMappingException e) {
            var path = new StringBuilder();
            for (var step : e.getPath()) {
                if (step.getIndex() >= 0) {
                    path.append('[').append(step.getIndex()).append(']');
                } else {
                    path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
                }
            }
            // A record's own rule: the compact constructor's exception is the cause.
            Throwable cause = e.getCause();
            String rule = cause instanceof IllegalArgumentException ? cause.getMessage() : null;
            tree.problem(path.toString(), rule == null ? e.getOriginalMessage() : rule);
            throw new ConfigurationException(String.join("\n", tree.problems()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refuseProblems(SettingsTree tree) {
        if (!tree.problems().isEmpty()) {
            throw new ConfigurationException(String.join("\n", tree.problems()));
        }
    }

    private static void mask(JsonNode node, SettingType type, boolean secret) {
        if (node instanceof ObjectNode object) {
            Map<String, SettingType> keys = type.isGroup() ? type.keys() : Map.of();
            for (var entry : object.properties()) {
                SettingType below = type.isGroup() ? keys.get(entry.getKey()) : type.element();
                if (below == null) {
                    continue;
                }
                boolean hidden = secret || below.secret() || SettingType.secretName(entry.getKey());
                entry.setValue(masked(entry.getValue(), below, hidden));
            }
        } else if (node instanceof ArrayNode list && type.element() != null) {
            SettingType element = type.element();
            for (int i = 0; i < list.size(); i++) {
                list.set(i, masked(list.get(i), element, secret || element.secret()));
            }
        }
    }

    private static JsonNode masked(JsonNode value, SettingType type, boolean hidden) {
        if (value.isContainerNode()) {
            mask(value, type, hidden);
            return value;
        }
        boolean empty = value.isNull() || value.asText().isEmpty();
        return hidden && !empty ? TextNode.valueOf(SettingsTree.MASK) : value;
    }

    private static ObjectMapper mapper() {
        return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .addModule(ReadableDuration.module()).annotationIntrospector(new KebabEnums())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    }

    /** Enum constants are written in lower case with dashes. */
    private static final class KebabEnums extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public String[] findEnumValues(MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants,
                String[] names) {
            String[] found = super.findEnumValues(config, type, constants, names);
            for (int i = 0; i < constants.length; i++) {
                found[i] = SettingType.constant(constants[i]);
            }
            return found;
        }
    }
}
