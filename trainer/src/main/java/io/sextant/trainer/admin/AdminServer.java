package io.sextant.trainer.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.trainer.TrainerConfig.AdminConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * {@code /healthz}: the process runs; {@code /readyz}: every arm trains, else 503 and why; {@code /metrics}: Prometheus;
 * {@code /arms}: what each arm has published, how well it predicts and why a version was refused last, as JSON. The last two
 * with a bearer token where one is set.
 */
public final class AdminServer implements AutoCloseable {
    private static final long WAIT_SECONDS = 10;

    private final AdminConfig config;
    private final PrometheusMeterRegistry registry;
    private final Supplier<String> trouble;
    private final Supplier<JsonObject> arms;
    private final Vertx vertx;
    private final HttpServer server;

    /**
     * Starts to listen.
     *
     * @param trouble why the process is not ready; empty if it is. Called on an event loop: must not block
     * @param arms    the arms by name; called on an event loop: must not block
     * @throws IllegalStateException if the address cannot be listened on; the message names it
     */
    @SuppressWarnings("this-escape")
    public AdminServer(AdminConfig config, PrometheusMeterRegistry registry, Supplier<String> trouble,
            Supplier<JsonObject> arms) {
        this.config = config;
        this.registry = registry;
        this.trouble = trouble;
        this.arms = arms;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            this.server = vertx.createHttpServer().requestHandler(this::answer).listen(config.port(), config.host())
                    .toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("admin.host = " + config.host() + ", admin.port = " + config.port()
                    + ": cannot be listened on: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while starting to listen", e);
        }
    }

    /** The port listened on. */
    public int port() {
        return server.actualPort();
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/healthz" -> request.response().end("ok\n");
            case "/readyz" -> {
                String why = trouble.get();
                request.response().setStatusCode(why.isEmpty() ? 200 : 503).end(why.isEmpty() ? "ok\n" : why + "\n");
            }
            case "/metrics" -> tell(request, "text/plain; version=0.0.4; charset=utf-8", registry::scrape);
            case "/arms" -> tell(request, "application/json", () -> arms.get().encodePrettily() + "\n");
            case null, default -> request.response().setStatusCode(404)
                    .end("try /healthz, /readyz, /metrics or /arms\n");
        }
    }

    private void tell(HttpServerRequest request, String type, Supplier<String> page) {
        String given = request.getHeader("authorization");
        byte[] expected = ("Bearer " + config.token()).getBytes(StandardCharsets.UTF_8);
        boolean allowed = config.token().isEmpty()
                || (given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)));
        if (!allowed) {
            request.response().setStatusCode(401).putHeader("www-authenticate", "Bearer")
                    .end("send the header authorization: Bearer <admin.token>\n");
            return;
        }
        request.response().putHeader("content-type", type).end(page.get());
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the HTTP server does not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
