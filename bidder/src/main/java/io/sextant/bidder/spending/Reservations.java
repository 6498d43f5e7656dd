package io.sextant.bidder.spending;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What open bids have reserved, in places that are allocated once. Each is given back once: when a loss is told, or when its
 * time is over.
 *
 * <p>
 * Threading: for any threads; nothing locks or allocates.
 */
public final class Reservations {
    /*
     * A place is used again and again; each use has a number of its own, use × capacity + place, that only rises. The place's
     * state says which use it is in, and whether that is open; who sets it from open to closed gives back, so nobody does
     * twice. What is read of a place before that is of the use that is closed: it is written before the use is opened, and
     * written over only after it was closed.
     *
     * Free places hang on a stack (Treiber, 1986). Its head carries a count of changes in the upper half, so that a head that
     * comes back is not taken for one that stayed.
     */
    private static final long CHANGE = 1L << 32;
    private static final long CHANGES = -CHANGE;

    private final int capacity;
    private final long holdMs;
    private final Consumer<ReservationEvent> told;
    /** By place: twice the use, and 1 while it is open. */
    private final AtomicLongArray states;
    private final @Nullable Lease[] leases;
    private final long[] nanos;
    private final long[] madeMs;
    /** By free place, the next free one plus 1; 0 at the end. */
    private final int[] next;
    /** The first free place plus 1, and the count of changes. */
    private final AtomicLong free;
    private final LongAdder open = new LongAdder();

    /**
     * Makes room.
     *
     * @param config how many there can be, and when their time is over
     * @param told   is told what happens, by any thread
     */
    public Reservations(BudgetConfig config, Consumer<ReservationEvent> told) {
        this.capacity = config.openBidsMax();
        this.holdMs = config.settleWithin().toMillis();
        this.told = told;
        this.states = new AtomicLongArray(capacity);
        this.leases = new @Nullable Lease[capacity];
        this.nanos = new long[capacity];
        this.madeMs = new long[capacity];
        this.next = new int[capacity];
        for (int place = 0; place < capacity - 1; place++) {
            next[place] = place + 2;
        }
        this.free = new AtomicLong(1);
    }

    /**
     * Remembers what has been reserved.
     *
     * @param lease     which it was taken from
     * @param heldNanos what was taken
     * @param nowMs     time of the bid
     * @return the reservation's number, above 0; 0 if there is no room, and then the caller gives back
     */
    public long open(Lease lease, long heldNanos, long nowMs) {
        int place = take();
        if (place < 0) {
            told.accept(ReservationEvent.FULL);
            return 0;
        }
        long use = states.get(place) / 2 + 1;
        leases[place] = lease;
        nanos[place] = heldNanos;
        madeMs[place] = nowMs;
        states.set(place, 2 * use + 1);
        open.increment();
        told.accept(ReservationEvent.OPENED);
        return use * capacity + place;
    }

    /**
     * Gives a reservation back to its lease; nothing happens if that has been done, or if it was made by another process.
     *
     * @param reservation as of {@link #open}; any number
     * @param leaseId     of the lease that it was taken from
     * @return whether it was given back now
     */
    public boolean release(long reservation, long leaseId) {
        boolean released = reservation >= capacity && close((int) (reservation % capacity),
                2 * (reservation / capacity) + 1, leaseId);
        told.accept(released ? ReservationEvent.RELEASED : ReservationEvent.UNKNOWN);
        return released;
    }

    /** Gives back all reservations whose time is over. */
    public void sweep(long nowMs) {
        for (int place = 0; place < capacity; place++) {
            long state = states.get(place);
            if ((state & 1) == 0 || nowMs - madeMs[place] < holdMs) {
                continue;
            }
            Lease lease = leases[place];
            if (lease != null && close(place, state, lease.id())) {
                told.accept(ReservationEvent.EXPIRED);
            }
        }
    }

    /** How many are open. */
    public long size() {
        return open.sum();
    }

    private boolean close(int place, long opened, long leaseId) {
        if (states.get(place) != opened) {
            return false;
        }
        Lease lease = leases[place];
        long held = nanos[place];
        if (lease == null || lease.id() != leaseId || !states.compareAndSet(place, opened, opened - 1)) {
            return false;
        }
        leases[place] = null;
        put(place);
        open.decrement();
        lease.release(held);
        return true;
    }

    private int take() {
        while (true) {
            long head = free.get();
            int place = (int) head - 1;
            if (place < 0) {
                return -1;
            }
            if (free.compareAndSet(head, (head & CHANGES) + CHANGE + next[place])) {
                return place;
            }
        }
    }

    private void put(int place) {
        while (true) {
            long head = free.get();
            next[place] = (int) head;
            if (free.compareAndSet(head, (head & CHANGES) + CHANGE + place + 1)) {
                return;
            }
        }
    }
}
