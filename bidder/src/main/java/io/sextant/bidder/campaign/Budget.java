package io.sextant.bidder.campaign;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * What a campaign may spend, and how. An arm's part of it is its share of traffic.
 *
 * @param dailyMicros     most that may be spent on one day of {@code zone}, micros of USD; {@link #UNLIMITED} for no bound
 * @param totalMicros     most that may be spent ever, micros of USD; {@link #UNLIMITED} for no bound
 * @param zone            whose midnight the day ends at
 * @param pacing          how a day's budget is spread over the day
 * @param targetCpcMicros what a click may cost on average, micros of USD; 0 where bids are not steered by it
 * @param bidding         how bids are lowered to make the budget last
 */
public record Budget(long dailyMicros, long totalMicros, ZoneId zone, Pacing pacing, long targetCpcMicros,
        Bidding bidding) {
    /** A bound that is none. */
    public static final long UNLIMITED = Long.MAX_VALUE;
    /** No bound at all. */
    public static final Budget NONE = new Budget(UNLIMITED, UNLIMITED, ZoneOffset.UTC, Pacing.EVEN, 0, Bidding.VALUE);

    /** How a day's budget is spread. */
    public enum Pacing {
        /** The same every hour. */
        EVEN,
        /** As fast as it comes. */
        ASAP,
        /** As the campaign's traffic came in the last days. */
        TRAFFIC
    }

    /** How bids are lowered to make the budget last; see {@code io.sextant.bidder.strategy}. */
    public enum Bidding {
        /** Not at all: what an impression is worth is bid. */
        VALUE,
        /** In proportion to the value, the mean bid set by budget and prices once a plan. */
        LINEAR,
        /** By the shadow price of the budget, once a plan. */
        LAGRANGIAN,
        /** By the shadow price of what is left, at every bid. */
        RECEDING_HORIZON,
        /** By dynamic programming over budget and auctions left. */
        DYNAMIC_PROGRAMME
    }

    /** Whether anything bounds what is spent, so that bids need a lease. */
    public boolean isBounded() {
        return dailyMicros != UNLIMITED || totalMicros != UNLIMITED || targetCpcMicros > 0;
    }
}
