package io.sextant.bidder.spending;

/** What happens to reservations; the constants index counters. */
public enum ReservationEvent {
    /** A bid reserved what it can cost. */
    OPENED,
    /** A bid was lost, and what it had reserved is free again. */
    RELEASED,
    /** A bid was neither lost nor, in time, billed; or it was, and has been settled. What it had reserved is free again. */
    EXPIRED,
    /** There was no room for another reservation, and no bid. */
    FULL,
    /** A loss came twice, or late, or from a life of this process that is over. */
    UNKNOWN
}
