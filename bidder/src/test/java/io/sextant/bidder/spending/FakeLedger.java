package io.sextant.bidder.spending;

import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import java.util.HashMap;
import java.util.Map;

/** A ledger that grants what is wanted as long as it lasts, for one account and day. */
final class FakeLedger {
    static final long TERM_MS = 60_000;

    private final Map<Long, LeaseGrant> leases = new HashMap<>();
    private long freeNanos;

    FakeLedger(long freeNanos) {
        this.freeNanos = freeNanos;
    }

    /** The answer to a request; the same again to one that it has answered. */
    LeaseGrant answer(LeaseRequest request) {
        LeaseGrant before = leases.getOrDefault(request.getLeaseId(), LeaseGrant.getDefaultInstance());
        if (request.getSequence() <= before.getSequence()) {
            return before;
        }
        long returned = Math.max(before.getReturnedNanos(), request.getReturnedNanos());
        freeNanos += returned - before.getReturnedNanos();
        boolean over = request.getClosing() || before.getState() == LeaseState.LEASE_CLOSED;
        long granted = over ? 0 : Math.min(freeNanos, request.getWantNanos());
        freeNanos -= granted;
        LeaseGrant grant = before.toBuilder().setBidder(request.getBidder()).setLeaseId(request.getLeaseId())
                .setCampaignId(request.getCampaignId()).setArm(request.getArm()).setBudgetDay(request.getBudgetDay())
                .setSequence(request.getSequence()).setGrantedNanos(before.getGrantedNanos() + granted)
                .setReturnedNanos(returned).setExpiresMs(request.getTimeMs() + TERM_MS).setPass(1)
                .setTimeMs(request.getTimeMs()).setState(over ? LeaseState.LEASE_CLOSED
                        : freeNanos == 0 ? LeaseState.LEASE_DAY_SPENT : LeaseState.LEASE_OPEN)
                .build();
        leases.put(request.getLeaseId(), grant);
        return grant;
    }

    /** Charges a lease, and says so. */
    LeaseGrant settle(long leaseId, long nanos) {
        LeaseGrant before = grant(leaseId);
        LeaseGrant after = before.toBuilder().setSettledNanos(before.getSettledNanos() + nanos).build();
        leases.put(leaseId, after);
        return after;
    }

    LeaseGrant grant(long leaseId) {
        return leases.getOrDefault(leaseId, LeaseGrant.getDefaultInstance());
    }

    long freeNanos() {
        return freeNanos;
    }
}
