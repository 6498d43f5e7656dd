package io.sextant.bidder.http;

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
    /** Vert.x: loops that listen on one negative port share one free port. */
    private static final int SHARED_FREE_PORT = -1;

    private final ServerParts parts;
    private volatile @Nullable HttpServer server;
    private @Nullable BidHandler bids;

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
        var handler = new BidHandler(config, parts.defaultExchange(), parts.pipeline(), scratch, answer, codec,
                new DecisionLog(parts.publisher(), parts.records(), parts.decisions(), parts.models(),
                        parts.sampleShare()),
                parts.bidMetrics(), parts.clock(),
                new LoopClock(context));
        bids = handler;
        var notices = new NoticeHandler(tokens, parts.journal(), parts.publisher(), parts.noticeMetrics(), this::rate,
                parts.landingPages()::of, config.clickFallbackUrl(), parts.clock(), loop);
        HttpServer created = vertx.createHttpServer(options(config))
                .requestHandler(new RequestRouter(handler, notices, new ConnectionRetirement(config, vertx),
                        parts.readiness()));
        server = created;
        return created.listen().onSuccess(bound -> parts.publicUrl().bound(bound.actualPort()));
    }

    @Override
    public Future<?> stop() {
        HttpServer running = server;
        Future<?> drained = running == null ? Future.succeededFuture()
                : running.shutdown(parts.config().drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return drained.onComplete(_ -> {
            if (bids != null) {
                bids.close();
            }
        });
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
