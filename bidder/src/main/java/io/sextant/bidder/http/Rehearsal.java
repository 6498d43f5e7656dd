package io.sextant.bidder.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers a loop's requests of the warm-up by the same code and the same working memory as all others, but with counters
 * and a ring of its own that nobody looks at.
 *
 * <p>
 * Threading: one instance per event loop; {@link #answered} may be asked from any thread.
 */
final class Rehearsal implements AutoCloseable {
    private final RehearsalSecret secret;
    private final BidHandler bids;
    private final AtomicInteger answered = new AtomicInteger();

    Rehearsal(RehearsalSecret secret, BidHandler bids) {
        this.secret = secret;
        this.bids = bids;
    }

    /** Takes the request if it is one of the warm-up; else it is one like any other. */
    boolean takes(HttpServerRequest request) {
        String value = request.getHeader(Answers.WARM_UP);
        if (value == null || !secret.is(value)) {
            return false;
        }
        bids.handle(request);
        answered.incrementAndGet();
        return true;
    }

    /** How many requests so far. */
    int answered() {
        return answered.get();
    }

    @Override
    public void close() {
        bids.close();
    }
}
