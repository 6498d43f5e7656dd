package io.sextant.perf.pacing;

import io.sextant.bidder.spending.BudgetConfig;
import io.sextant.bidder.spending.Lease;
import io.sextant.bidder.spending.Purse;
import io.sextant.bidder.spending.Reservations;
import io.sextant.controller.LedgerConfig;
import io.sextant.controller.ledger.Account;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * An account of the ledger and the bidders that spend from it, day after day on a clock of its own: their purses ask for leases,
 * auctions are let pass or not, wins are billed and losses told some time later. Threading: one thread.
 */
/*
 * Messages take a second each way, which is what the controller's commits take. The hours' traffic differs from day to day by
 * a factor of its own, so that no curve that is learned is ever quite right.
 */
final class PacingRun {
    static final int BIDDERS = 3;

    private static final long START_MS = 1_767_225_600_000L;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final long SECOND_MS = 1_000;
    private static final long TRAVEL_MS = 1_000;
    private static final long SWEEP_MS = 10_000;
    private static final int LOSS_DELAY_S = 2;
    private static final double HOUR_DEVIATION = 0.1;
    private static final double ALL = 0.999;
    private static final String CAMPAIGN = "campaign";
    private static final String ARM = "arm";

    private final PacingCase wanted;
    private final HourlyTraffic traffic;
    private final SplittableRandom random;
    private final Account account;
    private final List<Bidder> bidders = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(
            Comparator.comparingLong(Due::timeMs).thenComparingLong(Due::order));
    private final Set<Long> charged = new HashSet<>();
    private final double[] hourFactors = new double[HourlyTraffic.HOURS];
    private long order;
    private long decisions;
    private long nowMs;
    private long mostNanos;

    /** Something that happens at a time; of what happens at once, in the order in which it was planned. */
    private record Due(long timeMs, long order, Runnable what) {}

    /** Purse and open bids of one process. */
    private record Bidder(Purse purse, Reservations reservations) {}

    PacingRun(PacingCase wanted, HourlyTraffic traffic, LedgerConfig ledger, BudgetConfig budget, long seed) {
        this.wanted = wanted;
        this.traffic = traffic;
        this.random = new SplittableRandom(seed);
        this.account = Account.opened(CAMPAIGN, ARM, ledger);
        for (int bidder = 0; bidder < BIDDERS; bidder++) {
            bidders.add(new Bidder(new Purse("bidder-" + bidder, CAMPAIGN, ARM, wanted.budget(), 1, budget,
                    random::nextLong, _ -> {}, START_MS), new Reservations(budget, _ -> {})));
        }
    }

    /** The first days. */
    List<PacedDay> run(int days) {
        List<PacedDay> paced = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            paced.add(day(day));
        }
        // What the last bills of each day add is known a day later.
        settleRest();
        return paced.stream().map(this::whole).toList();
    }

    private PacedDay day(int day) {
        List<Long> settled = new ArrayList<>();
        List<Long> planned = new ArrayList<>();
        List<Boolean> shortHours = new ArrayList<>();
        mostNanos = 0;
        for (int hour = 0; hour < HourlyTraffic.HOURS; hour++) {
            hourFactors[hour] = Math.exp(HOUR_DEVIATION * random.nextGaussian());
        }
        long fromMs = START_MS + day * DAY_MS;
        int number = (int) (fromMs / DAY_MS);
        for (long secondMs = fromMs; secondMs < fromMs + DAY_MS; secondMs += SECOND_MS) {
            second(secondMs, (int) ((secondMs - fromMs) / HOUR_MS));
            mostNanos = Math.max(mostNanos, account.settledNanos(number) + account.outstandingNanos(number));
            if ((secondMs + SECOND_MS) % HOUR_MS == 0) {
                settled.add(account.settledNanos(number));
                planned.add(Math.round(account.planNanos(secondMs)));
                shortHours.add(account.state().getPacing().getPass() > ALL);
            }
        }
        return new PacedDay(day, wanted.budgetNanos(), settled, planned, shortHours, 0, 0, 0, mostNanos);
    }

    private void settleRest() {
        while (!due.isEmpty()) {
            Due next = due.remove();
            nowMs = Math.max(nowMs, next.timeMs());
            next.what().run();
        }
    }

    private PacedDay whole(PacedDay day) {
        var spend = account.spend((int) (START_MS / DAY_MS) + day.day());
        return new PacedDay(day.day(), day.budgetNanos(), day.settled(), day.planned(), day.shortHours(),
                spend.getSpendNanos(), spend.getBilledImpressions(), spend.getLateNanos(), day.mostNanos());
    }

    private void second(long secondMs, int hour) {
        nowMs = secondMs;
        while (!due.isEmpty() && due.element().timeMs() <= nowMs) {
            due.remove().what().run();
        }
        keepLedger();
        for (Bidder bidder : bidders) {
            if (nowMs % SWEEP_MS == 0) {
                bidder.reservations().sweep(nowMs);
            }
            bidder.purse().tick(nowMs, request -> after(TRAVEL_MS, () -> ask(request)));
        }
        double mean = traffic.auctions(hour) * hourFactors[hour] * SECOND_MS / HOUR_MS;
        for (int auctions = poisson(mean); auctions > 0; auctions--) {
            auction(bidders.get(random.nextInt(BIDDERS)), hour);
        }
    }

    private void keepLedger() {
        account.forget(nowMs, START_MS);
        if (account.pace(nowMs)) {
            charged.addAll(account.openLeases());
        }
        charged.forEach(this::tell);
        charged.clear();
    }

    private void ask(LeaseRequest request) {
        if (account.request(request, nowMs).isAnswered()) {
            tell(request.getLeaseId());
        }
    }

    private void tell(long lease) {
        LeaseGrant grant = account.grant(lease, nowMs);
        if (grant != null) {
            Bidder bidder = bidders.get(Integer.parseInt(grant.getBidder().substring("bidder-".length())));
            after(TRAVEL_MS, () -> bidder.purse().apply(grant, nowMs));
        }
    }

    private void auction(Bidder bidder, int hour) {
        bidder.purse().opportunity(++decisions, nowMs);
        long bidNanos = wanted.bid() * PacingCase.NANOS;
        Lease lease = bidder.purse().lease(nowMs);
        LeaseGrant grant = lease == null ? null : lease.grant();
        if (grant != null && random.nextDouble() >= grant.getPass()) {
            return;
        }
        Lease paying = bidder.purse().reserve(bidNanos, nowMs);
        if (paying == null) {
            return;
        }
        long reservation = bidder.reservations().open(paying, bidNanos, nowMs);
        int price = traffic.price(hour, random);
        if (price < wanted.bid()) {
            var bill = Settlement.newBuilder().setCampaignId(CAMPAIGN).setArm(ARM).setLeaseId(paying.id())
                    .setBudgetDay(paying.budgetDay()).setBidTimeMs(nowMs).setSpendNanos(price * PacingCase.NANOS)
                    .setImpressions(1).build();
            after(delayMs(wanted.billDelayS()), () -> {
                account.charge(bill);
                charged.add(bill.getLeaseId());
            });
        } else if (random.nextDouble() < wanted.lossesTold()) {
            after(delayMs(LOSS_DELAY_S), () -> bidder.reservations().release(reservation, paying.id()));
        }
    }

    private long delayMs(int meanS) {
        return Math.round(-Math.log(1 - random.nextDouble()) * meanS * SECOND_MS);
    }

    private void after(long delayMs, Runnable what) {
        due.add(new Due(nowMs + delayMs, order++, what));
    }

    private int poisson(double mean) {
        double limit = Math.exp(-mean);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }
}
