package io.sextant.bidder.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The answers that are the same everywhere, and the names of headers, encoded once. */
final class Answers {
    static final CharSequence CONNECTION = HttpHeaders.createOptimized("connection");
    static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("content-type");
    static final CharSequence CONTENT_ENCODING = HttpHeaders.createOptimized("content-encoding");
    static final CharSequence ACCEPT_ENCODING = HttpHeaders.createOptimized("accept-encoding");
    static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("cache-control");
    static final CharSequence ALLOW = HttpHeaders.createOptimized("allow");
    static final CharSequence LOCATION = HttpHeaders.createOptimized("location");
    static final CharSequence VARY = HttpHeaders.createOptimized("vary");
    static final CharSequence OPENRTB_VERSION = HttpHeaders.createOptimized("x-openrtb-version");
    static final CharSequence EXCHANGE = HttpHeaders.createOptimized("x-sextant-exchange");
    static final CharSequence WARM_UP = HttpHeaders.createOptimized("x-sextant-warm-up");
    static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence PROTOBUF = HttpHeaders.createOptimized("application/x-protobuf");
    static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    static final CharSequence GIF = HttpHeaders.createOptimized("image/gif");
    static final CharSequence VERSION_26 = HttpHeaders.createOptimized("2.6");

    private static final int ERROR_CHARS_MAX = 500;

    private Answers() {}

    /**
     * Answers with {@code {"error": …, "field": …}}.
     *
     * @param status an HTTP status
     * @param error  what is wrong; shortened if it quotes too much of the request
     * @param field  path of the field or name of the parameter; empty for the request as a whole
     */
    static void error(HttpServerResponse response, int status, String error, String field) {
        var json = new StringBuilder(128).append("{\"error\":\"");
        JsonStringEncoder.getInstance().quoteAsString(shortened(error), json);
        json.append("\",\"field\":\"");
        JsonStringEncoder.getInstance().quoteAsString(shortened(field), json);
        end(response.setStatusCode(status).putHeader(CONTENT_TYPE, JSON), Buffer.buffer(json.append("\"}").toString()));
    }

    /** Answers with a status and nothing else. */
    static void status(HttpServerResponse response, int status) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).end();
        }
    }

    /** Ends with a body, unless the peer has gone. */
    static void end(HttpServerResponse response, Buffer body) {
        if (!response.ended() && !response.closed()) {
            response.end(body);
        }
    }

    private static String shortened(String text) {
        return text.length() <= ERROR_CHARS_MAX ? text : text.substring(0, ERROR_CHARS_MAX) + "…";
    }
}
