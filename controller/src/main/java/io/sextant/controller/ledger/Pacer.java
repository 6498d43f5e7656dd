package io.sextant.controller.ledger;

import io.sextant.controller.LedgerConfig.PacingConfig;
import io.sextant.controller.state.PacingState;
import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.Pacing;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;

/**
 * Steers what an account spends in the course of a day: how often it may enter an auction and, where it has a target cost per
 * click, what its bids are multiplied by. Pure: state, money and time are arguments. Stateless, safe for any thread.
 */
public final class Pacer {
    /*
     * Plan: the day's budget times the share of the day's traffic so far; of its time where pacing is even or the traffic is
     * not known. The curve is learned hour by hour and is taken over at midnight, so that a day's plan does not move.
     *
     * Law: the rate that is needed is the plan's own, plus what makes good the difference between plan and spend within the
     * horizon. Divided by the rate of opportunities and by what one that was let pass has cost, it is the share to let pass.
     * Both are learned from what happened, and go on over midnight; so does the share itself.
     *
     * What an opportunity costs is a ratio of sums that fade with time, but never faster than impressions come: a budget of
     * five impressions a day would otherwise forget each before the next, take itself for cheap, and spend in bursts.
     * Until a first impression has been paid the share doubles with time, and is at least what would be right if every
     * opportunity cost the smallest slice: so a handful of impressions is not spent before the first bill has come.
     *
     * Cost per click: the logarithm of the factor is an integral of clicks less the clicks that were paid for. It comes to
     * rest only where each click costs its target.
     */
    /** Over which the plan's own rate is taken. */
    private static final long PLAN_AHEAD_MS = 60_000;
    private static final double RATE_MEMORY_S = 60;
    /** Of an hour, for it to tell how much comes in the whole. */
    private static final double HOUR_SEEN_MIN = 0.5;
    /** After a time in which nobody asked for a lease, more than this tells nothing. */
    private static final double STEP_MAX_S = 300;
    private static final double IMPRESSIONS_REMEMBERED = 200;
    private static final double PASS_MIN = 1e-6;
    /** What an account starts with. */
    private static final double PASS_UNKNOWN = 1e-4;
    /** Clicks whose lack changes bids by a factor of e. */
    private static final double CLICKS_REMEMBERED = 20;
    private static final double BID_FACTOR_MIN = 0.1;
    private static final double BID_FACTOR_MAX = 4;

    private final PacingConfig config;
    private final double costPriorNanos;

    /**
     * Makes one.
     *
     * @param costPriorNanos what an opportunity that is let pass is taken to cost until one is known, above 0
     */
    public Pacer(PacingConfig config, double costPriorNanos) {
        this.config = config;
        this.costPriorNanos = costPriorNanos;
    }

    /**
     * What has become of an account's money. Nanos of the settlement currency.
     *
     * @param dayNanos    settled of the day's budget
     * @param nanos       settled of all days
     * @param impressions that were charged, of all days
     * @param clicks      of all days
     */
    public record Spent(long dayNanos, long nanos, long impressions, long clicks) {}

    /** The state of an account that nothing is known of. */
    public static PacingState start() {
        return PacingState.newBuilder().setPass(PASS_UNKNOWN).setBidFactor(1).setOpportunityRate(-1)
                .addAllHourMean(Collections.nCopies(DayTraffic.HOURS, -1.0)).build();
    }

    /** Notes opportunities that have been told of. */
    void opportunities(PacingState.Builder state, long count, ZoneId zone, long nowMs) {
        rollHour(state, zone, nowMs);
        state.setHourOpportunities(state.getHourOpportunities() + count);
        state.setNewOpportunities(state.getNewOpportunities() + count);
    }

    /** When the next step is due. */
    long dueMs(PacingState.Builder state) {
        return state.getStepMs() + config.step().toMillis();
    }

    /** Looks at spend and plan. */
    void step(PacingState.Builder state, BudgetTerms terms, ZoneId zone, Spent spent, long nowMs) {
        rollHour(state, zone, nowMs);
        double stepS = state.getStepMs() == 0 ? 0 : Math.clamp((nowMs - state.getStepMs()) / 1000.0, 0, STEP_MAX_S);
        BudgetDay day = BudgetDay.at(nowMs, zone);
        if (state.getDay() != day.number()) {
            state.setDay(day.number()).clearPlan();
            if (terms.getPacing() == Pacing.PACING_TRAFFIC && learned(state)) {
                state.addAllPlan(state.getHourMeanList());
            }
        }
        observe(state, spent, stepS);
        state.setBidFactor(bidFactor(state, terms, spent));
        state.setPass(pass(state, terms, day, spent, stepS, nowMs));
        state.setStepMs(nowMs).setNewOpportunities(0).setSettledNanos(spent.nanos)
                .setImpressions(spent.impressions).setClicks(spent.clicks);
    }

    /** What should have been spent of a day's budget by now, nanos; the whole of it where the budget is not spread. */
    double planNanos(PacingState.Builder state, BudgetTerms terms, ZoneId zone, Spent spent, long nowMs) {
        double budget = budgetNanos(terms, spent);
        return terms.getPacing() == Pacing.PACING_ASAP ? budget
                : budget * DayTraffic.share(BudgetDay.at(nowMs, zone), nowMs, state.getPlanList());
    }

    /** Share of a day's traffic that is still to come, 0 to 1. */
    static double trafficLeft(PacingState.Builder state, BudgetDay day, long nowMs) {
        return 1 - DayTraffic.share(day, nowMs, learned(state) ? state.getHourMeanList() : List.of());
    }

    /** Opportunities that are expected until the day's end; 0 where nothing is known of them. */
    static long opportunitiesLeft(PacingState.Builder state, BudgetDay day, long nowMs) {
        if (learned(state)) {
            return Math.round(DayTraffic.traffic(day, day.untilMs(), state.getHourMeanList())
                    - DayTraffic.traffic(day, nowMs, state.getHourMeanList()));
        }
        double leftS = (day.untilMs() - Math.clamp(nowMs, day.fromMs(), day.untilMs())) / 1000.0;
        return Math.round(Math.max(0, state.getOpportunityRate()) * leftS);
    }

    private static boolean learned(PacingState.Builder state) {
        double sum = 0;
        for (double mean : state.getHourMeanList()) {
            if (mean < 0) {
                return false;
            }
            sum += mean;
        }
        return sum > 0;
    }

    /* An hour in which nobody asked for a lease had no opportunities. */
    private void rollHour(PacingState.Builder state, ZoneId zone, long nowMs) {
        long hourMs = DayTraffic.hourStartMs(nowMs, zone);
        if (hourMs == state.getHourMs()) {
            return;
        }
        boolean goesOn = state.getHourMs() > 0 && hourMs > state.getHourMs();
        if (goesOn) {
            double seen = (state.getHourMs() + DayTraffic.HOUR_MS - state.getHourFromMs())
                    / (double) DayTraffic.HOUR_MS;
            if (seen >= HOUR_SEEN_MIN) {
                learn(state, DayTraffic.hour(state.getHourMs(), zone), state.getHourOpportunities() / seen);
            }
            long emptyMs = Math.max(state.getHourMs() + DayTraffic.HOUR_MS,
                    hourMs - DayTraffic.HOURS * DayTraffic.HOUR_MS);
            for (; emptyMs < hourMs; emptyMs += DayTraffic.HOUR_MS) {
                learn(state, DayTraffic.hour(emptyMs, zone), 0);
            }
        }
        state.setHourMs(hourMs).setHourFromMs(goesOn ? hourMs : nowMs).setHourOpportunities(0);
    }

    private void learn(PacingState.Builder state, int hour, double opportunities) {
        double mean = state.getHourMean(hour);
        state.setHourMean(hour, mean < 0 ? opportunities : mean + config.fade() * (opportunities - mean));
    }

    private void observe(PacingState.Builder state, Spent spent, double stepS) {
        if (stepS == 0) {
            return;
        }
        double rate = state.getNewOpportunities() / stepS;
        double before = state.getOpportunityRate();
        if (before >= 0) {
            state.setOpportunityRate(before + (rate - before) * (1 - Math.exp(-stepS / RATE_MEMORY_S)));
        } else if (rate > 0) {
            state.setOpportunityRate(rate);
        }
        double forgotten = Math.min(1, Math.min(stepS * 1000 / config.memory().toMillis(),
                (spent.impressions - state.getImpressions()) / IMPRESSIONS_REMEMBERED));
        state.setSpendNanos((1 - forgotten) * state.getSpendNanos() + (spent.nanos - state.getSettledNanos()))
                .setPassedOpportunities((1 - forgotten) * state.getPassedOpportunities()
                        + state.getPass() * state.getNewOpportunities());
    }

    private static double bidFactor(PacingState.Builder state, BudgetTerms terms, Spent spent) {
        double target = terms.getTargetCpcNanos();
        if (target <= 0) {
            return 1;
        }
        double clicks = spent.clicks - state.getClicks() - (spent.nanos - state.getSettledNanos()) / target;
        return Math.clamp(state.getBidFactor() * Math.exp(clicks / CLICKS_REMEMBERED), BID_FACTOR_MIN,
                BID_FACTOR_MAX);
    }

    private double pass(PacingState.Builder state, BudgetTerms terms, BudgetDay day, Spent spent, double stepS,
            long nowMs) {
        if (terms.getPacing() == Pacing.PACING_ASAP || terms.getDailyNanos() < 0) {
            return 1;
        }
        double budget = budgetNanos(terms, spent);
        double share = DayTraffic.share(day, nowMs, state.getPlanList());
        long aheadMs = Math.min(PLAN_AHEAD_MS, day.untilMs() - nowMs);
        double planned = budget * (DayTraffic.share(day, nowMs + aheadMs, state.getPlanList()) - share) / aheadMs;
        double missing = (budget * share - spent.dayNanos) / config.horizon().toMillis();
        double needed = Math.max(0, 1000 * (planned + missing));
        double rate = state.getOpportunityRate();
        if (state.getSpendNanos() <= 0 || state.getPassedOpportunities() <= 0) {
            double grown = state.getPass() * Math.pow(2, stepS * 1000 / config.ramp().toMillis());
            double cautious = rate > 0 ? needed / (rate * costPriorNanos) : 0;
            return Math.clamp(Math.max(grown, cautious), PASS_MIN, 1);
        }
        if (rate <= 0) {
            return state.getPass();
        }
        double cost = state.getSpendNanos() / state.getPassedOpportunities();
        double wanted = Math.min(1, needed / (rate * cost));
        return state.getPass()
                + (wanted - state.getPass()) * (1 - Math.exp(-stepS * 1000 / config.smoothing().toMillis()));
    }

    /* What is left in all bounds the day. */
    private static double budgetNanos(BudgetTerms terms, Spent spent) {
        double daily = terms.getDailyNanos() < 0 ? Double.POSITIVE_INFINITY : terms.getDailyNanos();
        double total = terms.getTotalNanos() < 0 ? Double.POSITIVE_INFINITY
                : spent.dayNanos + (double) Math.max(0, terms.getTotalNanos() - spent.nanos);
        return Math.min(daily, total);
    }
}
