package io.sextant.bidder.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Metrics for Prometheus, on a port of their own.
 *
 * <p>
 * Threading: a verticle with one instance; {@link #port} may be asked from any thread once it is deployed.
 */
public final class AdminServer extends VerticleBase {
    private static final CharSequence PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final AdminConfig config;
    private final PrometheusMeterRegistry registry;
    private volatile @Nullable HttpServer server;

    /** Makes one, to be deployed. */
    public AdminServer(AdminConfig config, PrometheusMeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    @Override
    public Future<?> start() {
        var options = new HttpServerOptions().setHost(config.host()).setPort(config.port());
        HttpServer created = vertx.createHttpServer(options).requestHandler(this::handle);
        server = created;
        return created.listen();
    }

    /** The bound port. */
    public int port() {
        HttpServer running = server;
        return running == null ? -1 : running.actualPort();
    }

    private void handle(HttpServerRequest request) {
        if (!authorised(request.getHeader("authorization"))) {
            request.response().putHeader("www-authenticate", "Bearer");
            Answers.error(request.response(), 401, "a bearer token is needed", "authorization");
        } else if (!request.path().equals("/metrics")) {
            Answers.error(request.response(), 404, "there is /metrics here", "");
        } else if (!request.method().equals(HttpMethod.GET)) {
            request.response().putHeader(Answers.ALLOW, "GET");
            Answers.status(request.response(), 405);
        } else {
            // Scraping walks through every metric: not on an event loop.
            vertx.executeBlocking(registry::scrape, false).onComplete(
                    text -> Answers.end(request.response().putHeader(Answers.CONTENT_TYPE, PROMETHEUS),
                            Buffer.buffer(text)),
                    _ -> Answers.status(request.response(), 500));
        }
    }

    private boolean authorised(@Nullable String header) {
        return config.token().isEmpty() || (header != null
                && MessageDigest.isEqual(header.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + config.token()).getBytes(StandardCharsets.UTF_8)));
    }
}
