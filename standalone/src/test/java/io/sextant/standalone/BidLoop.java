package io.sextant.standalone;

import com.google.protobuf.ByteString;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Bid requests, one after the other, for as long as the test runs, and what was wrong with any answer. An answer may be slow,
 * as the test's machine may be, but there has to be one. Threading: one thread of its own.
 */
final class BidLoop implements AutoCloseable {
    private static final long PAUSE_MS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI bids;
    private final ByteString body = ByteString
            .copyFrom(new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(500).build()));
    private final AtomicLong answered = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closing;

    BidLoop(URI bids) {
        this.bids = bids;
        this.thread = Thread.ofPlatform().name("bid-loop").start(this::run);
    }

    /** Requests that were answered 200 or 204. */
    long answered() {
        return answered.get();
    }

    /** Every other answer, and every request without one. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (!closing) {
                ask(client);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(HttpClient client) throws InterruptedException {
        var request = HttpRequest.newBuilder(bids).timeout(PATIENCE).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build();
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 200 || status == 204) {
                answered.incrementAndGet();
            } else {
                failures.add("status " + status);
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }
}
