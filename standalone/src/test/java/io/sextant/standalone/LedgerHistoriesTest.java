package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.spending.BudgetConfig;
import io.sextant.bidder.spending.Lease;
import io.sextant.bidder.spending.Purse;
import io.sextant.bidder.spending.Reservations;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.LedgerConfig;
import io.sextant.controller.ledger.Account;
import io.sextant.controller.state.LedgerAccount;
import io.sextant.controller.state.LedgerLease;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The ledger's account and the bidders' purses in made-up histories: bids, notices and messages that come twice, late, in
 * another order or never, processes that crash, clocks that differ.
 */
class LedgerHistoriesTest {
    private static final int HISTORIES = 1_000;
    private static final int EVENTS = 10_000;
    private static final String CAMPAIGN = "campaign";
    private static final String ARM = "arm";

    private static final LedgerConfig LEDGER = new ConfigurationLoader("controller", Map.of())
            .load(ControllerConfig.class, null, Map.of()).ledger();
    private static final BudgetConfig BUDGET = new ConfigurationLoader("bidder", Map.of())
            .load(BidderConfig.class, null, Map.of("budget.open-bids-max", "1024")).budget();

    @Test
    void shouldKeepWithinBudgetsWhateverHappensInWhateverOrder() {
        Tally tally = LongStream.range(0, HISTORIES).parallel().mapToObj(seed -> new History(seed).run())
                .reduce(Tally.NOTHING, Tally::plus);

        System.out.println(tally);
        // The histories are about something.
        assertThat(tally.events()).isEqualTo((long) HISTORIES * EVENTS);
        assertThat(tally.bids()).isGreaterThan(500_000);
        assertThat(tally.charges()).isGreaterThan(100_000);
        assertThat(tally.repeatedNotices()).isGreaterThan(10_000);
        assertThat(tally.ledgerCrashes()).isGreaterThan(1_000);
        assertThat(tally.bidderCrashes()).isGreaterThan(1_000);
        assertThat(tally.orphans()).isGreaterThan(1_000);
        assertThat(tally.lateCharges()).isGreaterThan(100);
        assertThat(tally.spentBudgets()).isGreaterThan(HISTORIES / 10);
    }

    /** What happened, of all histories. */
    private record Tally(long events, long bids, long refusals, long charges, long repeatedNotices, long tooLateBills,
            long lateCharges, long ledgerCrashes, long bidderCrashes, long orphans, long leases, long spentBudgets) {
        static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(events + other.events, bids + other.bids, refusals + other.refusals,
                    charges + other.charges, repeatedNotices + other.repeatedNotices,
                    tooLateBills + other.tooLateBills, lateCharges + other.lateCharges,
                    ledgerCrashes + other.ledgerCrashes, bidderCrashes + other.bidderCrashes,
                    orphans + other.orphans, leases + other.leases,
                    spentBudgets + other.spentBudgets);
        }
    }

    /** A bid, and what is known of it in the end. */
    private static final class Bid {
        final int number;
        final Bidder bidder;
        final Lease lease;
        final int day;
        final long timeMs;
        final long heldNanos;
        final long reservation;
        long priceNanos;
        /* Its bidder lives and has given nothing back, and the ledger has not charged it. */
        boolean reserved = true;
        boolean charged;

        Bid(int number, Bidder bidder, Lease lease, long timeMs, long heldNanos, long reservation) {
            this.number = number;
            this.bidder = bidder;
            this.lease = lease;
            this.day = lease.budgetDay();
            this.timeMs = timeMs;
            this.heldNanos = heldNanos;
            this.reservation = reservation;
        }
    }

    private static final class Bidder {
        final String name;
        final long skewMs;
        final Purse purse;
        final Reservations reservations = new Reservations(BUDGET, _ -> {});
        boolean alive = true;

        Bidder(String name, long skewMs, Budget budget, SplittableRandom random, long nowMs) {
            this.name = name;
            this.skewMs = skewMs;
            this.purse = new Purse(name, CAMPAIGN, ARM, budget, 1, BUDGET, random::nextLong, _ -> {}, nowMs + skewMs);
        }
    }

    private record Due(long timeMs, long order, Runnable what) {}

    private static final class History {
        /* Bills that the ledger has seen within this time of their bid were reserved until then. */
        private static final long IN_TIME_MS = LEDGER.hold().minus(LEDGER.term()).toMillis();
        private static final long SETTLE_MS = BUDGET.settleWithin().toMillis();
        private static final long UNIT = 1_000_000;
        private static final String[] ZONES = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"};

        private final long seed;
        private final SplittableRandom random;
        private final Budget budget;
        /* How often processes die, of what is at most. */
        private final double turbulence;
        private final List<Bidder> bidders = new ArrayList<>();
        private final List<Bid> bids = new ArrayList<>();
        /* Reserved bids, oldest first; some are not reserved any more. */
        private final ArrayDeque<Bid> open = new ArrayDeque<>();
        private final PriorityQueue<Due> due = new PriorityQueue<>(
                Comparator.comparingLong(Due::timeMs).thenComparingLong(Due::order));
        private final Map<Integer, Long> reservedByDay = new HashMap<>();
        private final Map<Integer, Long> tooLateByDay = new HashMap<>();
        private long reserved;
        private long tooLate;
        private long nowMs;
        private long order;
        private int names;

        /* The topics: notices by number of bid (a click is the complement), settlements, requests. */
        private final List<Integer> notices = new ArrayList<>();
        private final List<Settlement> settlements = new ArrayList<>();
        private final List<LeaseRequest> requests = new ArrayList<>();
        /* Attribution, which commits on its own. */
        private final BitSet billed = new BitSet();
        private final BitSet clicked = new BitSet();
        private final IdentityHashMap<Settlement, Bid> bidOf = new IdentityHashMap<>();
        private int noticesRead;
        private int noticesCommitted;
        private final List<Settlement> settlementsToCommit = new ArrayList<>();
        /* The ledger. */
        private Account account = Account.opened(CAMPAIGN, ARM, LEDGER);
        private LedgerAccount committed = account.state();
        private int settlementsRead;
        private int settlementsCommitted;
        private int requestsRead;
        private int requestsCommitted;
        private final List<LeaseGrant> grantsToCommit = new ArrayList<>();
        private final Set<Long> changedLeases = new HashSet<>();
        private final Set<Long> allLeases = new HashSet<>();
        private long sinceMs;
        /* When the ledger last heard of each bidder; and those that have died and may still have money. */
        private final Map<String, Long> heardMs = new HashMap<>();
        private final List<String> orphans = new ArrayList<>();

        private long orphansChecked;
        private long refusals;
        private long repeatedNotices;
        private long tooLateBills;
        private long lateCharges;
        private long ledgerCrashes;
        private long bidderCrashes;

        History(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            ZoneId zone = ZoneId.of(ZONES[random.nextInt(ZONES.length)]);
            // An hour and a half before or after midnight in the campaign's time zone.
            nowMs = Instant.parse("2026-05-10T12:00:00Z").atZone(zone).toLocalDate().atStartOfDay(zone).toInstant()
                    .toEpochMilli() + random.nextLong(-5_400_000, 5_400_000);
            sinceMs = nowMs;
            long daily = Math.round(Math.exp(random.nextDouble(3, 10))) * UNIT / 1_000;
            turbulence = random.nextDouble();
            budget = new Budget(random.nextInt(8) == 0 ? Budget.UNLIMITED : daily,
                    random.nextInt(3) == 0 ? 3 * daily / 2 : Budget.UNLIMITED, zone, Budget.Pacing.ASAP,
                    random.nextInt(8) == 0 ? 300 * UNIT / 1_000 : 0, Budget.Bidding.VALUE);
            for (int bidder = 0; bidder < 2 + random.nextInt(2); bidder++) {
                bidders.add(bidder());
            }
        }

        private Bidder bidder() {
            return new Bidder("bidder-" + names++, random.nextLong(-4_000, 4_000), budget, random, nowMs);
        }

        Tally run() {
            for (int event = 0; event < EVENTS; event++) {
                nowMs += random.nextInt(50) == 0 ? random.nextLong(20_000) : random.nextLong(700);
                if (random.nextInt(3_000) == 0) {
                    nowMs += random.nextLong(1_000_000);
                }
                happen();
                expire();
                check(event);
            }
            end();
            boolean spent = account.settledNanos() > 0.9 * Math.min(dailyNanos(), totalNanos());
            return new Tally(EVENTS, bids.size(), refusals, account.state().getImpressions(), repeatedNotices,
                    tooLateBills, lateCharges, ledgerCrashes, bidderCrashes, orphansChecked, allLeases.size(),
                    spent ? 1 : 0);
        }

        private void happen() {
            Bidder bidder = bidders.get(random.nextInt(bidders.size()));
            int what = random.nextInt(1_000);
            if (what < 420) {
                bid(bidder);
            } else if (what < 600) {
                bidder.reservations.sweep(nowMs + bidder.skewMs);
                bidder.purse.tick(nowMs + bidder.skewMs, this::send);
            } else if (what < 700) {
                deliver();
            } else if (what < 790) {
                attribute();
            } else if (what < 930) {
                keepLedger();
            } else if (what < 960) {
                commitAttribution();
            } else if (what < 995) {
                commitLedger();
            } else if (random.nextDouble() < turbulence * turbulence) {
                crash(bidder);
            }
        }

        private void crash(Bidder bidder) {
            switch (random.nextInt(3)) {
                case 0 -> crashLedger();
                case 1 -> crashAttribution();
                default -> crashBidder(bidder);
            }
        }

        private void bid(Bidder bidder) {
            long bidNanos = (1 + random.nextInt(40)) * UNIT;
            long bidderMs = nowMs + bidder.skewMs;
            bidder.purse.opportunity(bids.size() + 1, bidderMs);
            Lease lease = bidder.purse.reserve(bidNanos, bidderMs);
            if (lease == null) {
                refusals++;
                return;
            }
            long reservation = bidder.reservations.open(lease, bidNanos, bidderMs);
            if (reservation == 0) {
                lease.release(bidNanos);
                return;
            }
            var bid = new Bid(bids.size(), bidder, lease, nowMs, bidNanos, reservation);
            bids.add(bid);
            open.add(bid);
            reserve(bid, 1);
            int outcome = random.nextInt(10);
            if (outcome < 4) {
                win(bid);
            } else if (outcome < 8) {
                // told of twice, sometimes
                for (int copies = random.nextInt(8) == 0 ? 2 : 1; copies > 0; copies--) {
                    after(random.nextLong(5_000), () -> lose(bid));
                }
            }
        }

        private void win(Bid bid) {
            bid.priceNanos = random.nextLong(bid.heldNanos + 1);
            long delayMs = random.nextInt(60) == 0 ? random.nextLong(40 * 60_000) : random.nextLong(60_000);
            for (int copies = 1 + random.nextInt(8) / 6; copies > 0; copies--) {
                after(delayMs + random.nextLong(20_000) * random.nextInt(2), () -> notices.add(bid.number));
            }
            if (random.nextInt(6) == 0) {
                after(delayMs + random.nextLong(60_000), () -> notices.add(~bid.number));
            }
        }

        private void lose(Bid bid) {
            if (bid.bidder.alive && bid.bidder.reservations.release(bid.reservation, bid.lease.id())) {
                reserve(bid, -1);
            }
        }

        private void reserve(Bid bid, int sign) {
            if (sign > 0 || bid.reserved) {
                bid.reserved = sign > 0;
                reserved += sign * bid.heldNanos;
                reservedByDay.merge(bid.day, sign * bid.heldNanos, Long::sum);
            }
        }

        private void expire() {
            while (!open.isEmpty() && nowMs - open.getFirst().timeMs >= SETTLE_MS) {
                reserve(open.removeFirst(), -1);
            }
        }

        private void send(LeaseRequest request) {
            allLeases.add(request.getLeaseId());
            int fate = random.nextInt(50);
            if (fate > 0) {
                after(random.nextLong(500), () -> requests.add(request));
            }
            if (fate == 1) {
                after(random.nextLong(90_000), () -> requests.add(request));
            }
        }

        private void deliver() {
            while (!due.isEmpty() && due.element().timeMs() <= nowMs) {
                due.remove().what().run();
            }
        }

        private void after(long delayMs, Runnable what) {
            due.add(new Due(nowMs + delayMs, order++, what));
        }

        private void attribute() {
            for (int most = random.nextInt(10); most > 0 && noticesRead < notices.size(); most--) {
                int notice = notices.get(noticesRead++);
                Bid bid = bids.get(notice < 0 ? ~notice : notice);
                BitSet seen = notice < 0 ? clicked : billed;
                if (seen.get(bid.number)) {
                    repeatedNotices++;
                    continue;
                }
                seen.set(bid.number);
                Settlement.Builder settlement = Settlement.newBuilder().setCampaignId(CAMPAIGN).setArm(ARM)
                        .setLeaseId(bid.lease.id()).setBudgetDay(bid.day).setBidTimeMs(bid.timeMs);
                settlementsToCommit.add(notice < 0 ? settlement.setClicks(1).build()
                        : settlement.setSpendNanos(bid.priceNanos).setImpressions(1).build());
                bidOf.put(settlementsToCommit.getLast(), bid);
            }
        }

        private void commitAttribution() {
            settlements.addAll(settlementsToCommit);
            settlementsToCommit.clear();
            noticesCommitted = noticesRead;
        }

        private void crashAttribution() {
            settlementsToCommit.clear();
            for (int i = noticesCommitted; i < noticesRead; i++) {
                forgetNotice(notices.get(i));
            }
            noticesRead = noticesCommitted;
        }

        /* Unless a copy of it had been read before. */
        private void forgetNotice(int notice) {
            for (int i = 0; i < noticesCommitted; i++) {
                if (notices.get(i) == notice) {
                    return;
                }
            }
            (notice < 0 ? clicked : billed).clear(notice < 0 ? ~notice : notice);
        }

        private void keepLedger() {
            for (int most = random.nextInt(20); most > 0; most--) {
                boolean settle = random.nextBoolean();
                if (settle && settlementsRead < settlements.size()) {
                    settle(settlements.get(settlementsRead++));
                } else if (!settle && requestsRead < requests.size()) {
                    account.forget(nowMs, sinceMs);
                    LeaseRequest request = requests.get(requestsRead++);
                    heardMs.put(request.getBidder(), nowMs);
                    if (account.request(request, nowMs).isAnswered()) {
                        changedLeases.add(request.getLeaseId());
                    }
                }
            }
            account.forget(nowMs, sinceMs);
            orphans.removeIf(this::isOrphanChecked);
            account.pace(nowMs);
            for (long lease : changedLeases) {
                LeaseGrant grant = account.grant(lease, nowMs);
                if (grant != null) {
                    grantsToCommit.add(grant);
                }
            }
            changedLeases.clear();
        }

        /* What a dead bidder had is back within term and hold of its last request, or hold of the ledger's return. */
        private boolean isOrphanChecked(String name) {
            long heard = heardMs.getOrDefault(name, 0L);
            if (nowMs < Math.max(heard + LEDGER.term().toMillis(), sinceMs) + LEDGER.hold().toMillis()) {
                return false;
            }
            assertThat(account.state().getLeaseList()).as("seed %d, %s", seed, name)
                    .filteredOn(lease -> lease.getBidder().equals(name))
                    .allMatch(lease -> lease.getGrantedNanos() == 0);
            orphansChecked++;
            return true;
        }

        private void settle(Settlement settlement) {
            Bid bid = Objects.requireNonNull(bidOf.get(settlement));
            if (settlement.getClicks() > 0) {
                account.click();
                return;
            }
            boolean inTime = nowMs - bid.timeMs <= IN_TIME_MS;
            Account.Charged charged = account.charge(settlement);
            assertThat(charged.day()).isEqualTo(bid.day);
            assertThat(charged.dayInvalid() || charged.dayForgotten()).isFalse();
            if (inTime) {
                assertThat(charged.late()).as("late, seed %d", seed).isFalse();
            } else {
                tooLate += bid.priceNanos;
                tooLateByDay.merge(bid.day, bid.priceNanos, Long::sum);
                tooLateBills++;
            }
            lateCharges += charged.late() ? 1 : 0;
            changedLeases.add(settlement.getLeaseId());
            bid.charged = true;
            reserve(bid, -1);
        }

        private void commitLedger() {
            committed = account.state();
            settlementsCommitted = settlementsRead;
            requestsCommitted = requestsRead;
            for (LeaseGrant grant : grantsToCommit) {
                for (int copies = random.nextInt(40) == 0 ? random.nextInt(3) : 1; copies > 0; copies--) {
                    after(random.nextLong(random.nextInt(20) == 0 ? 30_000 : 500), () -> bidders.forEach(bidder -> {
                        if (bidder.name.equals(grant.getBidder())) {
                            bidder.purse.apply(grant, nowMs + bidder.skewMs);
                        }
                    }));
                }
            }
            grantsToCommit.clear();
        }

        private void crashLedger() {
            ledgerCrashes++;
            for (int i = settlementsCommitted; i < settlementsRead; i++) {
                takeBack(settlements.get(i));
            }
            settlementsRead = settlementsCommitted;
            requestsRead = requestsCommitted;
            grantsToCommit.clear();
            changedLeases.clear();
            account = new Account(committed, LEDGER);
            nowMs += random.nextLong(30_000);
            sinceMs = nowMs;
        }

        /* What was settled after the last commit has not been settled. */
        private void takeBack(Settlement settlement) {
            Bid bid = Objects.requireNonNull(bidOf.get(settlement));
            if (settlement.getClicks() > 0 || !bid.charged) {
                return;
            }
            bid.charged = false;
            if (bid.bidder.alive && nowMs - bid.timeMs < SETTLE_MS && open.contains(bid)) {
                reserve(bid, 1);
            }
        }

        private void crashBidder(Bidder bidder) {
            bidderCrashes++;
            bidder.alive = false;
            orphans.add(bidder.name);
            open.forEach(bid -> {
                if (bid.bidder == bidder) {
                    reserve(bid, -1);
                }
            });
            bidders.set(bidders.indexOf(bidder), bidder());
        }

        private long dailyNanos() {
            return budget.dailyMicros() == Budget.UNLIMITED ? Long.MAX_VALUE / 4 : budget.dailyMicros() * 1_000;
        }

        private long totalNanos() {
            return budget.totalMicros() == Budget.UNLIMITED ? Long.MAX_VALUE / 4 : budget.totalMicros() * 1_000;
        }

        private void check(int event) {
            long clicksNanos = budget.targetCpcMicros() == 0 ? Long.MAX_VALUE / 4
                    : budget.targetCpcMicros() * 1_000 * (account.state().getClicks() + 1);
            boolean within = account.settledNanos() + reserved <= Math.min(totalNanos(), clicksNanos) + tooLate;
            for (Map.Entry<Integer, Long> day : reservedByDay.entrySet()) {
                within &= account.settledNanos(day.getKey()) + day.getValue() <= dailyNanos()
                        + tooLateByDay.getOrDefault(day.getKey(), 0L);
            }
            if (!within) {
                throw new AssertionError("seed " + seed + ", event " + event + ": settled " + account.settledNanos()
                        + " and reserved " + reserved + ", by day " + reservedByDay + ", of " + budget
                        + ", too late " + tooLate);
            }
        }

        /* All that is under way arrives, and nobody bids any more. */
        private void end() {
            while (!due.isEmpty()) {
                nowMs = Math.max(nowMs, due.element().timeMs());
                due.remove().what().run();
            }
            while (noticesRead < notices.size()) {
                attribute();
            }
            commitAttribution();
            while (settlementsRead < settlements.size() || requestsRead < requests.size()) {
                keepLedger();
            }
            commitLedger();
            // An offline recomputation: the notices' bids, each once.
            Map<Integer, Long> byDay = new HashMap<>();
            notices.stream().distinct().filter(notice -> notice >= 0).map(bids::get)
                    .forEach(bid -> byDay.merge(bid.day, bid.priceNanos, Long::sum));
            byDay.forEach((day, nanos) -> {
                CampaignSpend spend = account.spend(day);
                assertThat(spend.getSpendNanos()).as("seed %d, day %d", seed, day).isEqualTo(nanos);
            });
            assertThat(account.settledNanos()).isEqualTo(byDay.values().stream().mapToLong(nanos -> nanos).sum());
            assertThat(account.state().getLateNanos()).isLessThanOrEqualTo(tooLate);
            assertThat(account.state().getOverdrawnNanos()).isLessThanOrEqualTo(tooLate);
            // What nobody asks for any more comes back within term and hold.
            long quietMs = Math.max(sinceMs, nowMs);
            account.forget(quietMs + LEDGER.term().plus(LEDGER.hold()).toMillis(), sinceMs);
            assertThat(account.outstandingNanos()).isZero();
            assertThat(account.state().getLeaseList()).extracting(LedgerLease::getGrantedNanos)
                    .allMatch(granted -> granted == 0);
        }
    }
}
