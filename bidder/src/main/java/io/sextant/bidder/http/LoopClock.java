package io.sextant.bidder.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the requests that an event loop is working through came in: not when their turn comes, and not when they are read,
 * but since when they may have lain there.
 *
 * <p>
 * Threading: one instance per event loop, used by its thread only.
 */
final class LoopClock {
    /*
     * A loop asks the system which sockets have something (select), reads from all of them, runs the tasks that have been
     * queued, and begins again. What is read now was not there when the loop asked last, or it would have been read then.
     * If the loop had to wait for this answer, everything has come just now. If the answer was there at once, requests came
     * while the loop was busy with its last cycle, and the time to count from is the one at which it last asked: the start
     * of this cycle less the loop's lag. So a wait is at most overestimated, by no more than one cycle, and a late answer is
     * never taken for one in time. The one exception is a pause of the whole process between two cycles, which looks like
     * waiting for sockets.
     */
    /** Asking takes a few microseconds when the answer is there; a loop that is put to sleep is gone for longer. */
    static final long WAITED_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final ThreadLocal<@Nullable LoopClock> OF_THREAD = new ThreadLocal<>();

    private final LongSupplier nanoClock;
    private long askedNs;
    private long readNs;
    private long arrivalNs;

    LoopClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.askedNs = nanoClock.getAsLong();
        this.readNs = askedNs;
        this.arrivalNs = askedNs;
    }

    /**
     * The clock of the loop that calls.
     *
     * @throws IllegalStateException if the caller is no event loop of a {@link ClockedTransport}
     */
    static LoopClock ofThisLoop() {
        LoopClock clock = OF_THREAD.get();
        if (clock == null) {
            throw new IllegalStateException("not an event loop with a clock: " + Thread.currentThread().getName());
        }
        return clock;
    }

    /** Makes this the clock of the loop that calls. */
    void belongsToThisLoop() {
        OF_THREAD.set(this);
    }

    /** The loop asks which sockets have something to read, and waits for one if it may. */
    void asks() {
        askedNs = nanoClock.getAsLong();
    }

    /** The loop has its answer and begins to read. */
    void reads() {
        long nowNs = nanoClock.getAsLong();
        arrivalNs = nowNs - askedNs > WAITED_NS ? nowNs : readNs;
        readNs = nowNs;
    }

    /** Since when the request whose turn it is may have been there, by the nano clock. */
    long arrivalNs() {
        return arrivalNs;
    }

    /** The time now, by the nano clock. */
    long nowNs() {
        return nanoClock.getAsLong();
    }
}
