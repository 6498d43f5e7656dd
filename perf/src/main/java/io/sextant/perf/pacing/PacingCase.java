package io.sextant.perf.pacing;

import io.sextant.bidder.campaign.Budget;
import java.time.ZoneOffset;
import java.util.List;

/**
 * An account that is run.
 *
 * @param name         for people
 * @param pacing       how its day's budget is spread
 * @param budgetNanos  of a day
 * @param bid          in every auction, thousandths of the currency unit per thousand impressions
 * @param billDelayS   mean time from a bid to its bill, s
 * @param lossesTold   share of the lost auctions that the exchange tells of
 */
record PacingCase(String name, Budget.Pacing pacing, long budgetNanos, int bid, int billDelayS, double lossesTold) {
    /** A thousandth of a currency unit per thousand impressions is so many nanos for one. */
    static final long NANOS = 1_000;

    private static final int BILL_S = 60;
    private static final int SLOW_BILL_S = 300;

    /**
     * Budgets beside each other.
     *
     * @param bid wins in some auctions
     */
    static List<PacingCase> all(HourlyTraffic traffic, int bid) {
        double demand = traffic.cost(bid) * NANOS;
        double impression = demand / traffic.wins(bid);
        return List.of(of("half of demand", Budget.Pacing.EVEN, 0.5 * demand, bid),
                of("half of demand", Budget.Pacing.TRAFFIC, 0.5 * demand, bid),
                of("tenth of demand", Budget.Pacing.EVEN, 0.1 * demand, bid),
                of("tenth of demand", Budget.Pacing.TRAFFIC, 0.1 * demand, bid),
                new PacingCase("half, slow bills", Budget.Pacing.TRAFFIC, whole(0.5 * demand), bid, SLOW_BILL_S, 1),
                new PacingCase("half, losses not told", Budget.Pacing.TRAFFIC, whole(0.5 * demand), bid, BILL_S, 0),
                of("half of demand", Budget.Pacing.ASAP, 0.5 * demand, bid),
                of("more than demand", Budget.Pacing.TRAFFIC, 1.5 * demand, bid),
                of("500 impressions", Budget.Pacing.EVEN, 500 * impression, bid),
                of("50 impressions", Budget.Pacing.EVEN, 50 * impression, bid),
                of("5 impressions", Budget.Pacing.EVEN, 5 * impression, bid));
    }

    private static PacingCase of(String name, Budget.Pacing pacing, double budgetNanos, int bid) {
        return new PacingCase(name, pacing, whole(budgetNanos), bid, BILL_S, 1);
    }

    /* Catalogues name budgets in micros. */
    private static long whole(double budgetNanos) {
        return Math.round(budgetNanos / NANOS) * NANOS;
    }

    /** As the catalogue would say it. */
    Budget budget() {
        return new Budget(budgetNanos / NANOS, Budget.UNLIMITED, ZoneOffset.UTC, pacing, 0,
                Budget.Bidding.VALUE);
    }
}
