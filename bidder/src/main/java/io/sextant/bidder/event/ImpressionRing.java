package io.sextant.bidder.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's impressions on their way to the publisher: a ring of rows with one writer and one reader.
 *
 * <p>
 * Threading: {@link #claim} and {@link #publish} are the event loop's, {@link #drain} the publisher's. None locks,
 * allocates or waits.
 */
public final class ImpressionRing {
    /*
     * Lamport's queue: the writer alone moves tail, the reader alone moves head; release on the one's store and acquire on
     * the other's load make the rows in between visible. Each side keeps a stale copy of the other's index and looks again
     * only when that copy says full or empty.
     */
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(ImpressionRing.class, "head", long.class);
            TAIL = MethodHandles.lookup().findVarHandle(ImpressionRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Hears each row in order. */
    @FunctionalInterface
    public interface Reader {
        /** One row, good until this returns. */
        void row(ImpressionRow row);
    }

    private final int mask;
    private final ImpressionRow[] rows;
    private long cachedHead;
    private long cachedTail;
    @SuppressWarnings("UnusedVariable") // through HEAD
    private long head;
    @SuppressWarnings("UnusedVariable") // through TAIL
    private long tail;

    /**
     * Makes an empty ring.
     *
     * @param capacity rows, rounded up to a power of two
     */
    public ImpressionRing(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        this.mask = size - 1;
        this.rows = new ImpressionRow[size];
        for (int i = 0; i < size; i++) {
            rows[i] = new ImpressionRow();
        }
    }

    /** The row to fill and to {@link #publish} next; null if the ring is full and the row is lost. */
    public @Nullable ImpressionRow claim() {
        long at = (long) TAIL.get(this);
        if (at - cachedHead > mask) {
            cachedHead = (long) HEAD.getAcquire(this);
            if (at - cachedHead > mask) {
                return null;
            }
        }
        return rows[(int) at & mask];
    }

    /** Hands the row that was claimed to the reader. */
    public void publish() {
        TAIL.setRelease(this, (long) TAIL.get(this) + 1);
    }

    /** Hands all rows from before {@code untilMs} to {@code reader} and forgets them; returns how many. */
    public int drain(long untilMs, Reader reader) {
        long at = (long) HEAD.get(this);
        long start = at;
        if (at == cachedTail) {
            cachedTail = (long) TAIL.getAcquire(this);
        }
        while (at < cachedTail) {
            ImpressionRow row = rows[(int) at & mask];
            if (row.timeMs >= untilMs) {
                break;
            }
            reader.row(row);
            at++;
            if (at == cachedTail) {
                cachedTail = (long) TAIL.getAcquire(this);
            }
        }
        HEAD.setRelease(this, at);
        return (int) (at - start);
    }
}
