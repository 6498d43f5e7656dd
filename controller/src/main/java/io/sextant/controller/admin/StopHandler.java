package io.sextant.controller.admin;

import io.sextant.configuration.ConfigurationException;
import io.sextant.controller.settings.StopDesk;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /stops}: GET tells what is stopped; POST stops and DELETE lets go on what {@code scope} and {@code id} in the query
 * name, and both answer with what is stopped then.
 *
 * <p>
 * Threading: the admin port's event loop; waits for Kafka on a worker.
 */
final class StopHandler {
    private static final Logger LOG = LoggerFactory.getLogger(StopHandler.class);

    private final Vertx vertx;
    private final StopDesk desk;

    StopHandler(Vertx vertx, StopDesk desk) {
        this.vertx = vertx;
        this.desk = desk;
    }

    void get(HttpServerRequest request) {
        vertx.executeBlocking(this::inForce, false).onSuccess(stops -> Answers.json(request, 200, stops))
                .onFailure(failure -> refuse(request, failure));
    }

    void change(HttpServerRequest request, boolean stopped) {
        String remote = String.valueOf(request.remoteAddress().hostAddress());
        var wanted = new StopDesk.Request(parameter(request, "scope"), parameter(request, "id"), stopped,
                ExplorationHandler.actor(request.getHeader(ExplorationHandler.ACTOR), remote),
                parameter(request, "reason"), remote);
        vertx.executeBlocking(() -> {
            desk.write(wanted);
            return inForce();
        }, false).onSuccess(stops -> Answers.json(request, 200, stops))
                .onFailure(failure -> refuse(request, failure));
    }

    private static String parameter(HttpServerRequest request, String name) {
        @Nullable
        String value = request.getParam(name);
        return value == null ? "" : value.strip();
    }

    private JsonObject inForce() {
        var stops = new JsonArray();
        desk.inForce().forEach(order -> stops.add(new JsonObject().put("scope", StopDesk.word(order.getScope()))
                .put("id", order.getId()).put("changed_by", order.getChangedBy()).put("reason", order.getReason())
                .put("time_ms", order.getTimeMs())));
        return new JsonObject().put("stops", stops);
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case ConfigurationException e -> Answers.error(request, 400, String.valueOf(e.getMessage()));
            case KafkaException e -> {
                LOG.warn("stops were not written or read: {}", e.toString());
                Answers.error(request, 503, "Kafka did not answer in time (" + e.getMessage()
                        + "); ask for what is stopped before trying again");
            }
            default -> {
                LOG.error("stops were not written or read", failure);
                Answers.error(request, 500, "the order failed; the controller's log says why");
            }
        }
    }
}
