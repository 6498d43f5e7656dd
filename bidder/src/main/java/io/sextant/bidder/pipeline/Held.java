package io.sextant.bidder.pipeline;

/**
 * What a bid has reserved of its campaign's budget.
 *
 * <p>
 * Threading: belongs to an {@link Impression}, and so to one event loop.
 */
public final class Held {
    private long leaseId;
    private int budgetDay;
    private long reservation;

    Held() {}

    void clear() {
        leaseId = 0;
        budgetDay = 0;
        reservation = 0;
    }

    /**
     * Notes what is reserved.
     *
     * @param leaseId     the lease that pays
     * @param budgetDay   its day
     * @param reservation where the bidder keeps the reservation
     */
    public void set(long leaseId, int budgetDay, long reservation) {
        this.leaseId = leaseId;
        this.budgetDay = budgetDay;
        this.reservation = reservation;
    }

    /** The lease that pays; 0 for none. */
    public long leaseId() {
        return leaseId;
    }

    /** Day of the budget, counted from the epoch in the campaign's time zone; good only if there is a lease. */
    public int budgetDay() {
        return budgetDay;
    }

    /** Where the bidder keeps the reservation; 0 for none. */
    public long reservation() {
        return reservation;
    }
}
