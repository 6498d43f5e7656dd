package io.sextant.bidder.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Retires connections after a number of requests or an age, so that clients connect again and spread over loops and
 * machines: HTTP/1.1 with {@code Connection: close}, HTTP/2 with GOAWAY (RFC 9113, 6.8: one that still lets every stream
 * in, so that none which is under way is lost, and, when the client has had time to see it, the last one).
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class ConnectionRetirement {
    private static final class Life {
        final long bornNs = System.nanoTime();
        long requests;
        boolean retired;
    }

    private static final long NO_ERROR = 0;

    private final Vertx vertx;
    private final long requestsMax;
    private final long ageMaxNs;
    private final long drainMs;
    private final Map<HttpConnection, Life> lives = new HashMap<>();

    ConnectionRetirement(HttpConfig config, Vertx vertx) {
        this.vertx = vertx;
        this.requestsMax = config.connectionRequestsMax();
        this.ageMaxNs = config.connectionAgeMax().toNanos();
        this.drainMs = config.drainTimeout().toMillis();
    }

    /** Counts a request; if its connection's time has come, the answer will be the last, or one of the last. */
    void count(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Life life = lives.get(connection);
        if (life == null) {
            life = new Life();
            lives.put(connection, life);
            connection.closeHandler(_ -> lives.remove(connection));
        }
        life.requests++;
        if (life.retired || (life.requests < requestsMax && System.nanoTime() - life.bornNs < ageMaxNs)) {
            return;
        }
        life.retired = true;
        if (request.version() == HttpVersion.HTTP_2) {
            connection.goAway(NO_ERROR, Integer.MAX_VALUE);
            vertx.setTimer(Math.max(1, drainMs), _ -> connection.shutdown(drainMs, TimeUnit.MILLISECONDS));
        } else {
            request.response().putHeader(Answers.CONNECTION, Answers.CLOSE);
            request.response().endHandler(_ -> connection.close());
        }
    }
}
