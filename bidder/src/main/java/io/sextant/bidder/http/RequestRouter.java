package io.sextant.bidder.http;

import io.sextant.bidder.notice.NoticeKind;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each request to whom it concerns.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class RequestRouter implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRouter.class);
    private static final long LOG_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

    private final BidHandler bids;
    private final NoticeHandler notices;
    private final ConnectionRetirement connections;
    private final Readiness readiness;
    private @Nullable Rehearsal rehearsal;
    private long loggedNs = System.nanoTime() - LOG_PAUSE_NS;

    RequestRouter(BidHandler bids, NoticeHandler notices, ConnectionRetirement connections, Readiness readiness,
            @Nullable Rehearsal rehearsal) {
        this.bids = bids;
        this.notices = notices;
        this.connections = connections;
        this.readiness = readiness;
        this.rehearsal = rehearsal;
    }

    /** From now on all requests are real ones. */
    void endRehearsal() {
        rehearsal = null;
    }

    @Override
    public void handle(HttpServerRequest request) {
        connections.count(request);
        try {
            route(request);
        } catch (IllegalArgumentException e) {
            // Vert.x says so of query strings that are not percent-encoded.
            Answers.error(request.response(), 400, "the query string is malformed", "");
        } catch (RuntimeException e) {
            if (System.nanoTime() - loggedNs > LOG_PAUSE_NS) {
                loggedNs = System.nanoTime();
                LOG.error("{} failed", request.path(), e);
            }
            Answers.status(request.response(), 500);
        }
    }

    private void route(HttpServerRequest request) {
        switch (String.valueOf(request.path())) {
            case "/openrtb2/bid" -> bid(request);
            case "/n/win" -> ifGetOrPost(request, () -> notices.money(NoticeKind.WIN, request));
            case "/n/bill" -> ifGetOrPost(request, () -> notices.money(NoticeKind.BILL, request));
            case "/n/loss" -> ifGetOrPost(request, () -> notices.loss(request));
            case "/i" -> ifGetOrPost(request, () -> notices.impression(request));
            case "/c" -> ifGetOrPost(request, () -> notices.click(request));
            case "/healthz" -> ifGetOrPost(request, () -> text(request, 200, "ok\n"));
            case "/readyz" -> ifGetOrPost(request, () -> ready(request));
            default -> Answers.error(request.response(), 404, "there is nothing here", "");
        }
    }

    private void bid(HttpServerRequest request) {
        Rehearsal warming = rehearsal;
        if (warming == null || !warming.takes(request)) {
            bids.handle(request);
        }
    }

    private void ready(HttpServerRequest request) {
        List<String> missing = readiness.missing();
        text(request, missing.isEmpty() ? 200 : 503, missing.isEmpty() ? "ready\n" : String.join("\n", missing) + "\n");
    }

    private static void ifGetOrPost(HttpServerRequest request, Runnable then) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.POST)) {
            then.run();
        } else {
            request.response().putHeader(Answers.ALLOW, "GET, POST");
            Answers.status(request.response(), 405);
        }
    }

    private static void text(HttpServerRequest request, int status, String text) {
        Answers.end(request.response().setStatusCode(status).putHeader(Answers.CONTENT_TYPE, Answers.TEXT),
                Buffer.buffer(text));
    }
}
