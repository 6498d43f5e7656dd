package io.sextant.bidder.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Collects one request's body up to a bound; what comes after it is read and thrown away, so that the peer can read the
 * refusal, but not without end.
 */
final class BodyCollector implements Handler<Buffer> {
    private static final int DISCARD_BYTES_MAX = 1 << 20;

    private final HttpServerRequest request;
    private final int bytesMax;
    private final Runnable tooLarge;
    private @Nullable Buffer body;
    private boolean appendable;
    private long received;

    /**
     * Makes one.
     *
     * @param tooLarge runs once, when the bound is passed
     */
    BodyCollector(HttpServerRequest request, int bytesMax, Runnable tooLarge) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.tooLarge = tooLarge;
    }

    @Override
    public void handle(Buffer chunk) {
        boolean within = received <= bytesMax;
        received += chunk.length();
        if (received > bytesMax) {
            body = null;
            if (within) {
                tooLarge.run();
            } else if (received > bytesMax + DISCARD_BYTES_MAX) {
                request.connection().close();
            }
            return;
        }
        Buffer first = body;
        if (first == null) {
            body = chunk;
        } else if (appendable) {
            first.appendBuffer(chunk);
        } else {
            // Most bodies come in one piece and are never copied here.
            body = Buffer.buffer((int) received * 2).appendBuffer(first).appendBuffer(chunk);
            appendable = true;
        }
    }

    /** Whether the bound was passed. */
    boolean refused() {
        return received > bytesMax;
    }

    /** Size of the body so far. */
    int size() {
        return body == null ? 0 : body.length();
    }

    /** Copies the body to the start of {@code target}, which holds at least {@code bytesMax} bytes. */
    void copyTo(byte[] target) {
        if (body != null) {
            body.getBytes(target);
        }
    }
}
