package io.sextant.controller.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.ExplorationConfig;
import io.sextant.protocol.snapshot.ChangeSource;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.SettingChange;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exploration settings in force, as topic {@code exploration} has them; while that is empty, those that this instance
 * was started with, as version 0.
 *
 * <p>
 * Threading: {@link #get} is one volatile read, from any thread; {@link #take} is for the one thread that follows the
 * topic.
 */
public final class FleetSettings implements Supplier<ExplorationChange> {
    /** Key of the settings in their topic. */
    public static final String KEY = "exploration";

    private static final Logger LOG = LoggerFactory.getLogger(FleetSettings.class);
    private static final String START_ONLY = "is read at start only: set it in the controller's own configuration and restart it";
    /** Begins the keys that hold for one arm. */
    static final String ARMS = "arms.";
    /** In place of a value that one arm has not of its own. */
    private static final String UNSET = "as the fleet";
    private static final Map<String, String> FIXED = Map.of("random-draws-from", START_ONLY, "file", START_ONLY);

    private final ControllerConfig config;
    private final ControllerMetrics metrics;
    private final ExplorationChange configured;
    private volatile ExplorationChange inForce;

    /** Starts with the settings of {@code config}. */
    public FleetSettings(ControllerConfig config, ControllerMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        configured = ExplorationChange.newBuilder().setSettings(config.exploration().settings())
                .setSource(ChangeSource.SOURCE_CONFIGURATION).build();
        inForce = configured;
    }

    /** The settings in force, and who put them there. */
    @Override
    public ExplorationChange get() {
        return inForce;
    }

    /** The settings in force. */
    public ExplorationSettings current() {
        return inForce.getSettings();
    }

    /** Version of the settings in force; 0 while they are those of the configuration. */
    public long version() {
        return inForce.getVersion();
    }

    /**
     * Puts in force what the topic says now; nothing is as if there had never been anything. What cannot be used is counted,
     * and the settings before it stay.
     */
    public void take(@Nullable ExplorationChange told) {
        ExplorationChange next = usable(told);
        if (next == null) {
            metrics.count(ControllerCounter.SETTINGS_REFUSED);
            return;
        }
        if (!next.equals(inForce)) {
            inForce = next;
            LOG.info("exploration settings of version {} are in force, by {}", next.getVersion(),
                    next.getVersion() == 0 ? "the configuration" : next.getChangedBy());
        }
    }

    /** The same, those of the configuration where nothing is told, or null if what is told cannot be used. */
    @Nullable
    ExplorationChange usable(@Nullable ExplorationChange told) {
        if (told == null) {
            return configured;
        }
        try {
            ExplorationConfig _ = overlay(told.getSettings(), "topic exploration, version " + told.getVersion(), false,
                    "");
            return told;
        } catch (ConfigurationException e) {
            LOG.error("exploration settings cannot be used, those before them stay: {}", e.getMessage());
            return null;
        }
    }

    /**
     * Lays some keys over settings.
     *
     * @param name  what the text is called in messages
     * @param lines whether messages tell its lines
     * @param text  YAML or JSON
     * @throws ConfigurationException if the result cannot be used; a line a problem
     */
    ExplorationConfig overlay(ExplorationSettings settings, String name, boolean lines, String text) {
        try {
            ExplorationConfig base = config.exploration().with(settings);
            ExplorationConfig result = ConfigurationLoader.overlay(ExplorationConfig.class, base, name, lines, text,
                    FIXED);
            config.window().requireWholePanes("window", result.window());
            return result;
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(name + ": " + e.getMessage());
        }
    }

    /**
     * What people say of arms, as a document to {@link #overlay}: the arms of {@code settings} with these keys, such as
     * {@code uncertainty.scale}, in place of theirs.
     *
     * @param values by arm and key; an empty one takes the key away
     * @throws ConfigurationException if a key is not of that form
     */
    JsonNode arms(ExplorationSettings settings, Map<String, String> values) {
        ObjectNode arms = JsonNodeFactory.instance.objectNode();
        values(settings).forEach((key, value) -> {
            if (key.startsWith(ARMS)) {
                put(arms, key.substring(ARMS.length()), value.toString());
            }
        });
        values.forEach((key, value) -> put(arms, key, value));
        return arms;
    }

    private static void put(ObjectNode arms, String key, String value) {
        int dot = key.lastIndexOf('.');
        if (dot <= 0) {
            throw new ConfigurationException(ARMS + key + ": must name an arm and a key of it, such as "
                    + "arms.uncertainty.estimator");
        }
        ObjectNode arm = arms.withObjectProperty(key.substring(0, dot));
        if (value.isEmpty()) {
            arm.remove(key.substring(dot + 1));
        } else {
            arm.put(key.substring(dot + 1), value);
        }
        if (arm.isEmpty()) {
            arms.remove(key.substring(0, dot));
        }
    }

    /** The keys that can be changed and their values, in the order of the reference, as people write them. */
    public SequencedMap<String, Object> values(ExplorationSettings settings) {
        SequencedMap<String, Object> values = ConfigurationLoader.values(config.exploration().with(settings));
        values.keySet().removeAll(FIXED.keySet());
        return values;
    }

    /**
     * The change that comes after {@code before}: its version, and which keys differ.
     *
     * @param who    who wants it
     * @param timeMs when, milliseconds since the epoch
     */
    ExplorationChange change(ExplorationChange before, ExplorationConfig after, ChangeSource source, String who,
            long timeMs) {
        ExplorationSettings settings = after.settings();
        var change = ExplorationChange.newBuilder().setVersion(before.getVersion() + 1).setSettings(settings)
                .setTimeMs(timeMs).setChangedBy(who).setSource(source).setFileSha256(before.getFileSha256());
        Map<String, Object> old = values(before.getSettings());
        Map<String, Object> now = values(settings);
        var keys = new LinkedHashSet<>(now.keySet());
        keys.addAll(old.keySet());
        for (String key : keys) {
            Object was = old.getOrDefault(key, UNSET);
            Object is = now.getOrDefault(key, UNSET);
            if (!is.equals(was)) {
                change.addChange(SettingChange.newBuilder().setKey(key).setOld(was.toString()).setNew(is.toString()));
            }
        }
        return change.build();
    }
}
