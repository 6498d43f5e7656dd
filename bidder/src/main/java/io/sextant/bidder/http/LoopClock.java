package io.sextant.bidder.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;

/**
 * When the requests that a loop is working through came in: at the start of its read cycle, not when their turn comes.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class LoopClock {
    /*
     * A loop reads from all ready sockets, then runs the tasks that have been queued meanwhile. The first request of a
     * cycle takes the time and queues a task that ends the cycle; all requests in between have waited since then.
     */
    private final Context context;
    private final Handler<Void> endOfCycle = _ -> endCycle();
    private boolean inCycle;
    private long startNs;

    LoopClock(Context context) {
        this.context = context;
    }

    /** Arrival of the request whose turn it is, by {@link System#nanoTime}. */
    long arrivalNs() {
        if (!inCycle) {
            inCycle = true;
            startNs = System.nanoTime();
            context.runOnContext(endOfCycle);
        }
        return startNs;
    }

    private void endCycle() {
        inCycle = false;
    }
}
