package io.sextant.controller.admin;

import io.sextant.configuration.ConfigurationException;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.settings.SettingsDesk;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /admin/exploration}: GET tells the settings in force, their version, who put them there, when and what that
 * changed; PUT takes a JSON object of any of their keys and answers likewise, once the change is written.
 *
 * <p>
 * Threading: the admin port's event loop; waits for Kafka on a worker.
 */
final class ExplorationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ExplorationHandler.class);
    private static final int BODY_BYTES_MAX = 16 << 10;
    private static final int ACTOR_LENGTH_MAX = 64;
    /** Header that says who asks. */
    static final String ACTOR = "x-sextant-actor";
    private static final Pattern VERSION = Pattern.compile("\\s*\"?(\\d{1,18})\"?\\s*");

    private final Vertx vertx;
    private final FleetSettings fleet;
    private final SettingsDesk desk;

    ExplorationHandler(Vertx vertx, FleetSettings fleet, SettingsDesk desk) {
        this.vertx = vertx;
        this.fleet = fleet;
        this.desk = desk;
    }

    void get(HttpServerRequest request) {
        answer(request, fleet.get());
    }

    /** Reads the body, which nobody has begun to, and changes the settings. */
    void put(HttpServerRequest request) {
        OptionalLong ifVersion;
        try {
            ifVersion = ifVersion(request.getHeader("if-match"));
        } catch (IllegalArgumentException e) {
            Answers.error(request, 400, String.valueOf(e.getMessage()));
            return;
        }
        String remote = String.valueOf(request.remoteAddress().hostAddress());
        String actor = actor(request.getHeader(ACTOR), remote);
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= BODY_BYTES_MAX) {
                body.appendBuffer(chunk);
                if (body.length() > BODY_BYTES_MAX) {
                    Answers.error(request, 413, "the body is longer than " + BODY_BYTES_MAX + " bytes");
                }
            }
        });
        request.endHandler(_ -> {
            if (body.length() <= BODY_BYTES_MAX) {
                change(request,
                        new SettingsDesk.Request(body.toString(StandardCharsets.UTF_8), actor, remote, ifVersion));
            }
        });
    }

    private void change(HttpServerRequest request, SettingsDesk.Request wanted) {
        vertx.executeBlocking(() -> desk.change(wanted), false).onSuccess(change -> answer(request, change))
                .onFailure(failure -> refuse(request, failure));
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case ConfigurationException e -> {
                List<String> problems = String.valueOf(e.getMessage()).lines().toList();
                Answers.json(request, 400, new JsonObject().put("error", problems.getFirst()).put("problems",
                        new JsonArray(problems)));
            }
            case SettingsDesk.VersionException e -> Answers.error(request, 412, String.valueOf(e.getMessage()));
            case KafkaException e -> {
                LOG.warn("a change of the exploration settings was not written: {}", e.toString());
                Answers.error(request, 503, "Kafka did not take the change in time (" + e.getMessage()
                        + "); ask for the settings in force before trying again");
            }
            default -> {
                LOG.error("a change of the exploration settings failed", failure);
                Answers.error(request, 500, "the change failed; the controller's log says why");
            }
        }
    }

    private void answer(HttpServerRequest request, ExplorationChange change) {
        request.response().putHeader("etag", "\"" + change.getVersion() + "\"");
        Answers.json(request, 200, json(change));
    }

    private JsonObject json(ExplorationChange change) {
        var settings = new JsonObject();
        fleet.values(change.getSettings()).forEach(settings::put);
        var changes = new JsonArray();
        change.getChangeList().forEach(each -> changes.add(new JsonObject().put("key", each.getKey())
                .put("old", each.getOld()).put("new", each.getNew())));
        return new JsonObject().put("version", change.getVersion()).put("time_ms", change.getTimeMs())
                .put("changed_by", change.getChangedBy()).put("source", switch (change.getSource()) {
                    case SOURCE_CONFIGURATION -> "configuration";
                    case SOURCE_FILE -> "file";
                    case SOURCE_ADMIN -> "admin";
                    case UNRECOGNIZED -> "unknown";
                }).put("changes", changes).put("settings", settings);
    }

    private static OptionalLong ifVersion(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return OptionalLong.empty();
        }
        Matcher matcher = VERSION.matcher(header);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("header if-match must be a version, as in \"version\" of a GET");
        }
        return OptionalLong.of(Long.parseLong(matcher.group(1)));
    }

    /** Who asks, as they say: bounded, and nothing that could pass for more than a name in a log. */
    static String actor(@Nullable String header, String remoteAddress) {
        String name = header == null ? "" : header.strip();
        if (name.isEmpty()) {
            return remoteAddress;
        }
        String bounded = name.substring(0, Math.min(name.length(), ACTOR_LENGTH_MAX));
        return bounded.replaceAll("[^\\p{L}\\p{N}@._+ -]", "_");
    }
}
