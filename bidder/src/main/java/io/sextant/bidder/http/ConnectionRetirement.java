package io.sextant.bidder.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Retires connections after a number of requests or an age, so that clients connect again and spread over loops and
 * machines: HTTP/1.1 with {@code Connection: close}, HTTP/2 with GOAWAY.
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

    private final long requestsMax;
    private final long ageMaxNs;
    private final long drainMs;
    private final Map<HttpConnection, Life> lives = new HashMap<>();

    ConnectionRetirement(HttpConfig config) {
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
            connection.shutdown(drainMs, TimeUnit.MILLISECONDS);
        } else {
            request.response().putHeader(Answers.CONNECTION, Answers.CLOSE);
            request.response().endHandler(_ -> connection.close());
        }
    }
}
