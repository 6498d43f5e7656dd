package io.sextant.bidder.http;

import com.google.protobuf.CodedOutputStream;
import io.sextant.bidder.http.BidMetrics.Outcome;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Limits;
import io.sextant.bidder.pipeline.Step;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidRequestReader;
import io.sextant.protocol.openrtb.BidResponse;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.sextant.protocol.openrtb.OpenRtbFormatException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the bytes of a bid request to those of its answer.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class BidHandler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BidHandler.class);
    private static final long LOG_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);
    /** The steps' times are recorded for one request in so many; the other times for all. */
    private static final int STEP_SAMPLE = 16;

    private final HttpConfig config;
    private final String defaultExchange;
    private final BidPipeline pipeline;
    private final BidScratch scratch;
    private final BidAnswer answer;
    private final OpenRtbCodec codec;
    private final BidRequestReader reader;
    private final DecisionLog log;
    private final BidMetrics metrics;
    private final InstantSource clock;
    private final LoopClock loopClock;
    private final Admission admission;
    private final BoundedInflater inflater;
    private final GzipEncoder gzip = new GzipEncoder();
    private final byte[] raw;
    private byte[] protobuf = new byte[4096];
    private final @Nullable BidFacts[] facts = new @Nullable BidFacts[Limits.IMPRESSIONS_MAX];
    private long parsed;
    private long loggedNs = System.nanoTime() - LOG_PAUSE_NS;

    /**
     * Makes one.
     *
     * @param defaultExchange who sent requests that do not say
     * @param scratch         this loop's
     * @param answer          this loop's
     * @param codec           this loop's
     * @param log             this loop's
     * @param loopClock       this loop's
     * @param admission       this loop's
     */
    BidHandler(HttpConfig config, String defaultExchange, BidPipeline pipeline, BidScratch scratch, BidAnswer answer,
            OpenRtbCodec codec, DecisionLog log, BidMetrics metrics, InstantSource clock, LoopClock loopClock,
            Admission admission) {
        this.config = config;
        this.defaultExchange = defaultExchange;
        this.pipeline = pipeline;
        this.scratch = scratch;
        this.answer = answer;
        this.codec = codec;
        this.reader = new BidRequestReader(codec);
        this.log = log;
        this.metrics = metrics;
        this.clock = clock;
        this.loopClock = loopClock;
        this.admission = admission;
        this.inflater = new BoundedInflater(config.inflatedBytesMax());
        this.raw = new byte[config.bodyBytesMax()];
    }

    /**
     * Takes a request whose headers have just come; answers when its body is there, or at once where it has waited too long
     * already: what there is of the body is not even copied then.
     */
    void handle(HttpServerRequest request) {
        long arrivalNs = loopClock.arrivalNs();
        HttpServerResponse response = request.response().putHeader(Answers.OPENRTB_VERSION, Answers.VERSION_26);
        if (!request.method().equals(HttpMethod.POST)) {
            metrics.requests().add(Outcome.METHOD_NOT_ALLOWED);
            response.putHeader(Answers.ALLOW, "POST");
            Answers.error(response, 405, "bid requests are sent by POST", "");
            return;
        }
        BodyType type = BodyType.of(request.getHeader(Answers.CONTENT_TYPE));
        if (type == BodyType.OTHER || !isKnownEncoding(request.getHeader(Answers.CONTENT_ENCODING))) {
            metrics.requests().add(Outcome.UNSUPPORTED_TYPE);
            Answers.error(response, 415, "send application/json or application/x-protobuf, plain or gzip",
                    type == BodyType.OTHER ? "content-type" : "content-encoding");
            return;
        }
        String exchange = exchange(request);
        if (admission.refuses(exchange, arrivalNs, loopClock.nowNs())) {
            shed(response);
            return;
        }
        var body = new BodyCollector(request, config.bodyBytesMax(), () -> tooLarge(response));
        request.handler(body).endHandler(_ -> {
            if (!body.refused()) {
                answer(request, exchange, type, body, arrivalNs);
            }
        });
    }

    @Override
    public void close() {
        inflater.close();
        gzip.close();
    }

    private void answer(HttpServerRequest request, String exchange, BodyType type, BodyCollector body,
            long arrivalNs) {
        try {
            decide(request, exchange, type, body, arrivalNs);
        } catch (OpenRtbFormatException e) {
            metrics.requests().add(Outcome.BAD_REQUEST);
            Answers.error(request.response(), 400, e.getMessage() == null ? "malformed" : e.getMessage(), e.place());
        } catch (RuntimeException e) {
            // A bug. The request is lost, the loop is not; the cause is told, but not ten thousand times a second.
            metrics.requests().add(Outcome.INTERNAL_ERROR);
            metrics.impressions().add(NoBidReason.INTERNAL_ERROR);
            if (System.nanoTime() - loggedNs > LOG_PAUSE_NS) {
                loggedNs = System.nanoTime();
                LOG.error("a bid request failed", e);
            }
            Answers.status(request.response(), 204);
        }
    }

    private void decide(HttpServerRequest request, String exchange, BodyType type, BodyCollector body,
            long arrivalNs) {
        HttpServerResponse response = request.response();
        long startNs = loopClock.nowNs();
        // A body may end long after its headers have come.
        if (admission.refuses(exchange, arrivalNs, startNs)) {
            shed(response);
            return;
        }
        body.copyTo(raw);
        byte[] bytes = raw;
        int size = body.size();
        if (BoundedInflater.isGzip(raw, size)) {
            switch (inflater.inflate(raw, size)) {
                case INFLATED -> {
                    bytes = inflater.output();
                    size = inflater.size();
                }
                case TOO_LARGE -> {
                    tooLarge(response);
                    return;
                }
                case MALFORMED -> {
                    metrics.requests().add(Outcome.BAD_REQUEST);
                    Answers.error(response, 400, "body: is truncated or corrupt gzip", "");
                    return;
                }
            }
        }
        BidRequest bid = type == BodyType.PROTOBUF ? reader.readProtobuf(bytes, 0, size)
                : reader.readJson(bytes, 0, size);
        NoBidReason reason = pipeline.bid(bid, exchange, clock.millis(),
                admission.deadlineNs(exchange, bid.getTmax(), arrivalNs), scratch);
        count();
        Arrays.fill(facts, null);
        if (reason == NoBidReason.NONE) {
            metrics.requests().add(Outcome.BID);
            respond(request, type, answer.write(bid, scratch, facts));
        } else {
            metrics.requests().add(Outcome.NO_BID);
            if (bid.getTest()) {
                respond(request, type, BidResponse.newBuilder().setId(bid.getId()).setNbr(reason.nbr()).build());
            } else {
                Answers.status(response, 204);
            }
        }
        log.write(bid, scratch, facts);
        time(arrivalNs, startNs);
    }

    private void shed(HttpServerResponse response) {
        metrics.requests().add(Outcome.SHED);
        Answers.status(response, 204);
    }

    private void count() {
        for (int i = 0; i < scratch.size(); i++) {
            metrics.impressions().add(scratch.impression(i).reason());
            if (scratch.impression(i).unmeasured()) {
                metrics.unmeasured();
            }
        }
        if (scratch.unscored() > 0) {
            metrics.impressions().add(NoBidReason.TOO_MANY_IMPRESSIONS, scratch.unscored());
        }
    }

    private void time(long arrivalNs, long startNs) {
        long nowNs = loopClock.nowNs();
        admission.answered(nowNs - startNs);
        metrics.latency().record(nowNs - arrivalNs, TimeUnit.NANOSECONDS);
        if (parsed++ % STEP_SAMPLE == 0) {
            for (Step step : Step.values()) {
                if (scratch.stepNs(step) > 0) {
                    metrics.step(step).record(scratch.stepNs(step), TimeUnit.NANOSECONDS);
                }
            }
        }
    }

    private void respond(HttpServerRequest request, BodyType type, BidResponse bid) {
        HttpServerResponse response = request.response();
        byte[] bytes;
        int size;
        if (type == BodyType.PROTOBUF) {
            size = writeProtobuf(bid);
            bytes = protobuf;
            response.putHeader(Answers.CONTENT_TYPE, Answers.PROTOBUF);
        } else {
            size = codec.writeText(bid);
            bytes = codec.text();
            response.putHeader(Answers.CONTENT_TYPE, Answers.JSON);
        }
        String accepted = request.getHeader(Answers.ACCEPT_ENCODING);
        if (size > config.gzipAboveBytes() && accepted != null && GzipEncoder.accepted(accepted)) {
            response.putHeader(Answers.CONTENT_ENCODING, Answers.GZIP).putHeader(Answers.VARY,
                    Answers.ACCEPT_ENCODING);
            size = gzip.encode(bytes, size);
            bytes = gzip.output();
        }
        // The one copy of the answer; what it is copied from belongs to the loop.
        Answers.end(response, Buffer.buffer(size).appendBytes(bytes, 0, size));
    }

    private int writeProtobuf(BidResponse bid) {
        int size = bid.getSerializedSize();
        if (protobuf.length < size) {
            protobuf = new byte[2 * size];
        }
        try {
            bid.writeTo(CodedOutputStream.newInstance(protobuf, 0, size));
        } catch (IOException e) {
            throw new UncheckedIOException("an answer larger than it said", e);
        }
        return size;
    }

    private void tooLarge(HttpServerResponse response) {
        metrics.requests().add(Outcome.TOO_LARGE);
        Answers.error(response, 413, "the body is larger than " + config.bodyBytesMax() + " bytes, or than "
                + config.inflatedBytesMax() + " inflated", "");
    }

    private String exchange(HttpServerRequest request) {
        String name = request.getHeader(Answers.EXCHANGE);
        if (name == null && request.query() != null) {
            name = request.getParam("exchange");
        }
        return name == null ? defaultExchange : name;
    }

    private static boolean isKnownEncoding(@Nullable String encoding) {
        return encoding == null || encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("identity")
                || encoding.isEmpty();
    }

    /** What a body is written in. */
    private enum BodyType {
        JSON, PROTOBUF, OTHER;

        static BodyType of(@Nullable String contentType) {
            if (contentType == null || contentType.isEmpty()) {
                return JSON;
            }
            int semicolon = contentType.indexOf(';');
            String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
            if (type.equalsIgnoreCase("application/json") || type.equalsIgnoreCase("text/plain")) {
                return JSON;
            }
            return type.equalsIgnoreCase("application/x-protobuf") || type.equalsIgnoreCase("application/protobuf")
                    || type.equalsIgnoreCase("application/octet-stream") ? PROTOBUF : OTHER;
        }
    }
}
