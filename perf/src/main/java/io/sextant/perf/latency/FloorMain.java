package io.sextant.perf.latency;

import com.sun.management.ThreadMXBean;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What any bidder on Vert.x pays before it has thought: a server with as many event loops that reads the same bodies, does
 * not look into them, and answers ready bids of the size of real ones.
 */
@Command(name = "floor", mixinStandardHelpOptions = true, description = "A bare server, to be compared with.")
public final class FloorMain implements Callable<Integer> {
    private static final CharSequence OPENRTB_VERSION = HttpHeaders.createOptimized("x-openrtb-version");
    private static final CharSequence VERSION = HttpHeaders.createOptimized("2.6");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence PROTOBUF = HttpHeaders.createOptimized("application/x-protobuf");
    private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
    private static final int BACKLOG = 4096;
    private static final int SHARED_FREE_PORT = -1;
    private static final long START_S = 30;

    @Option(names = "--answers", paramLabel = "DIR", description = "Bodies to answer with, see CannedAnswers.")
    private @Nullable Path answers;

    @Option(names = "--no-bids", paramLabel = "SHARE", defaultValue = "0", description = "Part of the requests that get 204.")
    private double noBids;

    @Option(names = "--refuse", description = "Answers 204 as soon as the headers are there, and lets the body pass.")
    private boolean refuse;

    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    private FloorMain() {}

    /** Runs until the JVM is told to end. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FloorMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        CannedAnswers canned = answers == null ? CannedAnswers.NONE : CannedAnswers.read(answers);
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        vertx.deployVerticle(() -> new Loop(canned), new DeploymentOptions().setInstances(loops)).await(START_S,
                TimeUnit.SECONDS);
        HttpServer admin = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(FloorMain::metrics).listen().await(START_S, TimeUnit.SECONDS);
        System.out.println("the floor is up, port " + servers.getFirst().actualPort() + ", admin port "
                + admin.actualPort());
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(ended::countDown));
        ended.await();
        return 0;
    }

    private static void metrics(HttpServerRequest request) {
        long bytes = ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getTotalThreadAllocatedBytes()
                : 0;
        request.response().end(String.format(Locale.ROOT, "floor_allocated_bytes_total %d%n", bytes));
    }

    /** The server of one event loop. */
    private final class Loop extends VerticleBase {
        private final CannedAnswers canned;
        private double owed;

        private Loop(CannedAnswers canned) {
            this.canned = canned;
        }

        @Override
        public Future<?> start() {
            HttpServer created = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1")
                    .setPort(SHARED_FREE_PORT).setTcpNoDelay(true).setAcceptBacklog(BACKLOG))
                    .requestHandler(this::handle);
            servers.add(created);
            return created.listen();
        }

        private void handle(HttpServerRequest request) {
            if (refuse || !request.path().equals("/openrtb2/bid")) {
                request.response().setStatusCode(request.path().equals("/readyz") ? 200 : 204).end();
                return;
            }
            request.bodyHandler(body -> answer(request, body));
        }

        private void answer(HttpServerRequest request, Buffer body) {
            HttpServerResponse response = request.response().putHeader(OPENRTB_VERSION, VERSION);
            owed += noBids;
            if (owed >= 1 || body.length() == 0) {
                owed -= 1;
                response.setStatusCode(204).end();
                return;
            }
            String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
            boolean protobuf = type != null && PROTOBUF.toString().equals(type);
            boolean gzip = request.getHeader(HttpHeaders.ACCEPT_ENCODING) != null;
            response.putHeader(HttpHeaders.CONTENT_TYPE, protobuf ? PROTOBUF : JSON);
            if (gzip) {
                response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP).putHeader(VARY, HttpHeaders.ACCEPT_ENCODING);
            }
            response.end(canned.answer(protobuf, gzip));
        }
    }

    /**
     * Ready bodies.
     *
     * @param json         plain
     * @param jsonGzip     compressed
     * @param protobuf     plain
     * @param protobufGzip compressed
     */
    record CannedAnswers(Buffer json, Buffer jsonGzip, Buffer protobuf, Buffer protobufGzip) {
        static final CannedAnswers NONE = new CannedAnswers(Buffer.buffer(), Buffer.buffer(), Buffer.buffer(),
                Buffer.buffer());

        /** The file of a kind of answer within a directory. */
        static Path file(Path directory, boolean protobuf, boolean gzip) {
            return directory.resolve((protobuf ? "protobuf" : "json") + (gzip ? ".gz" : ""));
        }

        static CannedAnswers read(Path directory) throws IOException {
            return new CannedAnswers(buffer(directory, false, false), buffer(directory, false, true),
                    buffer(directory, true, false), buffer(directory, true, true));
        }

        private static Buffer buffer(Path directory, boolean protobuf, boolean gzip) throws IOException {
            return Buffer.buffer(Files.readAllBytes(file(directory, protobuf, gzip)));
        }

        Buffer answer(boolean protobuf, boolean gzip) {
            if (protobuf) {
                return gzip ? protobufGzip : this.protobuf;
            }
            return gzip ? jsonGzip : json;
        }
    }
}
