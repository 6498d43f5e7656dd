package io.sextant.bidder.spending;

import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A slice of one account's budget of one day. Money is in nanos of the settlement currency.
 *
 * <p>
 * Threading: {@link #reserve}, {@link #release} and the getters that say nothing else are for any thread; they neither lock
 * nor allocate. The rest is for the thread that owns the {@link Purse}.
 */
public final class Lease {
    /*
     * One number decides: what is left = granted - returned - settled - reserved. A reservation takes from it by comparing and
     * setting, so that no two take the same; everything else adds to it or takes from it at once. A lease that is over has
     * CLOSED taken from it, so that nothing can be reserved any more while what comes back still adds up.
     */
    /** Above any sum of money, and far enough from the ends of a long. */
    private static final long CLOSED = Long.MAX_VALUE / 2;

    private final long id;
    private final BudgetDay day;
    private final AtomicLong left = new AtomicLong();
    private volatile long expiresMs = Long.MIN_VALUE;
    private volatile @Nullable LeaseGrant grant;

    private long grantedNanos;
    private long returnedNanos;
    private long settledNanos;
    private long sequence;
    private long answered;
    private long sentMs;
    private long termMs = Long.MAX_VALUE;
    /** What will have been granted when the newest request has been met. */
    private long wantedNanos;
    private long toldReturnedNanos;
    private @Nullable BudgetTerms toldTerms;
    /** Of the account when the lease's day began; -1 before. */
    private long opportunitiesBefore = -1;
    /** Of the lease when it was closed. */
    private long opportunities;
    private boolean closing;
    private boolean toldClosing;
    private long closedMs;

    Lease(long id, BudgetDay day) {
        this.id = id;
        this.day = day;
    }

    /** Never 0. */
    public long id() {
        return id;
    }

    /** Day of the budget, counted from the epoch in the campaign's time zone. */
    public int budgetDay() {
        return day.number();
    }

    /** Takes what a bid can cost from what is left, above 0; false if that is less. Whether the lease is in force is not asked. */
    boolean reserve(long nanos) {
        long seen = left.get();
        while (seen >= nanos) {
            long before = left.compareAndExchange(seen, seen - nanos);
            if (before == seen) {
                return true;
            }
            seen = before;
        }
        return false;
    }

    /** Gives back what had been reserved, once. From any thread, also after the lease is over. */
    public void release(long nanos) {
        left.getAndAdd(nanos);
    }

    /** Whether bids of this time may be paid from it. */
    boolean inForce(long nowMs) {
        return nowMs < expiresMs && nowMs >= day.fromMs() && nowMs < day.untilMs();
    }

    /** The newest answer of the ledger; null before the first. */
    public @Nullable LeaseGrant grant() {
        return grant;
    }

    /** Probability with which the account may enter an auction, 0 to 1. */
    double pass() {
        LeaseGrant newest = grant;
        return newest == null ? 1 : newest.getPass();
    }

    /** Whether nothing is left, and the ledger has no more. */
    boolean isSpent() {
        LeaseGrant newest = grant;
        return left.get() <= 0 && newest != null && (newest.getState() == LeaseState.LEASE_DAY_SPENT
                || newest.getState() == LeaseState.LEASE_TOTAL_SPENT);
    }

    /** What can be reserved; below 0 where more has been charged than was reserved. From any thread. */
    public long leftNanos() {
        long seen = left.get();
        return seen < -CLOSED / 2 ? seen + CLOSED : seen;
    }

    /** What open bids have reserved. */
    public long reservedNanos() {
        return grantedNanos - returnedNanos - settledNanos - leftNanos();
    }

    /** Sum that has been granted. */
    public long grantedNanos() {
        return grantedNanos;
    }

    /** Sum that has been given back. */
    public long returnedNanos() {
        return returnedNanos;
    }

    /** Sum that has been settled, as far as the ledger has told. */
    public long settledNanos() {
        return settledNanos;
    }

    /** No bid after this, milliseconds since the epoch; the smallest long before the first answer. From any thread. */
    public long expiresMs() {
        return expiresMs;
    }

    long fromMs() {
        return day.fromMs();
    }

    long untilMs() {
        return day.untilMs();
    }

    BudgetDay day() {
        return day;
    }

    /** Opportunities count from here on; not before the lease's day has begun. */
    void begin(long opportunitiesSoFar) {
        opportunitiesBefore = opportunitiesSoFar;
    }

    /** Takes an answer in; sums only rise, so that an answer that was overtaken changes nothing. */
    void apply(LeaseGrant answer) {
        long granted = Math.max(grantedNanos, answer.getGrantedNanos());
        long settled = Math.max(settledNanos, answer.getSettledNanos());
        left.getAndAdd(granted - grantedNanos - (settled - settledNanos));
        grantedNanos = granted;
        settledNanos = settled;
        if (answer.getSequence() > answered) {
            answered = answer.getSequence();
        }
        if (answer.getSequence() == sequence && !closing) {
            termMs = Math.max(1, answer.getExpiresMs() - sentMs);
        }
        LeaseGrant newest = grant;
        if (newest == null || answer.getTimeMs() >= newest.getTimeMs()) {
            grant = answer;
        }
        if (!closing) {
            // Last: a loop that sees the lease in force sees all of the rest.
            expiresMs = Math.max(expiresMs, answer.getExpiresMs());
        }
    }

    /** Whether it has been granted and has run out since, or the ledger has closed it. */
    boolean isOver(long nowMs) {
        LeaseGrant newest = grant;
        return newest != null && (nowMs >= expiresMs || newest.getState() == LeaseState.LEASE_CLOSED);
    }

    /** Ends it: nothing is reserved from now on, and what is left goes back. */
    void close(long opportunitiesSoFar, long nowMs) {
        opportunities = opportunities(opportunitiesSoFar);
        closing = true;
        closedMs = nowMs;
        expiresMs = Long.MIN_VALUE;
        left.getAndAdd(-CLOSED);
        giveBack(Long.MAX_VALUE);
    }

    /** Gives back so much of what is left. */
    void giveBack(long mostNanos) {
        long floor = closing ? -CLOSED : 0;
        long seen = left.get();
        while (seen > floor) {
            long taken = Math.min(mostNanos, seen - floor);
            long before = left.compareAndExchange(seen, seen - taken);
            if (before == seen) {
                returnedNanos += taken;
                return;
            }
            seen = before;
        }
    }

    /** Whether a request is on its way. */
    boolean isPending() {
        return sequence > answered;
    }

    /** Whether the newest request has been met in full. */
    boolean isMet() {
        return grantedNanos >= wantedNanos;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isToldClosing() {
        return toldClosing;
    }

    /** Whether there has been a request. */
    boolean isAsked() {
        return sequence > 0;
    }

    /** Whether the ledger knows all that has been given back, and the terms. */
    boolean hasTold(BudgetTerms terms) {
        return returnedNanos == toldReturnedNanos && terms.equals(toldTerms);
    }

    long sinceSentMs(long nowMs) {
        return nowMs - sentMs;
    }

    long sinceClosedMs(long nowMs) {
        return nowMs - closedMs;
    }

    /** From a request to the end that it was granted; the largest long before the first answer. */
    long termMs() {
        return termMs;
    }

    /**
     * The next request.
     *
     * @param wantNanos          what is to be granted in addition
     * @param opportunitiesSoFar of the account
     */
    LeaseRequest.Builder request(long wantNanos, BudgetTerms terms, long opportunitiesSoFar, long nowMs) {
        sequence++;
        sentMs = nowMs;
        wantedNanos = grantedNanos + wantNanos;
        toldReturnedNanos = returnedNanos;
        toldTerms = terms;
        toldClosing = closing;
        return LeaseRequest.newBuilder().setLeaseId(id).setBudgetDay(day.number()).setSequence(sequence)
                .setTimeMs(nowMs).setWantNanos(wantNanos).setReturnedNanos(returnedNanos).setTerms(terms)
                .setOpportunities(closing ? opportunities : opportunities(opportunitiesSoFar)).setClosing(closing);
    }

    private long opportunities(long soFar) {
        return opportunitiesBefore < 0 ? 0 : soFar - opportunitiesBefore;
    }
}
