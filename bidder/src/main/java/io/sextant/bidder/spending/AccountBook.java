package io.sextant.bidder.spending;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The purses of all accounts in use, and what the {@link LedgerGate} permits by them and by stops. Only accounts that have
 * wanted to bid have a purse, however large the catalogue is.
 *
 * <p>
 * Threading: guarded by itself; {@link #gate} is for the event loops.
 */
public final class AccountBook {
    private record Account(String campaignId, int arm) {}

    private final BudgetConfig config;
    private final String bidder;
    private final List<Arm> arms;
    private final LongSupplier leaseIds;
    private final Consumer<LeaseEvent> told;
    private final LedgerGate gate;
    private final Map<Account, Purse> purses = new HashMap<>();
    /** Whose lease it is, until the ledger forgets it. */
    private final Map<Long, Purse> byLease = new HashMap<>();
    private StopList.Stops stops = StopList.Stops.NONE;
    /** By arm, over the campaigns of the catalogue. */
    private List<AtomicLongArray> wishes;
    private Permissions permissions;
    private boolean changed;

    /**
     * Opens an empty book.
     *
     * @param config       whether bids need leases, and how large these are
     * @param bidder       name of this process, unique in the fleet
     * @param arms         by number
     * @param campaigns    the first catalogue
     * @param pulse        of the ledger
     * @param reservations where they are kept
     * @param leaseIds     draws ids; a number must not come twice in the fleet
     * @param told         is told what happens to leases
     * @param refused      is told what the gate refuses, by the event loops
     */
    public AccountBook(BudgetConfig config, String bidder, List<Arm> arms, CampaignIndex campaigns, LedgerPulse pulse,
            Reservations reservations, LongSupplier leaseIds, Consumer<LeaseEvent> told,
            Consumer<LedgerGate.Refusal> refused) {
        this.config = config;
        this.bidder = bidder;
        this.arms = List.copyOf(arms);
        this.leaseIds = leaseIds;
        this.told = told;
        this.wishes = wishes(campaigns);
        this.permissions = permissions(campaigns);
        this.gate = new LedgerGate(config, pulse, reservations, permissions, refused);
    }

    /** What the event loops ask. */
    public LedgerGate gate() {
        return gate;
    }

    /** Goes over to a new catalogue: budgets as they are in it, and no purse for what is not in it. */
    public synchronized void adopt(CampaignIndex campaigns, long nowMs) {
        if (campaigns == permissions.campaigns()) {
            return;
        }
        purses.forEach((account, purse) -> {
            int number = campaigns.campaignNumber(account.campaignId());
            if (number >= 0 && needsLease(campaigns.campaign(number))) {
                purse.budget(campaigns.campaign(number).budget(), arms.get(account.arm()).share(), nowMs);
            } else {
                purse.retire(nowMs);
            }
        });
        wishes = wishes(campaigns);
        permissions = permissions(campaigns);
        gate.permit(permissions);
    }

    /** What operators have stopped from now on. */
    synchronized void stop(StopList.Stops now) {
        stops = now;
        permissions = permissions(permissions.campaigns());
        gate.permit(permissions);
    }

    /** Takes an answer of the ledger in; those to other bidders are not ours. */
    public synchronized void apply(LeaseGrant grant, long nowMs) {
        if (!grant.getBidder().equals(bidder)) {
            return;
        }
        Purse purse = byLease.get(grant.getLeaseId());
        if (purse == null) {
            told.accept(LeaseEvent.UNKNOWN);
        } else {
            purse.apply(grant, nowMs);
        }
    }

    /** The ledger has forgotten a lease, whosever it was. */
    public synchronized void forget(long leaseId, long nowMs) {
        Purse purse = byLease.remove(leaseId);
        if (purse != null) {
            purse.forget(leaseId, nowMs);
        }
    }

    /**
     * Does what is due at this time: opens purses that are wanted, lets all of them ask, forgets those that nobody wants. To be
     * called several times a second.
     *
     * @param out takes the requests that the ledger is to be sent
     */
    public synchronized void tick(long nowMs, Consumer<LeaseRequest> out) {
        for (int arm = 0; arm < arms.size(); arm++) {
            openWished(arm, nowMs);
        }
        for (Iterator<Map.Entry<Account, Purse>> each = purses.entrySet().iterator(); each.hasNext();) {
            Purse purse = each.next().getValue();
            purse.tick(nowMs, request -> send(purse, request, out));
            if (purse.isIdle(nowMs)) {
                each.remove();
                changed = true;
            }
        }
        if (changed) {
            changed = false;
            permissions = permissions(permissions.campaigns());
            gate.permit(permissions);
        }
    }

    /** Ends all leases, at the end of the process. */
    public synchronized void close(long nowMs, Consumer<LeaseRequest> out) {
        purses.values().forEach(purse -> purse.close(nowMs, request -> send(purse, request, out)));
    }

    /** Accounts that have a purse. */
    public synchronized int size() {
        return purses.size();
    }

    private void send(Purse purse, LeaseRequest request, Consumer<LeaseRequest> out) {
        byLease.put(request.getLeaseId(), purse);
        out.accept(request);
    }

    private void openWished(int arm, long nowMs) {
        AtomicLongArray wished = wishes.get(arm);
        for (int number = 0; number < wished.length(); number++) {
            long nanos = wished.getOpaque(number);
            if (nanos == 0) {
                continue;
            }
            wished.setOpaque(number, 0);
            Campaign campaign = permissions.campaigns().campaign(number);
            purses.computeIfAbsent(new Account(campaign.id(), arm), _ -> {
                changed = true;
                return new Purse(bidder, campaign.id(), arms.get(arm).name(), campaign.budget(),
                        arms.get(arm).share(), config, leaseIds, told, nowMs);
            }).ask(nanos, nowMs);
        }
    }

    private boolean needsLease(Campaign campaign) {
        return config.leases() == BudgetConfig.Leases.LEDGER && campaign.budget().isBounded();
    }

    private Permissions permissions(CampaignIndex campaigns) {
        boolean[] bounded = new boolean[campaigns.campaigns()];
        for (int number = 0; number < bounded.length; number++) {
            bounded[number] = needsLease(campaigns.campaign(number));
        }
        List<@Nullable Purse[]> byArm = new ArrayList<>();
        arms.forEach(_ -> byArm.add(new @Nullable Purse[bounded.length]));
        purses.forEach((account, purse) -> {
            int number = campaigns.campaignNumber(account.campaignId());
            if (number >= 0 && bounded[number]) {
                byArm.get(account.arm())[number] = purse;
            }
        });
        return new Permissions(campaigns, bounded, stops, IntStream.range(0, arms.size())
                .mapToObj(arm -> new Permissions.Accounts(byArm.get(arm), wishes.get(arm))).toList());
    }

    private List<AtomicLongArray> wishes(CampaignIndex campaigns) {
        return arms.stream().map(_ -> new AtomicLongArray(campaigns.campaigns())).toList();
    }
}
