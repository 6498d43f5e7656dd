package io.sextant.controller.admin;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** Answers in JSON, each once. */
final class Answers {
    private Answers() {}

    static void json(HttpServerRequest request, int status, JsonObject body) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response().setStatusCode(status).putHeader("content-type", "application/json").end(body.encode());
        }
    }

    static void error(HttpServerRequest request, int status, String message) {
        json(request, status, new JsonObject().put("error", message));
    }
}
