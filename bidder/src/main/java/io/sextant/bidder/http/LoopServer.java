package io.sextant.bidder.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.bidder.decision.DecisionSink;
import io.sextant.bidder.event.ImpressionRing;
import io.sextant.bidder.notice.SealedToken;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.NativeReader;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server of one event loop; all loops share the port. One connection lives on one loop.
 *
 * <p>
 * Threading: a verticle; everything that it makes is this loop's alone. {@link #port} may be asked from any thread once it
 * is deployed.
 */
public final class LoopServer extends VerticleBase {
    /** Notice URLs stay below 1,024 characters, bid requests are posted. */
    private static final int REQUEST_LINE_MAX = 4096;
    private static final int HEADERS_MAX = 16_384;
    private static final int BACKLOG = 4096;
    /** Rows of impressions that are kept while warming up, until they are forgotten. */
    private static final int REHEARSED_ROWS = 256;
    /** Vert.x: loops that listen on one negative port share one free port. */
    private static final int SHARED_FREE_PORT = -1;

    private final ServerParts parts;
    private volatile @Nullable HttpServer server;
    private volatile @Nullable Rehearsal rehearsal;
    private @Nullable RequestRouter router;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Makes one, to be deployed. */
    public LoopServer(ServerParts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        Executor loop = task -> context.runOnContext(_ -> task.run());
        SealedToken tokens = parts.tokens().get();
        var codec = new OpenRtbCodec();
        BidScratch scratch = parts.scratches().apply(NativeReader.of(codec));
        parts.loops().add(loop, () -> scratch.refresh(parts.snapshots().current()));
        HttpConfig config = parts.config();
        var answer = new BidAnswer(parts.publicUrl(), (int) parts.bidExpiry().toSeconds(), tokens, parts.currencies(),
                parts.records(), codec);
        LoopClock loopClock = LoopClock.ofThisLoop();
        var log = new DecisionLog(parts.publisher().newRing(), parts.publisher()::dropped, parts.publisher()::sample,
                parts.records(), parts.decisions(), parts.models(), parts.sampleShare());
        var handler = new BidHandler(config, parts.defaultExchange(), parts.pipeline(), scratch, answer, codec, log,
                parts.bidMetrics(), parts.clock(), loopClock, new Admission(config, parts.exchanges()));
        opened.push(scratch);
        opened.push(handler);
        Rehearsal warming = rehearsal(scratch, answer, codec, loopClock);
        var notices = new NoticeHandler(tokens, parts.journal(), parts.reservations(), parts.publisher(),
                parts.noticeMetrics(), this::rate,
                parts.landingPages()::of, config.clickFallbackUrl(), parts.clock(), loop);
        var requests = new RequestRouter(handler, notices, new ConnectionRetirement(config, vertx), parts.readiness(),
                warming);
        router = requests;
        HttpServer created = vertx.createHttpServer(options(config)).requestHandler(requests);
        server = created;
        return created.listen().onSuccess(bound -> parts.publicUrl().bound(bound.actualPort()));
    }

    @Override
    public Future<?> stop() {
        HttpServer running = server;
        Future<?> drained = running == null ? Future.succeededFuture()
                : running.shutdown(parts.config().drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return drained.onComplete(_ -> {
            endRehearsalHere();
            while (!opened.isEmpty()) {
                closed(opened.pop());
            }
        });
    }

    /** As the loop's own handler, but what it counts and tells goes nowhere, and nothing is reserved. */
    private @Nullable Rehearsal rehearsal(BidScratch scratch, BidAnswer answer, OpenRtbCodec codec,
            LoopClock loopClock) {
        HttpConfig config = parts.config();
        if (!config.warmUpMax().isPositive()) {
            return null;
        }
        var ring = new ImpressionRing(REHEARSED_ROWS);
        var log = new DecisionLog(ring, () -> ring.drain(Long.MAX_VALUE, _ -> {}), _ -> {}, parts.records(),
                DecisionSink.NONE, parts.models(), parts.sampleShare());
        var warming = new Rehearsal(parts.rehearsal(),
                new BidHandler(config, parts.defaultExchange(), parts.pipeline().rehearsing(), scratch, answer, codec,
                        log, new BidMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)), parts.clock(),
                        loopClock,
                        Admission.ofAll()));
        rehearsal = warming;
        return warming;
    }

    /** Requests of the warm-up that this loop has answered. */
    int rehearsed() {
        Rehearsal warming = rehearsal;
        return warming == null ? 0 : warming.answered();
    }

    /** From now on all requests are real ones; from any thread. */
    void endRehearsal() {
        context.runOnContext(_ -> endRehearsalHere());
    }

    private void endRehearsalHere() {
        Rehearsal warming = rehearsal;
        if (warming != null) {
            rehearsal = null;
            if (router != null) {
                router.endRehearsal();
            }
            warming.close();
        }
    }

    private static void closed(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing an event loop's own", e);
        }
    }

    /** The bound port. */
    public int port() {
        HttpServer running = server;
        return running == null ? -1 : running.actualPort();
    }

    private static HttpServerOptions options(HttpConfig config) {
        return new HttpServerOptions().setHost(config.host())
                .setPort(config.port() == 0 ? SHARED_FREE_PORT : config.port())
                .setIdleTimeout((int) config.idleTimeout().toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true).setAcceptBacklog(BACKLOG).setMaxInitialLineLength(REQUEST_LINE_MAX)
                .setMaxHeaderSize(HEADERS_MAX).setHandle100ContinueAutomatically(true).setDecompressionSupported(false)
                .setCompressionSupported(false).setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(config.streamsMax())
                        .setMaxHeaderListSize(HEADERS_MAX));
    }

    /** What one unit of a bid's currency is worth in USD; 0 where the rate has been taken out since the bid. */
    private double rate(String currency) {
        int number = parts.currencies().number(currency);
        return number == CurrencyRates.UNKNOWN ? 0 : parts.currencies().usdPerUnit(number);
    }
}
