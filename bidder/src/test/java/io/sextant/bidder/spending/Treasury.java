package io.sextant.bidder.spending;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.event.Counts;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A bidder's side of leases, and a ledger of so much for each account that answers at once. */
public final class Treasury {
    /** Counts what the gate refuses. */
    public final Counts<LedgerGate.Refusal> refusals = Counts.register(new SimpleMeterRegistry(), "refused", "Refused.",
            "reason", LedgerGate.Refusal.class);
    /** What open bids have reserved. */
    public final Reservations reservations;
    /** The dead-man switch. */
    public final LedgerPulse pulse;
    /** The purses. */
    public final AccountBook accounts;
    private final long budgetNanos;
    private final Map<String, FakeLedger> ledgers = new HashMap<>();

    /** With leases, or without; the ledger has been heard of at {@code nowMs}. */
    public Treasury(BudgetConfig.Leases leases, List<Arm> arms, CampaignIndex campaigns, long budgetNanos,
            long nowMs) {
        var config = new BudgetConfig(leases, Duration.ofMinutes(11), Duration.ofMinutes(1), 4, Duration.ofSeconds(10),
                100_000);
        this.budgetNanos = budgetNanos;
        this.reservations = new Reservations(config, _ -> {});
        this.pulse = new LedgerPulse(config.deadMan());
        this.accounts = new AccountBook(config, "bidder-1", arms, campaigns, pulse, reservations,
                new AtomicLong(1)::getAndIncrement, _ -> {}, refusals::add);
        pulse.beat(LedgerHeartbeat.newBuilder().setPartitions(1).setTimeMs(nowMs).build(), nowMs);
    }

    /** Sends all requests that are due and takes their answers in. */
    public List<LeaseRequest> tick(long nowMs) {
        return tick(nowMs, grant -> grant);
    }

    /** The same, with answers that have been changed. */
    public List<LeaseRequest> tick(long nowMs, UnaryOperator<LeaseGrant> change) {
        List<LeaseRequest> requests = new ArrayList<>();
        accounts.tick(nowMs, requests::add);
        requests.forEach(request -> accounts.apply(change.apply(ledgers
                .computeIfAbsent(request.getCampaignId() + request.getArm(), _ -> new FakeLedger(budgetNanos))
                .answer(request)), nowMs));
        return requests;
    }
}
