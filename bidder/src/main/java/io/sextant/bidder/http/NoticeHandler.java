package io.sextant.bidder.http;

import com.google.protobuf.ByteString;
import io.sextant.bidder.event.EventPublisher;
import io.sextant.bidder.notice.NoticeJournal;
import io.sextant.bidder.notice.NoticeKind;
import io.sextant.bidder.notice.NoticePrice;
import io.sextant.bidder.notice.SealedToken;
import io.sextant.bidder.notice.SealedToken.Opened;
import io.sextant.bidder.spending.Reservations;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.WinEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes what comes back after a bid. Wins and bills are answered when they are on disk; pixels and clicks at once; losses
 * are counted, and give back what the bid had reserved.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class NoticeHandler {
    private static final Buffer PIXEL = Buffer
            .buffer(Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"));
    private static final int REASON_DIGITS_MAX = 5;

    private final SealedToken tokens;
    private final NoticeJournal journal;
    private final Reservations reservations;
    private final EventPublisher publisher;
    private final NoticeMetrics metrics;
    private final ToDoubleFunction<String> rates;
    private final Function<String, @Nullable String> landingPages;
    private final String clickFallbackUrl;
    private final InstantSource clock;
    private final Executor loop;

    /**
     * Makes one.
     *
     * @param tokens           this loop's
     * @param reservations     what a lost bid had reserved is given back to
     * @param rates            what one unit of a currency, by its ISO 4217 code, is worth in the settlement currency; 0
     *                         where that is not known
     * @param landingPages     the landing page of a creative, by its id; null if the catalogue does not have it
     * @param clickFallbackUrl where other clicks lead; empty for nowhere
     * @param loop             runs tasks on this event loop
     */
    NoticeHandler(SealedToken tokens, NoticeJournal journal, Reservations reservations, EventPublisher publisher,
            NoticeMetrics metrics,
            ToDoubleFunction<String> rates, Function<String, @Nullable String> landingPages, String clickFallbackUrl,
            InstantSource clock, Executor loop) {
        this.tokens = tokens;
        this.journal = journal;
        this.reservations = reservations;
        this.publisher = publisher;
        this.metrics = metrics;
        this.rates = rates;
        this.landingPages = landingPages;
        this.clickFallbackUrl = clickFallbackUrl;
        this.clock = clock;
        this.loop = loop;
    }

    /** A win or a bill: 200 once it is on disk, 400 for a bad token, 503 where it cannot be kept. */
    void money(NoticeKind kind, HttpServerRequest request) {
        MultiMap parameters = request.params();
        long nowMs = clock.millis();
        Opened opened = open(kind, parameters, nowMs);
        BidFacts bid = opened.bid();
        if (bid == null) {
            refuse(request.response(), opened);
            return;
        }
        HttpServerResponse response = request.response();
        append(kind, bid, parameters, nowMs, outcome -> {
            switch (outcome) {
                case COMMITTED, DUPLICATE -> Answers.status(response, 200);
                case FULL, FAILED -> Answers.error(response, 503, "the notice cannot be kept now, send it again", "");
            }
        });
    }

    /** A lost auction: 200, 400 for a bad token. */
    void loss(HttpServerRequest request) {
        MultiMap parameters = request.params();
        Opened opened = open(NoticeKind.LOSS, parameters, clock.millis());
        BidFacts bid = opened.bid();
        if (bid == null) {
            refuse(request.response(), opened);
            return;
        }
        if (bid.getReservation() != 0) {
            // One that another bidder made runs out there by itself.
            boolean _ = reservations.release(bid.getReservation(), bid.getLeaseId());
        }
        NoticePrice minToWin = NoticePrice.read(parameters.getAll("m"), rates.applyAsDouble(bid.getCurrency()),
                Long.MAX_VALUE / 2);
        publisher.loss(bid, reason(parameters.get("r")), minToWin.accepted() ? minToWin.cpmMicros() : -1);
        Answers.status(request.response(), 200);
    }

    /** The pixel: always a picture; an event only for a good token. */
    void impression(HttpServerRequest request) {
        MultiMap parameters = request.params();
        long nowMs = clock.millis();
        BidFacts bid = open(NoticeKind.IMPRESSION, parameters, nowMs).bid();
        if (bid != null) {
            append(NoticeKind.IMPRESSION, bid, parameters, nowMs, _ -> {});
        }
        Answers.end(request.response().putHeader(Answers.CONTENT_TYPE, Answers.GIF).putHeader(Answers.CACHE_CONTROL,
                Answers.NO_STORE), PIXEL);
    }

    /** A click: on to the creative's landing page, as the catalogue has it; never to an address from the URL. */
    void click(HttpServerRequest request) {
        MultiMap parameters = request.params();
        long nowMs = clock.millis();
        BidFacts bid = open(NoticeKind.CLICK, parameters, nowMs).bid();
        String target = null;
        if (bid != null) {
            append(NoticeKind.CLICK, bid, parameters, nowMs, _ -> {});
            target = landingPages.apply(bid.getCreativeId());
        }
        HttpServerResponse response = request.response();
        if (target == null && clickFallbackUrl.isEmpty()) {
            Answers.error(response, 404, "this link leads nowhere any more", "t");
            return;
        }
        response.putHeader(Answers.LOCATION, target == null ? clickFallbackUrl : target)
                .putHeader(Answers.CACHE_CONTROL, Answers.NO_STORE);
        Answers.status(response, 302);
    }

    private Opened open(NoticeKind kind, MultiMap parameters, long nowMs) {
        List<String> given = parameters.getAll("t");
        Opened opened = tokens.open(kind, given.size() == 1 ? given.getFirst() : null, nowMs);
        metrics.tokens(kind).add(opened.status());
        return opened;
    }

    private void append(NoticeKind kind, BidFacts bid, MultiMap parameters, long nowMs,
            NoticeJournal.Callback callback) {
        journal.append(kind, bid.getBidId(), event(kind, bid, parameters, nowMs), loop, outcome -> {
            metrics.outcomes(kind).add(outcome);
            callback.done(outcome);
        });
    }

    private ByteString event(NoticeKind kind, BidFacts bid, MultiMap parameters, long nowMs) {
        if (kind == NoticeKind.CLICK) {
            return ClickEvent.newBuilder().setBid(bid).setTimeMs(nowMs).build().toByteString();
        }
        NoticePrice price = NoticePrice.read(parameters.getAll("p"), rates.applyAsDouble(bid.getCurrency()),
                bid.getBidCpmMicros());
        metrics.prices(kind).add(price.status());
        return switch (kind) {
            case WIN -> {
                var event = WinEvent.newBuilder().setBid(bid).setTimeMs(nowMs);
                yield (price.accepted() ? event.setPriceCpmMicros(price.cpmMicros()) : event).build().toByteString();
            }
            case BILL -> {
                var event = BillEvent.newBuilder().setBid(bid).setTimeMs(nowMs);
                yield (price.accepted() ? event.setPriceCpmMicros(price.cpmMicros()) : event).build().toByteString();
            }
            default -> {
                var event = ImpressionEvent.newBuilder().setBid(bid).setTimeMs(nowMs);
                yield (price.accepted() ? event.setPriceCpmMicros(price.cpmMicros()) : event).build().toByteString();
            }
        };
    }

    private static void refuse(HttpServerResponse response, Opened opened) {
        Answers.error(response, 400, switch (opened.status()) {
            case MISSING -> "exactly one token is needed";
            case EXPIRED -> "the token is too old";
            default -> "the token is not one of ours for this kind of notice";
        }, "t");
    }

    /** OpenRTB loss reason; 0 where it is absent or no such number. */
    private static int reason(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > REASON_DIGITS_MAX) {
            return 0;
        }
        int reason = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit < 0) {
                return 0;
            }
            reason = 10 * reason + digit;
        }
        return reason;
    }
}
