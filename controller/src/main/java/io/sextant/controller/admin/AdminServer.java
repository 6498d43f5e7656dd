package io.sextant.controller.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.controller.AdminConfig;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.settings.SettingsDesk;
import io.sextant.controller.settings.StopDesk;
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
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * {@code /healthz}, {@code /readyz}, {@code /metrics}, {@code /snapshot}, {@code /admin/exploration} and {@code /stops}; the
 * last four ask for the bearer token where one is configured, and anything is changed only where one is. Guarantees: safe for
 * any thread.
 */
public final class AdminServer implements AutoCloseable {
    /** What the server tells of. Methods are called on its event loop and must not block. */
    public interface Source {
        /** Whether the process works or will by itself. */
        boolean healthy();

        /** Whether it works now. */
        boolean ready();

        /** Whether it has read what the fleet agrees on. */
        boolean started();

        /**
         * The last snapshot of every arm, by arm.
         *
         * @throws IllegalStateException while they cannot be told; the message says why
         */
        SortedMap<String, UncertaintySnapshot> snapshots();
    }

    private static final int TIMEOUT_SECONDS = 10;
    private static final String BEARER = "Bearer ";
    private static final String EXPLORATION = "/admin/exploration";
    private static final String STOPS = "/stops";

    private final AdminConfig config;
    private final Source source;
    private final PrometheusMeterRegistry registry;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1).setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final ExplorationHandler exploration;
    private final StopHandler stops;
    private final HttpServer server;

    private AdminServer(AdminConfig config, PrometheusMeterRegistry registry, Source source, FleetSettings fleet,
            SettingsDesk desk, StopDesk stopDesk) {
        this.config = config;
        this.registry = registry;
        this.source = source;
        exploration = new ExplorationHandler(vertx, fleet, desk);
        stops = new StopHandler(vertx, stopDesk);
        server = vertx.createHttpServer().requestHandler(this::handle);
    }

    /**
     * Listens.
     *
     * @param fleet    the exploration settings in force
     * @param desk     changes them
     * @param stopDesk stops bidding
     * @throws IllegalStateException if the port cannot be had
     */
    public static AdminServer start(AdminConfig config, PrometheusMeterRegistry registry, Source source,
            FleetSettings fleet, SettingsDesk desk, StopDesk stopDesk) throws InterruptedException {
        var started = new AdminServer(config, registry, source, fleet, desk, stopDesk);
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
        String path = String.valueOf(request.path());
        List<HttpMethod> allowed = switch (path) {
            case EXPLORATION -> List.of(HttpMethod.GET, HttpMethod.PUT);
            case STOPS -> List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE);
            default -> List.of(HttpMethod.GET);
        };
        if (!allowed.contains(request.method())) {
            request.response().putHeader("allow",
                    allowed.stream().map(HttpMethod::name).collect(Collectors.joining(", ")));
            Answers.error(request, 405, "only GET is answered here, PUT on " + EXPLORATION + ", and POST and DELETE on "
                    + STOPS);
            return;
        }
        switch (path) {
            case "/healthz" -> status(request, source.healthy());
            case "/readyz" -> status(request, source.ready());
            case "/metrics", "/snapshot", EXPLORATION, STOPS -> {
                if (authorized(request)) {
                    page(request, path, !request.method().equals(HttpMethod.GET));
                } else {
                    request.response().putHeader("www-authenticate", "Bearer");
                    Answers.error(request, 401, "a bearer token is needed: the controller's admin.token");
                }
            }
            default -> Answers.error(request, 404,
                    "no such page; there are /healthz, /readyz, /metrics, /snapshot, " + EXPLORATION + ", " + STOPS);
        }
    }

    private void page(HttpServerRequest request, String path, boolean change) {
        if (change && config.token().isEmpty()) {
            Answers.error(request, 403,
                    "nobody may change anything here: set admin.token of the controller, and send it as bearer token");
        } else if (path.equals(STOPS)) {
            if (change) {
                stops.change(request, request.method().equals(HttpMethod.POST));
            } else {
                stops.get(request);
            }
        } else if (change) {
            exploration.put(request);
        } else if (path.equals("/metrics")) {
            request.response().putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(registry.scrape());
        } else if (path.equals("/snapshot")) {
            snapshot(request);
        } else if (source.started()) {
            exploration.get(request);
        } else {
            Answers.error(request, 503, "the controller is starting and has not read the settings in force yet");
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
            Answers.error(request, 503, String.valueOf(e.getMessage()));
            return;
        }
        Answers.json(request, 200, body);
    }

    private static void status(HttpServerRequest request, boolean good) {
        request.response().setStatusCode(good ? 200 : 503).putHeader("content-type", "text/plain")
                .end(good ? "ok\n" : "not now\n");
    }
}
