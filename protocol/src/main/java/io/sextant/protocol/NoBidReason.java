package io.sextant.protocol;

/**
 * Why an impression, or a whole request, got no bid. The ordinal indexes counters; {@link #nbr()} is what a test request
 * is told (OpenRTB list "No-Bid Reason Codes").
 */
public enum NoBidReason {
    /** A bid was made. */
    NONE(0),
    /** The bidder has no model for the arm yet. */
    NO_MODEL(1),
    /** The time that the exchange left is used up. */
    TIMEOUT(1),
    /** A bug: the request is dropped, the cause is logged. */
    INTERNAL_ERROR(1),
    /** The exchange is not configured here or is switched off. */
    UNKNOWN_EXCHANGE(7),
    /** The request allows no currency that the bidder has a rate for. */
    NO_CURRENCY(2),
    /** The publisher, site or app is blocked here. */
    BLOCKED_SUPPLY(7),
    /** No campaign targets this impression. */
    NO_CAMPAIGN(500),
    /** Campaigns match, but the request blocks their categories. */
    BLOCKED_CATEGORY(500),
    /** Campaigns match, but the request blocks their advertisers or apps. */
    BLOCKED_ADVERTISER(500),
    /** Campaigns match, but the request blocks their creatives' attributes. */
    BLOCKED_ATTRIBUTE(500),
    /** No creative fits the impression's size, duration, type or assets. */
    NO_CREATIVE(500),
    /** Campaigns match, but their budgets are used up, or what their leases have left is less than the bid. */
    NO_BUDGET(500),
    /** Campaigns match, but none has a lease of its budget yet, or bids enough are open. */
    NO_LEASE(500),
    /** Campaigns match, but are held back to spread their budgets. */
    PACED(500),
    /** Campaigns match, but an operator has stopped them; or the exchange, or everything. */
    STOPPED(500),
    /** The ledger that settles what is spent has not been heard of for too long. */
    LEDGER_SILENT(500),
    /** The best price is below the floor. */
    BELOW_FLOOR(500),
    /** The request has more impressions than are scored. */
    TOO_MANY_IMPRESSIONS(500),
    /** The impression's deals are for other seats or private. */
    NO_DEAL(500),
    /** Every matching creative is used by another impression of the request. */
    CREATIVE_USED(500);

    private final int nbr;

    NoBidReason(int nbr) {
        this.nbr = nbr;
    }

    /** OpenRTB no-bid reason code; 500 and above are exchange- or bidder-specific. */
    public int nbr() {
        return nbr;
    }
}
