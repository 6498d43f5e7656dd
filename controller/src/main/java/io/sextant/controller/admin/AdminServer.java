package io.sextant.controller.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.controller.AdminConfig;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code /healthz}, {@code /readyz}, {@code /metrics} and {@code /snapshot}; the last two ask for the bearer token where
 * one is configured. Guarantees: safe for any thread.
 */
public final class AdminServer implements AutoCloseable {
    /** What the server tells of. Methods are called on its event loop and must not block. */
    public interface Source {
        /** Whether the process works or will by itself. */
        boolean healthy();

        /** Whether it works now. */
        boolean ready();

        /**
         * The last snapshot of every arm, by arm.
         *
         * @throws IllegalStateException while they cannot be told; the message says why
         */
        SortedMap<String, UncertaintySnapshot> snapshots();
    }

    private static final int TIMEOUT_SECONDS = 10;
    private static final String BEARER = "Bearer ";

    private final AdminConfig config;
    private final Source source;
    private final PrometheusMeterRegistry registry;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1).setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final HttpServer server;

    private AdminServer(AdminConfig config, PrometheusMeterRegistry registry, Source source) {
        this.config = config;
        this.registry = registry;
        this.source = source;
        server = vertx.createHttpServer().requestHandler(this::handle);
    }

    /**
     * Listens.
     *
     * @throws IllegalStateException if the port cannot be had
     */
    public static AdminServer start(AdminConfig config, PrometheusMeterRegistry registry, Source source)
            throws InterruptedException {
        var started = new AdminServer(config, registry, source);
        try {
            started.server.listen(config.port(), config.host()).toCompletionStage().toCompletableFuture()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return started;
        } catch (ExecutionException | TimeoutException e) {
            started.vertx.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "admin.port = " + config.port() + ": cannot listen on " + config.host() + ": "
                            + cause.getMessage() + "; choose a free port",
                    e);
        }
    }

    /** The port that was bound. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the admin port does not close", e);
        }
    }

    private void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            error(request, 405, "only GET is answered here");
            return;
        }
        switch (request.path()) {
            case "/healthz" -> status(request, source.healthy());
            case "/readyz" -> status(request, source.ready());
            case "/metrics", "/snapshot" -> {
                if (!authorized(request)) {
                    request.response().putHeader("www-authenticate", "Bearer");
                    error(request, 401, "a bearer token is needed");
                } else if (request.path().equals("/metrics")) {
                    request.response().putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                            .end(registry.scrape());
                } else {
                    snapshot(request);
                }
            }
            case null, default -> error(request, 404, "no such page; there are /healthz, /readyz, /metrics, /snapshot");
        }
    }

    private boolean authorized(HttpServerRequest request) {
        String header = request.getHeader("authorization");
        return config.token().isEmpty() || (header != null && header.startsWith(BEARER)
                && MessageDigest.isEqual(header.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8),
                        config.token().getBytes(StandardCharsets.UTF_8)));
    }

    private void snapshot(HttpServerRequest request) {
        JsonObject body;
        try {
            body = SnapshotJson.of(source.snapshots(), System.currentTimeMillis());
        } catch (IllegalStateException e) {
            error(request, 503, String.valueOf(e.getMessage()));
            return;
        }
        request.response().putHeader("content-type", "application/json").end(body.encode());
    }

    private static void status(HttpServerRequest request, boolean good) {
        request.response().setStatusCode(good ? 200 : 503).putHeader("content-type", "text/plain")
                .end(good ? "ok\n" : "not now\n");
    }

    private static void error(HttpServerRequest request, int status, String message) {
        request.response().setStatusCode(status).putHeader("content-type", "application/json")
                .end(new JsonObject().put("error", message).encode());
    }
}
