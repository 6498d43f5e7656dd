package io.sextant.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a process's settings into its config record.
 *
 * <p>
 * Later sources win: the reference file on the class path, which names every key; the user's YAML file; environment
 * variables ({@code SEXTANT_BIDDER_HTTP_PORT} for {@code http.port} of the bidder); overrides from the command line.
 */
public final class ConfigurationLoader {
    private final String process;
    private final Map<String, String> environment;

    /**
     * Makes a loader for one kind of process.
     *
     * @param process     "bidder", "controller" or "trainer"; the reference is the resource {@code /bidder-reference.yaml}
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
     * @param overrides dotted keys and their values, as text
     * @throws ConfigurationException if anything is unknown, misspelt, of the wrong type or out of range
     */
    public <T extends Record> T load(Class<T> type, @Nullable Path file, Map<String, String> overrides) {
        ObjectMapper yaml = YAMLMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
        try (InputStream in = type.getResourceAsStream("/" + process + "-reference.yaml")) {
            JsonNode tree = yaml.readTree(in);
            if (file != null) {
                tree = yaml.readerForUpdating(tree).readTree(Files.readString(file));
            }
            for (var override : overrides.entrySet()) {
                int dot = override.getKey().lastIndexOf('.');
                JsonNode parent = dot < 0 ? tree
                        : tree.at("/" + override.getKey().substring(0, dot).replace('.', '/'));
                ((ObjectNode) parent).set(override.getKey().substring(dot + 1), yaml.readTree(override.getValue()));
            }
            return yaml.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(process + ": " + e.getOriginalMessage() + environment.size());
        } catch (IOException e) {
            throw new ConfigurationException(process + ": cannot read the configuration: " + e.getMessage());
        }
    }
}
