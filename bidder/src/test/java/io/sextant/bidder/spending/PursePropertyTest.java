package io.sextant.bidder.spending;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.Budget;
import io.sextant.protocol.event.LeaseGrant;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Histories of bids, losses, bills, answers that are lost or late, and time that passes; every step by chance. */
class PursePropertyTest {
    private static final long START_MS = Instant.parse("2026-07-01T23:50:00Z").toEpochMilli();
    private static final long BUDGET = 50_000;
    private static final int STEPS = 400;
    private static final Budget DAILY = new Budget(1, Budget.UNLIMITED, ZoneOffset.UTC, Budget.Pacing.ASAP, 0,
            Budget.Bidding.VALUE);

    private static final class Open {
        final Lease lease;
        final long nanos;
        final long untilMs;
        boolean billed;

        Open(Lease lease, long nanos, long untilMs) {
            this.lease = lease;
            this.nanos = nanos;
            this.untilMs = untilMs;
        }
    }

    @Property(tries = 300, seed = "1")
    void shouldNeverHaveMoreReservedAndSettledThanWasGranted(@ForAll long seed) {
        var random = new Random(seed);
        var ids = new AtomicLong(1);
        BudgetConfig config = PurseTest.config();
        long holdMs = config.settleWithin().toMillis();
        var ledger = new FakeLedger(BUDGET);
        var purse = new Purse("b", "c", "a", DAILY, 1, config, ids::getAndIncrement, _ -> {}, START_MS);
        List<Open> open = new ArrayList<>();
        List<LeaseGrant> onTheirWay = new ArrayList<>();
        Map<Lease, Long> settled = new HashMap<>();
        long nowMs = START_MS;
        for (int step = 0; step < STEPS; step++) {
            nowMs += random.nextInt(10) == 0 ? random.nextInt(90_000) : random.nextInt(500);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    long nanos = 1L + random.nextInt(2_000);
                    Lease lease = purse.reserve(nanos, nowMs);
                    if (lease != null) {
                        assertThat(nowMs).isLessThan(lease.expiresMs());
                        assertThat(lease.budgetDay()).isEqualTo(Math.toIntExact(nowMs / 86_400_000));
                        open.add(new Open(lease, nanos, nowMs + holdMs));
                    }
                }
                case 3 -> {
                    if (!open.isEmpty()) {
                        Open lost = open.get(random.nextInt(open.size()));
                        if (!lost.billed) {
                            open.remove(lost);
                            lost.lease.release(lost.nanos);
                        }
                    }
                }
                case 4 -> {
                    if (!open.isEmpty()) {
                        Open won = open.get(random.nextInt(open.size()));
                        if (!won.billed) {
                            won.billed = true;
                            long price = 1L + random.nextInt((int) won.nanos);
                            settled.merge(won.lease, price, Long::sum);
                            // Settled in time, and told before the reservation's time is over.
                            purse.apply(ledger.settle(won.lease.id(), price), nowMs);
                        }
                    }
                }
                default -> purse.tick(nowMs, request -> {
                    if (random.nextInt(5) > 0) {
                        onTheirWay.add(ledger.answer(request));
                    }
                });
            }
            if (!onTheirWay.isEmpty() && random.nextBoolean()) {
                LeaseGrant late = onTheirWay.get(random.nextInt(onTheirWay.size()));
                purse.apply(late, nowMs);
                if (random.nextInt(3) > 0) {
                    onTheirWay.remove(late);
                }
            }
            long endMs = nowMs;
            open.removeIf(each -> {
                if (each.untilMs <= endMs) {
                    each.lease.release(each.nanos);
                    return true;
                }
                return false;
            });
            for (Lease lease : purse.leases()) {
                long reserved = open.stream().filter(each -> each.lease == lease && !each.billed)
                        .mapToLong(each -> each.nanos).sum();
                LeaseGrant known = ledger.grant(lease.id());
                assertThat(reserved + settled.getOrDefault(lease, 0L) + lease.returnedNanos()).as("seed %d", seed)
                        .isLessThanOrEqualTo(known.getGrantedNanos());
                assertThat(lease.reservedNanos()).isEqualTo(open.stream().filter(each -> each.lease == lease)
                        .mapToLong(each -> each.nanos).sum());
            }
        }
    }
}
