package io.sextant.bidder.spending;

/** What happens to leases; the constants index counters. */
public enum LeaseEvent {
    /** A lease was asked for, renewed, or told to be over. */
    REQUESTED,
    /** The ledger answered a lease of ours, or told what has been settled on it. */
    GRANTED,
    /** A lease ran out before it was renewed; another one is asked for. */
    EXPIRED,
    /** The ledger closed a lease. */
    CLOSED,
    /** The ledger answered a lease of ours that is no longer kept. */
    UNKNOWN
}
