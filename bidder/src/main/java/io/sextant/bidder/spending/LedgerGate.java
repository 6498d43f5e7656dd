package io.sextant.bidder.spending;

import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.pipeline.Held;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.PermittedBits;
import io.sextant.bidder.pipeline.SpendGate;
import io.sextant.protocol.NoBidReason;
import java.util.function.Consumer;

/**
 * The gate of a live bidder: stops, the dead-man switch, leases and their pace.
 *
 * <p>
 * Threading: as {@link SpendGate}; a request reads the permissions once a question.
 */
public final class LedgerGate implements SpendGate {
    /** An answer that kept something from being bid; the constants index counters. */
    public enum Refusal {
        /** A candidate, because an operator stopped its campaign or advertiser. */
        STOPPED,
        /** A candidate, to spread its budget. */
        PACED,
        /** A candidate, whose budget is used up. */
        SPENT,
        /** A candidate, whose account's lease has not come yet or has run out. */
        WITHOUT_LEASE,
        /** A reservation, for the same reason. */
        RESERVATION_WITHOUT_LEASE,
        /** A reservation, because too little is left of the lease. */
        RESERVATION_ABOVE_LEASE,
        /** A reservation, because too many bids are open. */
        RESERVATION_FULL
    }

    private final boolean leased;
    private final LedgerPulse pulse;
    private final Reservations reservations;
    private final Consumer<Refusal> told;
    private volatile Permissions permissions;

    /**
     * Opens the gate.
     *
     * @param config       whether bids need leases
     * @param pulse        of the ledger
     * @param reservations where they are kept
     * @param first        what is permitted at the beginning
     * @param told         is told of every refusal, by the event loops
     */
    LedgerGate(BudgetConfig config, LedgerPulse pulse, Reservations reservations, Permissions first,
            Consumer<Refusal> told) {
        this.leased = config.leases() == BudgetConfig.Leases.LEDGER;
        this.pulse = pulse;
        this.reservations = reservations;
        this.permissions = first;
        this.told = told;
    }

    /** Replaces what is permitted. */
    void permit(Permissions next) {
        permissions = next;
    }

    @Override
    public NoBidReason admit(String exchange, long nowMs) {
        if (permissions.stop(exchange)) {
            return NoBidReason.STOPPED;
        }
        return leased && !pulse.isHeard(nowMs) ? NoBidReason.LEDGER_SILENT : NoBidReason.NONE;
    }

    @Override
    public NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads, int size,
            byte[] permitted) {
        Permissions now = permissions;
        if (now.bindNobody()) {
            PermittedBits.addAll(size, permitted);
            return NoBidReason.NONE;
        }
        // Between a change of the catalogue and that of the permissions, which follows at once, nobody knows who is who.
        if (now.campaigns() != campaigns) {
            return NoBidReason.NO_LEASE;
        }
        NoBidReason first = NoBidReason.NONE;
        boolean any = false;
        for (int i = 0; i < size; i++) {
            NoBidReason reason = now.permit(arm, campaigns.terms().campaign(ads[i]), impression.decisionKey(), nowMs);
            if (reason == NoBidReason.NONE) {
                any = true;
                PermittedBits.add(i, permitted);
            } else {
                first = first == NoBidReason.NONE ? reason : first;
                told.accept(refusal(reason));
            }
        }
        return any ? NoBidReason.NONE : first;
    }

    @Override
    public NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos,
            long nowMs, Held held) {
        Permissions now = permissions;
        if (now.bindNobody()) {
            return NoBidReason.NONE;
        }
        if (now.campaigns() != campaigns) {
            return NoBidReason.NO_LEASE;
        }
        if (!now.isBounded(campaign)) {
            return NoBidReason.NONE;
        }
        Purse purse = now.purse(arm, campaign);
        if (purse == null) {
            now.wish(arm, campaign, nanos);
            told.accept(Refusal.RESERVATION_WITHOUT_LEASE);
            return NoBidReason.NO_LEASE;
        }
        Lease lease = purse.reserve(nanos, nowMs);
        if (lease == null) {
            boolean inForce = purse.lease(nowMs) != null;
            told.accept(inForce ? Refusal.RESERVATION_ABOVE_LEASE : Refusal.RESERVATION_WITHOUT_LEASE);
            return inForce ? NoBidReason.NO_BUDGET : NoBidReason.NO_LEASE;
        }
        long reservation = reservations.open(lease, nanos, nowMs);
        if (reservation == 0) {
            lease.release(nanos);
            told.accept(Refusal.RESERVATION_FULL);
            return NoBidReason.NO_LEASE;
        }
        held.set(lease.id(), lease.budgetDay(), reservation);
        return NoBidReason.NONE;
    }

    private static Refusal refusal(NoBidReason reason) {
        return switch (reason) {
            case STOPPED -> Refusal.STOPPED;
            case PACED -> Refusal.PACED;
            case NO_BUDGET -> Refusal.SPENT;
            default -> Refusal.WITHOUT_LEASE;
        };
    }
}
