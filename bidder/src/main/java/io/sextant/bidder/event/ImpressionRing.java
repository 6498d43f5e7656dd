package io.sextant.bidder.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One event loop's impressions on their way to the publisher: a ring of primitive columns with one writer and one reader.
 *
 * <p>
 * Threading: {@link #offer} is the event loop's, {@link #drain} the publisher's. Neither locks, allocates or waits.
 */
public final class ImpressionRing {
    /*
     * Lamport's queue: the writer alone moves tail, the reader alone moves head; release on the one's store and acquire on
     * the other's load make the columns in between visible. Each side keeps a stale copy of the other's index and looks again
     * only when that copy says full or empty.
     */
    /** Flag: the first row of its request. */
    public static final int REQUEST = 1;
    /** Flag: the row stands for an impression that was offered. */
    public static final int IMPRESSION = 2;
    /** Flag: a bid was made for the impression. */
    public static final int BID = 4;
    /** Flag: the request is in the explore share of its arm. */
    public static final int EXPLORE_SHARE = 8;

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
        /** One row, as it was offered. */
        void row(int arm, int cell, int flags, double uncertainty, double naturalModifier, double modifier,
                long modelVersion, long uncertaintyEpoch);
    }

    private final int mask;
    private final long[] timeMs;
    private final int[] arm;
    private final int[] cell;
    private final int[] flags;
    private final double[] uncertainty;
    private final double[] naturalModifier;
    private final double[] modifier;
    private final long[] modelVersion;
    private final long[] uncertaintyEpoch;
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
        this.timeMs = new long[size];
        this.arm = new int[size];
        this.cell = new int[size];
        this.flags = new int[size];
        this.uncertainty = new double[size];
        this.naturalModifier = new double[size];
        this.modifier = new double[size];
        this.modelVersion = new long[size];
        this.uncertaintyEpoch = new long[size];
    }

    /**
     * Appends a row.
     *
     * @param timeMs           when the request came; does not fall from row to row
     * @param arm              number of the arm
     * @param cell             number of the leaf cell
     * @param flags            {@link #REQUEST} and so on, added
     * @param uncertainty      what was measured, or NaN
     * @param naturalModifier  the modifier before the gain; looked at only with {@link #EXPLORE_SHARE}
     * @param modifier         what the bid was multiplied by; looked at only with {@link #BID}
     * @param modelVersion     of the model that judged
     * @param uncertaintyEpoch of that model
     * @return false if the ring is full and the row is lost
     */
    public boolean offer(long timeMs, int arm, int cell, int flags, double uncertainty, double naturalModifier,
            double modifier, long modelVersion, long uncertaintyEpoch) {
        long at = (long) TAIL.get(this);
        if (at - cachedHead > mask) {
            cachedHead = (long) HEAD.getAcquire(this);
            if (at - cachedHead > mask) {
                return false;
            }
        }
        int slot = (int) at & mask;
        this.timeMs[slot] = timeMs;
        this.arm[slot] = arm;
        this.cell[slot] = cell;
        this.flags[slot] = flags;
        this.uncertainty[slot] = uncertainty;
        this.naturalModifier[slot] = naturalModifier;
        this.modifier[slot] = modifier;
        this.modelVersion[slot] = modelVersion;
        this.uncertaintyEpoch[slot] = uncertaintyEpoch;
        TAIL.setRelease(this, at + 1);
        return true;
    }

    /** Hands all rows from before {@code untilMs} to {@code reader} and forgets them; returns how many. */
    public int drain(long untilMs, Reader reader) {
        long at = (long) HEAD.get(this);
        long start = at;
        if (at == cachedTail) {
            cachedTail = (long) TAIL.getAcquire(this);
        }
        while (at < cachedTail && timeMs[(int) at & mask] < untilMs) {
            int slot = (int) at & mask;
            reader.row(arm[slot], cell[slot], flags[slot], uncertainty[slot], naturalModifier[slot], modifier[slot],
                    modelVersion[slot], uncertaintyEpoch[slot]);
            at++;
            if (at == cachedTail) {
                cachedTail = (long) TAIL.getAcquire(this);
            }
        }
        HEAD.setRelease(this, at);
        return (int) (at - start);
    }
}
