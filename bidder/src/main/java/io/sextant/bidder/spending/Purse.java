package io.sextant.bidder.spending;

import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.lowering.BudgetOutlook;
import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.event.Pacing;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one bidder may spend for one account, a campaign in an arm: the lease of today, before midnight that of tomorrow too,
 * and those that are over while bids made from them are open. Money is in nanos of the settlement currency, times in
 * milliseconds since the epoch; it has no clock of its own.
 *
 * <p>
 * Threading: {@link #ask}, {@link #reserve}, {@link #lease} and {@link #opportunity} are for any number of event loops; they
 * neither lock nor allocate. Everything else is for one thread, the same at every time.
 */
public final class Purse {
    /*
     * A lease is sized for what the account asks for: the rate of the last seconds for a while ahead, and at least a few of its
     * largest bids. It asks for more when half of that is left, and gives back what is above three times as much, so that
     * little of a budget lies where it is not needed. Both are quick: an answer takes the ledger a commit, about a second.
     *
     * What is reserved is asked for gross, refused bids included: of what has been reserved most comes back, but when, no one
     * knows.
     */
    /** Of the rate that is asked for; a few requests' time, so that a lull of a second changes little. */
    private static final double RATE_MEMORY_MS = 5_000;
    /** The largest bid is forgotten with every tick that sees bids, not with time: an account that bids seldom keeps its slice. */
    private static final double LARGEST_KEPT = 0.99;
    /** Without a candidate for so long, the account's leases are given back. */
    private static final long IDLE_MS = 600_000;
    private static final long USED_GRAIN_MS = 1_000;
    /** A request without an answer is made again after this; the ledger answers at its commits, every second. */
    private static final long RESEND_MS = 2_500;
    /** A ledger that could not give all that was wanted is asked again after this. */
    private static final long RETRY_MS = 1_000;
    /** What is too little for a bid is given back so often. */
    private static final long REMNANT_MS = 10_000;
    /** The ledger may have forgotten a lease that is over, and answer no more. */
    private static final long CLOSING_MS = 10_000;
    /** The lease of the next day is asked for so long before it begins. */
    private static final long TOMORROW_MS = 30_000;
    private static final int RENEWALS_A_TERM = 3;
    private static final int GIVE_BACK_ABOVE = 3;
    private static final int GIVE_BACK_TO = 2;
    private static final double NANOS_PER_MICRO = 1_000;
    private static final long UNBOUNDED = -1;
    /** More than anything costs, and little enough to be added to. */
    private static final long UNBOUNDED_NANOS = Long.MAX_VALUE / 2;

    private final String bidder;
    private final String campaignId;
    private final String arm;
    private final BudgetConfig config;
    private final LongSupplier leaseIds;
    private final Consumer<LeaseEvent> told;

    private volatile @Nullable Lease today;
    private volatile @Nullable Lease tomorrow;
    /** When the account last had a candidate; written by any loop. */
    private final AtomicLong usedMs;
    private final LongAdder asked = new LongAdder();
    private final AtomicLong newestDecision = new AtomicLong();
    private final LongAdder opportunities = new LongAdder();
    private final LongAccumulator largestAsked = new LongAccumulator(Math::max, 0);

    private BudgetTerms terms;
    private ZoneId zone;
    private final List<Lease> over = new ArrayList<>();
    private long measuredMs;
    private double nanosPerMs;
    private double largestNanos;
    private long remnantMs;

    /**
     * Opens an empty purse.
     *
     * @param bidder     name of this process, unique in the fleet
     * @param campaignId the account's campaign
     * @param arm        the account's arm
     * @param budget     of the campaign, bounded
     * @param share      the arm's share of the campaign's budget, above 0 to 1
     * @param config     how leases are sized
     * @param leaseIds   draws ids; a number must not come twice in the fleet
     * @param told       is told what happens to leases
     * @param nowMs      the time
     */
    public Purse(String bidder, String campaignId, String arm, Budget budget, double share, BudgetConfig config,
            LongSupplier leaseIds, Consumer<LeaseEvent> told, long nowMs) {
        this.bidder = bidder;
        this.campaignId = campaignId;
        this.arm = arm;
        this.config = config;
        this.leaseIds = leaseIds;
        this.told = told;
        this.terms = terms(budget, share);
        this.zone = budget.zone();
        this.usedMs = new AtomicLong(nowMs);
        this.measuredMs = nowMs;
    }

    /** Notes that a bid which can cost so much is wanted; leases are sized by it. */
    public void ask(long nanos, long nowMs) {
        asked.add(nanos);
        largestAsked.accumulate(nanos);
        use(nowMs);
    }

    /**
     * Reserves the most that a bid can cost.
     *
     * @param nowMs time of the bid
     * @return the lease that pays, to be told by {@link Lease#release} when the bid is lost or its time is over; null if there
     *         is none in force or too little is left
     */
    public @Nullable Lease reserve(long nanos, long nowMs) {
        ask(nanos, nowMs);
        Lease lease = lease(nowMs);
        return lease != null && lease.reserve(nanos) ? lease : null;
    }

    /** The lease that bids of this time are paid from; null if none is in force. */
    public @Nullable Lease lease(long nowMs) {
        Lease lease = today;
        if (lease == null || nowMs >= lease.untilMs()) {
            lease = tomorrow;
        }
        return lease != null && lease.inForce(nowMs) ? lease : null;
    }

    /**
     * Counts an impression for which the account had a candidate, whether it bids or not. One that is told again for a second
     * candidate is counted once; unless two loops tell of two in turns, which is rare enough.
     *
     * @param decisionKey tells impressions apart
     */
    public void opportunity(long decisionKey, long nowMs) {
        if (newestDecision.getOpaque() != decisionKey) {
            newestDecision.setOpaque(decisionKey);
            opportunities.increment();
            use(nowMs);
        }
    }

    /** Written seldom, or the loops would take the memory from each other with every bid. */
    private void use(long nowMs) {
        if (nowMs - usedMs.getOpaque() > USED_GRAIN_MS) {
            usedMs.setOpaque(nowMs);
        }
    }

    /**
     * What the account has left until its day ends: what nobody has leased, and what this bidder has of its lease; null where no
     * lease is in force, or the ledger has not answered.
     */
    public BudgetOutlook.@Nullable Left left(long nowMs) {
        Lease lease = lease(nowMs);
        LeaseGrant grant = lease == null ? null : lease.grant();
        if (lease == null || grant == null) {
            return null;
        }
        long free = Math.min(bound(grant.getDayFreeNanos()), bound(grant.getTotalFreeNanos()));
        double factor = grant.getBidFactor();
        return new BudgetOutlook.Left(free + Math.max(0, lease.leftNanos()), (double) grant.getOpportunitiesLeft(),
                opportunities.sum(), factor > 0 ? factor : 1);
    }

    private static long bound(long freeNanos) {
        return freeNanos == UNBOUNDED ? UNBOUNDED_NANOS : Math.max(0, freeNanos);
    }

    /** Changes the budget. Leases of days in another time zone end. */
    public void budget(Budget budget, double share, long nowMs) {
        terms = terms(budget, share);
        if (!budget.zone().equals(zone)) {
            leaveAll(nowMs);
            zone = budget.zone();
        }
    }

    /**
     * Takes an answer of the ledger in.
     *
     * @return whether the lease is one of this purse's
     */
    public boolean apply(LeaseGrant grant, long nowMs) {
        Lease lease = find(grant.getLeaseId());
        if (lease == null) {
            told.accept(LeaseEvent.UNKNOWN);
            return false;
        }
        lease.apply(grant);
        told.accept(LeaseEvent.GRANTED);
        if (grant.getState() == LeaseState.LEASE_CLOSED && !lease.isClosing()) {
            told.accept(LeaseEvent.CLOSED);
            leave(lease, nowMs);
        }
        return true;
    }

    /** The ledger has forgotten a lease, and what was left of it. */
    public void forget(long leaseId, long nowMs) {
        Lease lease = find(leaseId);
        if (lease != null) {
            leave(lease, nowMs);
            over.remove(lease);
        }
    }

    /**
     * Does what is due at this time: opens, renews and ends leases, gives back what is not needed. To be called several times a
     * second.
     *
     * @param out takes the requests that the ledger is to be sent
     */
    public void tick(long nowMs, Consumer<LeaseRequest> out) {
        measure(nowMs);
        turn(nowMs);
        if (nowMs - usedMs.getOpaque() > IDLE_MS) {
            leaveAll(nowMs);
        } else {
            open(nowMs);
        }
        long target = targetNanos();
        ask(today, target, nowMs, out);
        ask(tomorrow, target, nowMs, out);
        tellOver(nowMs, out);
    }

    /** Ends all leases: the campaign is gone, or needs none any more. Who asks again gets a new one. */
    void retire(long nowMs) {
        usedMs.setOpaque(nowMs - IDLE_MS - 1);
        leaveAll(nowMs);
    }

    /** Ends all leases, at the end of the process. */
    public void close(long nowMs, Consumer<LeaseRequest> out) {
        leaveAll(nowMs);
        tellOver(nowMs, out);
    }

    /** Whether nobody wants it and nothing of it is open, so that it can be forgotten. */
    public boolean isIdle(long nowMs) {
        return today == null && tomorrow == null && over.isEmpty()
                && nowMs - usedMs.getOpaque() > IDLE_MS;
    }

    /** All leases that are kept, those that are over last. */
    public List<Lease> leases() {
        List<Lease> leases = new ArrayList<>();
        Lease first = today;
        if (first != null) {
            leases.add(first);
        }
        Lease second = tomorrow;
        if (second != null) {
            leases.add(second);
        }
        leases.addAll(over);
        return leases;
    }

    private void measure(long nowMs) {
        long largest = largestAsked.getThenReset();
        if (largest > 0) {
            largestNanos = Math.max((double) largest, largestNanos * LARGEST_KEPT);
        }
        long elapsedMs = nowMs - measuredMs;
        if (elapsedMs > 0) {
            measuredMs = nowMs;
            double rate = (double) asked.sumThenReset() / elapsedMs;
            nanosPerMs += (rate - nanosPerMs) * -Math.expm1(-elapsedMs / RATE_MEMORY_MS);
        }
    }

    /** What a lease is to be good for. */
    private long targetNanos() {
        return Math.round(Math.max(largestNanos * config.sliceBids(), nanosPerMs * config.sliceAhead().toMillis()));
    }

    /** From yesterday's lease to today's; away from leases that have run out. */
    private void turn(long nowMs) {
        Lease first = today;
        if (first != null && (nowMs >= first.untilMs() || expired(first, nowMs))) {
            leave(first, nowMs);
        }
        Lease second = tomorrow;
        if (second != null && expired(second, nowMs)) {
            leave(second, nowMs);
            second = null;
        }
        if (second != null && nowMs >= second.fromMs()) {
            second.begin(opportunities.sum());
            today = second;
            tomorrow = null;
        }
    }

    private boolean expired(Lease lease, long nowMs) {
        if (!lease.isOver(nowMs)) {
            return false;
        }
        told.accept(LeaseEvent.EXPIRED);
        return true;
    }

    private void open(long nowMs) {
        Lease first = today;
        if (first == null) {
            first = new Lease(newId(), BudgetDay.at(nowMs, zone));
            first.begin(opportunities.sum());
            today = first;
        }
        if (tomorrow == null && first.untilMs() - nowMs <= TOMORROW_MS) {
            tomorrow = new Lease(newId(), first.day().next());
        }
    }

    private long newId() {
        long id = leaseIds.getAsLong();
        while (id == 0) {
            id = leaseIds.getAsLong();
        }
        return id;
    }

    private void ask(@Nullable Lease lease, long target, long nowMs, Consumer<LeaseRequest> out) {
        if (lease == null || !isDue(lease, target, nowMs)) {
            return;
        }
        long left = lease.leftNanos();
        if (left > GIVE_BACK_ABOVE * target) {
            lease.giveBack(left - GIVE_BACK_TO * target);
        }
        if (isRemnant(lease, nowMs)) {
            remnantMs = nowMs;
            lease.giveBack(Long.MAX_VALUE);
            send(lease, 0, nowMs, out);
            return;
        }
        // An answer that comes late after all may grant it twice; what is too much goes back.
        send(lease, Math.max(0, target - Math.max(0, lease.leftNanos())), nowMs, out);
    }

    /** Too little for a bid while the ledger has no more: with what others give back it may be enough for one of them. */
    private boolean isRemnant(Lease lease, long nowMs) {
        long left = lease.leftNanos();
        return left > 0 && left < largestNanos && !lease.isPending() && !lease.isMet()
                && nowMs - remnantMs >= REMNANT_MS;
    }

    private boolean isDue(Lease lease, long target, long nowMs) {
        if (!lease.isAsked() || !lease.hasTold(terms)) {
            return true;
        }
        long waitedMs = lease.sinceSentMs(nowMs);
        if (lease.isPending()) {
            return waitedMs >= RESEND_MS;
        }
        if (waitedMs >= lease.termMs() / RENEWALS_A_TERM) {
            return true;
        }
        long left = lease.leftNanos();
        if (left > GIVE_BACK_ABOVE * target) {
            return waitedMs >= RETRY_MS;
        }
        LeaseGrant grant = lease.grant();
        boolean more = grant != null && grant.getState() == LeaseState.LEASE_OPEN;
        return more && left < target / 2 && (lease.isMet() || waitedMs >= RETRY_MS);
    }

    private void tellOver(long nowMs, Consumer<LeaseRequest> out) {
        for (Iterator<Lease> each = over.iterator(); each.hasNext();) {
            Lease lease = each.next();
            lease.giveBack(Long.MAX_VALUE);
            boolean settled = lease.isToldClosing() && lease.reservedNanos() == 0 && lease.hasTold(terms)
                    && !lease.isPending();
            if (settled || lease.sinceClosedMs(nowMs) > config.settleWithin().toMillis()) {
                each.remove();
            } else if (!lease.isToldClosing() || (lease.sinceSentMs(nowMs) >= CLOSING_MS
                    && (lease.isPending() || !lease.hasTold(terms)))) {
                send(lease, 0, nowMs, out);
            }
        }
    }

    private void send(Lease lease, long wantNanos, long nowMs, Consumer<LeaseRequest> out) {
        out.accept(lease.request(wantNanos, terms, opportunities.sum(), nowMs).setBidder(bidder)
                .setCampaignId(campaignId).setArm(arm).build());
        told.accept(LeaseEvent.REQUESTED);
    }

    private void leaveAll(long nowMs) {
        Lease first = today;
        if (first != null) {
            leave(first, nowMs);
        }
        Lease second = tomorrow;
        if (second != null) {
            leave(second, nowMs);
        }
    }

    private void leave(Lease lease, long nowMs) {
        if (today == lease) {
            today = null;
        } else if (tomorrow == lease) {
            tomorrow = null;
        } else {
            return;
        }
        lease.close(opportunities.sum(), nowMs);
        over.add(lease);
    }

    private @Nullable Lease find(long id) {
        Lease first = today;
        if (first != null && first.id() == id) {
            return first;
        }
        Lease second = tomorrow;
        if (second != null && second.id() == id) {
            return second;
        }
        for (Lease lease : over) {
            if (lease.id() == id) {
                return lease;
            }
        }
        return null;
    }

    private static BudgetTerms terms(Budget budget, double share) {
        return BudgetTerms.newBuilder().setDailyNanos(nanos(budget.dailyMicros(), share))
                .setTotalNanos(nanos(budget.totalMicros(), share)).setTimeZone(budget.zone().getId())
                .setPacing(switch (budget.pacing()) {
                    case EVEN -> Pacing.PACING_EVEN;
                    case ASAP -> Pacing.PACING_ASAP;
                    case TRAFFIC -> Pacing.PACING_TRAFFIC;
                }).setTargetCpcNanos(Math.round(budget.targetCpcMicros() * NANOS_PER_MICRO)).build();
    }

    private static long nanos(long micros, double share) {
        return micros == Budget.UNLIMITED ? UNBOUNDED : (long) (micros * NANOS_PER_MICRO * share);
    }
}
