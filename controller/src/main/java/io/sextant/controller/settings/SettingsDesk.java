package io.sextant.controller.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.protocol.snapshot.ChangeSource;
import io.sextant.protocol.snapshot.ExplorationChange;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;

/**
 * Takes changes of the fleet's exploration settings from people and files, and has them written.
 *
 * <p>
 * Threading: for any thread that may wait for Kafka; one change at a time.
 */
public final class SettingsDesk {
    private static final long VISIBLE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_MS = 10;
    /** Of members given twice one would win in silence. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final FleetSettings fleet;
    private final SettingsWriter writer;
    private final InstantSource clock;

    /** The settings have changed since the version that a change was meant for. */
    public static final class VersionException extends Exception {
        private static final long serialVersionUID = 1;

        VersionException(long wanted, ExplorationChange inForce) {
            super("version " + inForce.getVersion() + ", by " + inForce.getChangedBy()
                    + ", is in force, the change was made for version " + wanted + "; look at it and try again");
        }
    }

    /** Made by people for people: what a change was asked with. */
    public record Request(String json, String actor, String remoteAddress, OptionalLong ifVersion) {}

    /** Changes the settings of {@code fleet} in the topic of {@code kafka}. */
    public SettingsDesk(KafkaConfig kafka, FleetSettings fleet, ControllerMetrics metrics, InstantSource clock) {
        this.fleet = fleet;
        this.writer = new SettingsWriter(kafka, fleet, metrics);
        this.clock = clock;
    }

    /**
     * Changes some keys, and waits until it is written and this instance has it, the latter for two seconds at most.
     *
     * @return the settings in force after it; those before it where nothing differs
     * @throws ConfigurationException if the result cannot be used; a line a problem, and nothing is written
     * @throws VersionException       if another version than the wanted one is in force; nothing is written
     * @throws KafkaException         if Kafka does not take it in time; whether it was written is not known
     * @throws InterruptedException   if the thread is interrupted
     */
    public ExplorationChange change(Request request) throws VersionException, InterruptedException {
        ObjectNode members = members(request.json);
        ExplorationChange after = writer.<VersionException>write(inForce -> {
            if (request.ifVersion.isPresent() && request.ifVersion.getAsLong() != inForce.getVersion()) {
                throw new VersionException(request.ifVersion.getAsLong(), inForce);
            }
            ExplorationChange change = fleet.change(inForce,
                    fleet.overlay(inForce.getSettings(), "request body", false, document(members, inForce)),
                    ChangeSource.SOURCE_ADMIN, request.actor, clock.millis());
            return change.getChangeCount() == 0 ? inForce : change;
        }, "admin port, from " + request.remoteAddress);
        awaitVisible(after);
        return after;
    }

    /**
     * Takes a file, unless it is the one that was taken last.
     *
     * @param name   its path
     * @param text   its content
     * @param sha256 of the content, hex
     * @throws ConfigurationException if the result cannot be used; a line a problem, and nothing is written
     * @throws KafkaException         if Kafka does not take it in time; whether it was written is not known
     * @throws InterruptedException   if the thread is interrupted
     */
    void take(String name, String text, String sha256) throws InterruptedException {
        writer.<ConfigurationException>write(inForce -> {
            if (inForce.getFileSha256().equals(sha256)) {
                return inForce;
            }
            return fleet
                    .change(inForce, fleet.overlay(inForce.getSettings(), name, true, text), ChangeSource.SOURCE_FILE,
                            name, clock.millis())
                    .toBuilder().setFileSha256(sha256).build();
        }, "file");
    }

    /** Keys such as {@code arms.uncertainty.scale} change one key of one arm; the other arms stay. */
    private String document(ObjectNode members, ExplorationChange inForce) {
        var ofArms = new LinkedHashMap<String, String>();
        ObjectNode document = members.deepCopy();
        for (var member : members.properties()) {
            if (member.getKey().startsWith(FleetSettings.ARMS)) {
                document.remove(member.getKey());
                ofArms.put(member.getKey().substring(FleetSettings.ARMS.length()), member.getValue().asText());
            }
        }
        if (!ofArms.isEmpty()) {
            if (document.has("arms")) {
                throw new ConfigurationException(
                        "request body: arms: gives all arms anew, and cannot come with keys of one arm");
            }
            document.set("arms", fleet.arms(inForce.getSettings(), ofArms));
        }
        return document.toString();
    }

    /** JSON is read strictly, and then typed as settings are. */
    private static ObjectNode members(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            JsonNode read = JSON.readTree(parser);
            if (!(read instanceof ObjectNode members)) {
                throw new ConfigurationException(
                        "request body: must be a JSON object of keys and values, for example {\"explore-share\": 0.5}");
            }
            return members;
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    "request body: not JSON: " + e.getOriginalMessage().replaceAll("\\s+", " "));
        } catch (java.io.IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private void awaitVisible(ExplorationChange change) throws InterruptedException {
        long startNs = System.nanoTime();
        while (fleet.version() < change.getVersion() && System.nanoTime() - startNs < VISIBLE_NS) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }
}
