package io.sextant.controller.ledger;

import io.sextant.controller.LedgerConfig;
import io.sextant.controller.state.LeaseStage;
import io.sextant.controller.state.LedgerAccount;
import io.sextant.controller.state.LedgerDay;
import io.sextant.controller.state.LedgerLease;
import io.sextant.controller.state.PacingState;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.event.Pacing;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The budget of one campaign in one arm: what has been settled of it, and what is leased to bidders. Money is in nanos of
 * the settlement currency, times in milliseconds since the epoch by the ledger's clock.
 *
 * <p>
 * Guarantees: a grant leaves what is settled and what is outstanding in leases together within every bound that it draws on:
 * its day's budget, the total, and the clicks'. Until the next grant that sum grows by no bill but one that is late or above
 * what its lease had. Threading: one thread at a time.
 */
public final class Account {
    /*
     * Outstanding of a lease is what was granted, less what was given back and what was settled; below 0 it counts as 0. It is
     * all that the bidder can still owe: bids that are open and bids to come. So settled + outstanding bounds what the
     * account will have cost when every bill has come, and a grant adds to it no more than is free. Bills move money from
     * outstanding to settled, returns take outstanding away, and both leave the bound as it is. Only a bill whose lease has
     * been forgotten adds: it is late, and is counted apart.
     *
     * A lease is forgotten when no bill of it can come any more: its bids ended term after its newest request, by a clock that
     * was right about how long that is, and bills come within hold of their bid. Where the ledger itself was away, bills may
     * wait that it has not seen; so hold counts from its return at least.
     *
     * A forgotten lease keeps its name for term and hold more. Who still asks for it is told that it is closed.
     */
    private static final long NO_BOUND = Long.MAX_VALUE;
    /** Two billion of the currency: sums of any two fit a long. */
    private static final long MONEY_MAX = 2_000_000_000_000_000_000L;
    private static final int NAME_LENGTH_MAX = 200;
    private static final int DAY_SKEW = 1;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    /** A smaller change of what bidders are told waits for their next request. */
    private static final double TOLD_PRECISION = 0.01;

    private final LedgerConfig config;
    private final Pacer pacer;
    private final LedgerAccount.Builder state;

    /** What became of a request. */
    public enum Outcome {
        /** Something was granted. */
        GRANTED,
        /** Nothing was granted. */
        ANSWERED,
        /** It had come before, or was overtaken; nothing changed. */
        REPEATED,
        /** Too old or from the future; it is not answered. */
        STALE,
        /** Missing or contradictory fields; it is not answered. */
        MALFORMED,
        /** The account has too many leases; it is not answered. */
        REFUSED;

        /** Whether the bidder is to be told how the lease stands. */
        public boolean isAnswered() {
            return this == GRANTED || this == ANSWERED || this == REPEATED;
        }
    }

    /**
     * What became of a charge.
     *
     * @param day          that it counts on
     * @param late         its lease had been forgotten
     * @param overdrawn    its lease had less left
     * @param dayInvalid   its day contradicted the time of its bid, and was taken from that
     * @param dayForgotten the day is not kept any more; it counts in the total only
     */
    public record Charged(int day, boolean late, boolean overdrawn, boolean dayInvalid, boolean dayForgotten) {}

    /**
     * Leases that have been forgotten.
     *
     * @param gone    whose grants are to be deleted
     * @param unheard how many of them their bidders had not closed
     */
    public record Forgotten(List<Long> gone, int unheard) {
        /** Copies the list. */
        public Forgotten {
            gone = List.copyOf(gone);
        }
    }

    /** Goes on from a state. */
    public Account(LedgerAccount state, LedgerConfig config) {
        this.state = state.toBuilder();
        this.config = config;
        this.pacer = new Pacer(config.pacing(), Math.max(1, config.sliceMinNanos()));
    }

    /** One that nothing has happened to. */
    public static Account opened(String campaignId, String arm, LedgerConfig config) {
        return new Account(LedgerAccount.newBuilder().setCampaignId(campaignId).setArm(arm).setPacing(Pacer.start())
                .build(), config);
    }

    /** What it goes on from another time. */
    public LedgerAccount state() {
        return state.build();
    }

    /** A bidder asks for a slice. */
    public Outcome request(LeaseRequest request, long nowMs) {
        ZoneId zone = zone(request.getTerms().getTimeZone());
        if (zone == null || malformed(request)) {
            return Outcome.MALFORMED;
        }
        if (request.getTimeMs() < nowMs - config.term().toMillis()
                || request.getTimeMs() > nowMs + config.maxAhead().toMillis()) {
            return Outcome.STALE;
        }
        LedgerLease.Builder lease = find(request.getLeaseId());
        if (lease == null) {
            if (state.getLeaseCount() >= config.leasesMax()) {
                return Outcome.REFUSED;
            }
            if (request.getBudgetDay() < BudgetDay.number(nowMs, zone) - DAY_SKEW
                    || request.getBudgetDay() > BudgetDay.number(nowMs, zone) + DAY_SKEW) {
                return Outcome.MALFORMED;
            }
            lease = open(request);
        } else if (!lease.getBidder().equals(request.getBidder()) || lease.getDay() != request.getBudgetDay()
                || (lease.getStage() != LeaseStage.STAGE_FORGOTTEN
                        && request.getReturnedNanos() > lease.getGrantedNanos())) {
            return Outcome.MALFORMED;
        } else if (request.getSequence() <= lease.getSequence()) {
            return Outcome.REPEATED;
        }
        lease.setSequence(request.getSequence());
        return apply(lease, request, zone, nowMs);
    }

    /* One that gives back what it was never granted is a stranger of whom only the name is kept. */
    private LedgerLease.Builder open(LeaseRequest request) {
        boolean over = request.getClosing() || request.getReturnedNanos() > 0;
        return state.addLeaseBuilder().setLeaseId(request.getLeaseId()).setBidder(request.getBidder())
                .setDay(request.getBudgetDay()).setStage(over ? LeaseStage.STAGE_FORGOTTEN : LeaseStage.STAGE_OPEN);
    }

    private Outcome apply(LedgerLease.Builder lease, LeaseRequest request, ZoneId zone, long nowMs) {
        if (lease.getStage() == LeaseStage.STAGE_FORGOTTEN) {
            lease.setHeardMs(nowMs);
            return Outcome.ANSWERED;
        }
        lease.setReturnedNanos(Math.max(lease.getReturnedNanos(), request.getReturnedNanos()));
        state.setTerms(request.getTerms());
        long opportunities = Math.max(0, request.getOpportunities() - lease.getOpportunities());
        lease.setOpportunities(lease.getOpportunities() + opportunities);
        pacer.opportunities(state.getPacingBuilder(), opportunities, zone, nowMs);
        if (lease.getStage() == LeaseStage.STAGE_CLOSING) {
            return Outcome.ANSWERED;
        }
        lease.setHeardMs(nowMs);
        if (request.getClosing()) {
            lease.setStage(LeaseStage.STAGE_CLOSING);
            return Outcome.ANSWERED;
        }
        lease.setExpiresMs(request.getTimeMs() + config.term().toMillis());
        long granted = isOver(lease, nowMs) ? 0 : slice(lease.getDay(), request.getWantNanos());
        lease.setGrantedNanos(lease.getGrantedNanos() + granted);
        return granted > 0 ? Outcome.GRANTED : Outcome.ANSWERED;
    }

    private long slice(int day, long wantNanos) {
        long free = Math.min(freeNanos(day), Math.min(freeNanos(), freeOfClicksNanos()));
        long bound = Math.clamp((long) (free * config.sliceShare()), config.sliceMinNanos(), config.sliceMaxNanos());
        return Math.min(wantNanos, Math.min(free, bound));
    }

    private boolean malformed(LeaseRequest request) {
        BudgetTerms terms = request.getTerms();
        return !request.getCampaignId().equals(state.getCampaignId()) || !request.getArm().equals(state.getArm())
                || !isName(request.getCampaignId()) || !isName(request.getArm()) || !isName(request.getBidder())
                || request.getLeaseId() == 0 || request.getSequence() < 1 || request.getTimeMs() <= 0
                || request.getOpportunities() < 0 || !isMoney(request.getWantNanos(), 0)
                || !isMoney(request.getReturnedNanos(), 0) || !isMoney(terms.getDailyNanos(), -1)
                || !isMoney(terms.getTotalNanos(), -1) || !isMoney(terms.getTargetCpcNanos(), 0)
                || terms.getPacing() == Pacing.UNRECOGNIZED;
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= NAME_LENGTH_MAX;
    }

    private static boolean isMoney(long nanos, long min) {
        return nanos >= min && nanos <= MONEY_MAX;
    }

    /* Null for one that nobody knows. */
    private static @Nullable ZoneId zone(String name) {
        try {
            return name.isEmpty() ? null : ZoneId.of(name);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private ZoneId zone() {
        ZoneId known = zone(state.getTerms().getTimeZone());
        return known == null ? ZoneOffset.UTC : known;
    }

    /** An impression was paid. */
    public Charged charge(Settlement settlement) {
        int bidDay = Math.toIntExact(Math.floorDiv(settlement.getBidTimeMs(), DAY_MS));
        boolean unleased = settlement.getLeaseId() == 0 && settlement.getBudgetDay() == 0;
        boolean dayInvalid = !unleased && Math.abs((long) settlement.getBudgetDay() - bidDay) > DAY_SKEW;
        int day = unleased || dayInvalid ? bidDay : settlement.getBudgetDay();
        long nanos = settlement.getSpendNanos();
        LedgerLease.Builder lease = settlement.getLeaseId() == 0 ? null : find(settlement.getLeaseId());
        boolean known = lease != null && lease.getStage() != LeaseStage.STAGE_FORGOTTEN && lease.getDay() == day;
        long overdrawn = 0;
        if (lease != null && known) {
            lease.setSettledNanos(lease.getSettledNanos() + nanos);
            overdrawn = Math.clamp(lease.getSettledNanos() - (lease.getGrantedNanos() - lease.getReturnedNanos()), 0,
                    nanos);
        }
        boolean late = settlement.getLeaseId() != 0 && !known;
        state.setSettledNanos(state.getSettledNanos() + nanos).setImpressions(state.getImpressions() + 1)
                .setLateNanos(state.getLateNanos() + (late ? nanos : 0))
                .setOverdrawnNanos(state.getOverdrawnNanos() + overdrawn);
        boolean dayForgotten = day < state.getDaysFrom();
        if (!dayForgotten) {
            LedgerDay.Builder sum = day(day);
            sum.setSettledNanos(sum.getSettledNanos() + nanos).setImpressions(sum.getImpressions() + 1)
                    .setLateNanos(sum.getLateNanos() + (late ? nanos : 0));
        }
        return new Charged(day, late, overdrawn > 0, dayInvalid, dayForgotten);
    }

    private LedgerDay.Builder day(int number) {
        int at = 0;
        while (at < state.getDayCount() && state.getDay(at).getDay() < number) {
            at++;
        }
        return at < state.getDayCount() && state.getDay(at).getDay() == number ? state.getDayBuilder(at)
                : state.addDayBuilder(at).setDay(number);
    }

    /** A click was attributed to an impression. */
    public void click() {
        state.setClicks(state.getClicks() + 1);
    }

    /**
     * Gives free what leases had of which no bill can come any more, and drops days that are not kept.
     *
     * @param sinceMs when the ledger came back after it had been away
     */
    public Forgotten forget(long nowMs, long sinceMs) {
        List<Long> gone = new ArrayList<>();
        int unheard = 0;
        for (int i = state.getLeaseCount() - 1; i >= 0; i--) {
            LedgerLease.Builder lease = state.getLeaseBuilder(i);
            if (nowMs < forgetMs(lease, sinceMs)) {
                continue;
            }
            gone.add(lease.getLeaseId());
            if (lease.getStage() == LeaseStage.STAGE_FORGOTTEN) {
                state.removeLease(i);
            } else {
                unheard += lease.getStage() == LeaseStage.STAGE_OPEN ? 1 : 0;
                lease.setStage(LeaseStage.STAGE_FORGOTTEN).setHeardMs(nowMs).clearGrantedNanos().clearReturnedNanos()
                        .clearSettledNanos();
            }
        }
        int from = BudgetDay.number(nowMs, zone()) - Math.toIntExact(config.daysKept().toDays());
        if (from > state.getDaysFrom()) {
            state.setDaysFrom(from);
            while (state.getDayCount() > 0 && state.getDay(0).getDay() < from) {
                state.removeDay(0);
            }
        }
        return new Forgotten(gone, unheard);
    }

    private long forgetMs(LedgerLease.Builder lease, long sinceMs) {
        Duration hold = config.hold();
        return switch (lease.getStage()) {
            case STAGE_OPEN -> Math.max(lease.getHeardMs() + config.term().toMillis(), sinceMs) + hold.toMillis();
            case STAGE_CLOSING -> Math.max(lease.getHeardMs(), sinceMs) + hold.toMillis();
            default -> lease.getHeardMs() + config.term().plus(hold).toMillis();
        };
    }

    /**
     * Looks at spend and plan, where it is time.
     *
     * @return whether bidders are to be told
     */
    public boolean pace(long nowMs) {
        PacingState.Builder pacing = state.getPacingBuilder();
        ZoneId zone = zone();
        if (!isPaced() || nowMs < pacer.dueMs(pacing)) {
            return false;
        }
        double pass = pacing.getPass();
        double factor = pacing.getBidFactor();
        pacer.step(pacing, state.getTerms(), zone, spent(BudgetDay.number(nowMs, zone)), nowMs);
        return differs(pass, pacing.getPass()) || differs(factor, pacing.getBidFactor());
    }

    private static boolean differs(double before, double after) {
        return Math.abs(after - before) > TOLD_PRECISION * Math.max(before, after);
    }

    private boolean isPaced() {
        return state.getLeaseList().stream().anyMatch(lease -> lease.getStage() == LeaseStage.STAGE_OPEN);
    }

    private Pacer.Spent spent(int day) {
        return new Pacer.Spent(settledNanos(day), state.getSettledNanos(), state.getImpressions(), state.getClicks());
    }

    /** When {@link #forget} or {@link #pace} have something to do; the largest long if never. */
    public long dueMs(long sinceMs) {
        long dueMs = isPaced() ? pacer.dueMs(state.getPacingBuilder()) : Long.MAX_VALUE;
        for (int i = 0; i < state.getLeaseCount(); i++) {
            dueMs = Math.min(dueMs, forgetMs(state.getLeaseBuilder(i), sinceMs));
        }
        return dueMs;
    }

    /** How a lease stands, for its bidder; null if it is not known. */
    public @Nullable LeaseGrant grant(long leaseId, long nowMs) {
        LedgerLease.Builder lease = find(leaseId);
        if (lease == null) {
            return null;
        }
        BudgetTerms terms = state.getTerms();
        PacingState.Builder pacing = state.getPacingBuilder();
        BudgetDay day = BudgetDay.at(nowMs, zone());
        // Of a day to come, all is still to come.
        long atMs = lease.getDay() > day.number() ? day.fromMs() : nowMs;
        return LeaseGrant.newBuilder().setBidder(lease.getBidder()).setLeaseId(leaseId)
                .setCampaignId(state.getCampaignId()).setArm(state.getArm()).setBudgetDay(lease.getDay())
                .setSequence(lease.getSequence()).setGrantedNanos(lease.getGrantedNanos())
                .setReturnedNanos(lease.getReturnedNanos()).setSettledNanos(lease.getSettledNanos())
                .setExpiresMs(lease.getExpiresMs()).setDaySettledNanos(settledNanos(lease.getDay()))
                .setDayFreeNanos(terms.getDailyNanos() < 0 ? -1 : freeNanos(lease.getDay()))
                .setTotalSettledNanos(state.getSettledNanos())
                .setTotalFreeNanos(terms.getTotalNanos() < 0 ? -1 : freeNanos()).setPass(pacing.getPass())
                .setTrafficLeft(Pacer.trafficLeft(pacing, day, atMs))
                .setOpportunitiesLeft(Pacer.opportunitiesLeft(pacing, day, atMs))
                .setBidFactor(pacing.getBidFactor()).setState(leaseState(lease, nowMs)).setTimeMs(nowMs).build();
    }

    private LeaseState leaseState(LedgerLease.Builder lease, long nowMs) {
        BudgetTerms terms = state.getTerms();
        if (lease.getStage() != LeaseStage.STAGE_OPEN || isOver(lease, nowMs)) {
            return LeaseState.LEASE_CLOSED;
        }
        if (terms.getTotalNanos() >= 0 && state.getSettledNanos() >= terms.getTotalNanos()) {
            return LeaseState.LEASE_TOTAL_SPENT;
        }
        return terms.getDailyNanos() >= 0 && settledNanos(lease.getDay()) >= terms.getDailyNanos()
                ? LeaseState.LEASE_DAY_SPENT
                : LeaseState.LEASE_OPEN;
    }

    /* A bidder may be a little behind the ledger's midnight. */
    private boolean isOver(LedgerLease.Builder lease, long nowMs) {
        return lease.getDay() < BudgetDay.number(nowMs - config.maxAhead().toMillis(), zone());
    }

    /** Leases that may still be bid with. */
    public List<Long> openLeases() {
        return state.getLeaseList().stream().filter(lease -> lease.getStage() == LeaseStage.STAGE_OPEN)
                .map(LedgerLease::getLeaseId).toList();
    }

    /** What has been settled of a day, whole, each charge once. */
    public CampaignSpend spend(int day) {
        CampaignSpend.Builder spend = CampaignSpend.newBuilder().setCampaignId(state.getCampaignId())
                .setArm(state.getArm()).setDay(day);
        for (LedgerDay sum : state.getDayList()) {
            if (sum.getDay() == day) {
                spend.setSpendNanos(sum.getSettledNanos()).setBilledImpressions(sum.getImpressions())
                        .setLateNanos(sum.getLateNanos());
            }
        }
        return spend.build();
    }

    /** What has been settled of all days. */
    public long settledNanos() {
        return state.getSettledNanos();
    }

    /** What has been settled of a day; 0 if it is not kept. */
    public long settledNanos(int day) {
        for (LedgerDay sum : state.getDayList()) {
            if (sum.getDay() == day) {
                return sum.getSettledNanos();
            }
        }
        return 0;
    }

    /** What bidders can still owe, of all days. */
    public long outstandingNanos() {
        return state.getLeaseList().stream().mapToLong(Account::outstandingNanos).sum();
    }

    /** What bidders can still owe of a day. */
    public long outstandingNanos(int day) {
        return state.getLeaseList().stream().filter(lease -> lease.getDay() == day)
                .mapToLong(Account::outstandingNanos).sum();
    }

    private static long outstandingNanos(LedgerLease lease) {
        return Math.max(0, lease.getGrantedNanos() - lease.getReturnedNanos() - lease.getSettledNanos());
    }

    /** What should have been settled of the day's budget by now, for reports. */
    public double planNanos(long nowMs) {
        ZoneId zone = zone();
        return pacer.planNanos(state.getPacingBuilder(), state.getTerms(), zone, spent(BudgetDay.number(nowMs, zone)),
                nowMs);
    }

    private long freeNanos(int day) {
        long daily = state.getTerms().getDailyNanos();
        return daily < 0 ? NO_BOUND : Math.max(0, daily - settledNanos(day) - outstandingNanos(day));
    }

    private long freeNanos() {
        long total = state.getTerms().getTotalNanos();
        return total < 0 ? NO_BOUND : Math.max(0, total - state.getSettledNanos() - outstandingNanos());
    }

    /* A campaign that is steered to a cost per click may have spent that for each of its clicks, and for one more. */
    private long freeOfClicksNanos() {
        long target = state.getTerms().getTargetCpcNanos();
        long clicks = state.getClicks() + 1;
        if (target == 0 || clicks > MONEY_MAX / target) {
            return NO_BOUND;
        }
        return Math.max(0, target * clicks - state.getSettledNanos() - outstandingNanos());
    }

    private LedgerLease.@Nullable Builder find(long leaseId) {
        for (int i = 0; i < state.getLeaseCount(); i++) {
            if (state.getLease(i).getLeaseId() == leaseId) {
                return state.getLeaseBuilder(i);
            }
        }
        return null;
    }
}
