package io.sextant.controller;

/**
 * What the controller counts, one sentence each. Input that is not used is counted under the reason; nothing is
 * dropped in silence.
 */
public enum ControllerCounter {
    /** Records whose bytes are not a message of their topic. */
    UNREADABLE("Records whose bytes are not a message of their topic"),
    /** Records that passed validation and still failed in processing: a bug. */
    FAILED("Records that passed validation and still failed in processing"),
    /** Messages larger than the broker takes, and so not written. */
    TOO_LARGE("Messages larger than the broker takes, and so not written"),
    /** Stream threads that failed and were replaced. */
    THREAD_REPLACED("Stream threads that failed and were replaced"),
    /** Seconds of an arm with missing or contradictory fields. */
    SECOND_INVALID("Seconds of an arm with missing or contradictory fields"),
    /** Seconds of an arm that came again. */
    SECOND_DUPLICATE("Seconds of an arm that came again"),
    /** Seconds of an arm older than the window and its grace. */
    SECOND_LATE("Seconds of an arm older than the window and its grace"),
    /** Seconds of an arm further in the future than clocks may differ. */
    SECOND_AHEAD("Seconds of an arm further in the future than clocks may differ"),
    /** Uncertainties measured under an epoch that has been replaced. */
    SECOND_STALE_EPOCH("Seconds of an arm whose uncertainties belong to an epoch that has been replaced"),
    /** Times that a leaf cell beyond the bound was counted as "other". */
    CELL_OVERFLOW("Times that a leaf cell beyond the bound was counted as other"),
    /** Windows restarted because the uncertainty epoch changed. */
    WINDOW_RESTARTED("Windows restarted because the uncertainty epoch changed"),
    /** Snapshots published. */
    SNAPSHOT_PUBLISHED("Snapshots published"),
    /** Snapshots published without modifiers to draw from, because those of the arm drawn from are too old. */
    MODIFIERS_STALE("Snapshots published without modifiers to draw from, those being too old"),
    /** Exploration settings in their topic that cannot be used; those before them stay. */
    SETTINGS_REFUSED("Exploration settings in their topic that cannot be used"),
    /** Contents of the watched file of exploration settings that cannot be used; the settings stay. */
    SETTINGS_FILE_REFUSED("Contents of the watched file of exploration settings that cannot be used"),
    /** Changes of exploration settings that this instance wrote, from the file or the admin port. */
    SETTINGS_CHANGED("Changes of exploration settings that this instance wrote"),
    /** Times that exploration was turned off because its premium reached the cap. */
    PREMIUM_CAP_REACHED("Times that exploration was turned off because its premium reached the cap"),
    /** Charges of bids too old for the guard's window. */
    CHARGE_LATE("Charges of bids too old for the guard's window; they still count towards the gain"),
    /** Notices without usable bid facts. */
    NOTICE_WITHOUT_BID("Notices without usable bid facts"),
    /** Notices with a negative price. */
    NOTICE_PRICE_INVALID("Notices with a negative price"),
    /** Notices with a price above the bid. */
    NOTICE_PRICE_ABOVE_BID("Notices with a price above the bid"),
    /** Notices that came later after the bid than anything is accepted. */
    NOTICE_EXPIRED("Notices that came later after the bid than anything is accepted"),
    /** Notices of a bid further in the future than clocks may differ. */
    NOTICE_AHEAD("Notices of a bid further in the future than clocks may differ"),
    /** Win notices that came again. */
    WIN_DUPLICATE("Win notices that came again"),
    /** Billing notices that came again. */
    BILL_DUPLICATE("Billing notices that came again"),
    /** Impression pixels that came again. */
    IMPRESSION_DUPLICATE("Impression pixels that came again"),
    /** Clicks that came again. */
    CLICK_DUPLICATE("Clicks that came again"),
    /** Clicks of a bid whose impression never came. */
    CLICK_WITHOUT_IMPRESSION("Clicks of a bid whose impression never came"),
    /** Impressions of a bid whose win was never told, and that were not trained on. */
    IMPRESSION_WITHOUT_WIN("Impressions of a bid whose win was never told, and that were not trained on"),
    /** Impressions that were not trained on, a notice of their bid having told a price above it. */
    IMPRESSION_DISBELIEVED("Impressions not trained on, a notice of their bid having told a price above it"),
    /** Clicks later after their impression than a correction reaches. */
    CLICK_TOO_LATE("Clicks later after their impression than a correction reaches"),
    /** Notices that cost money and told no price, where the win notice had told none either. */
    PRICE_MISSING("Notices that cost money and told no price, where the win notice had told none either"),
    /** Missing prices that a later win notice told. */
    PRICE_RECOVERED("Missing prices that a later win notice told"),
    /** Impressions that cannot be trained on, their bid telling no features. */
    EXAMPLE_WITHOUT_FEATURES("Impressions that cannot be trained on, their bid telling no features"),
    /** Labelled impressions sent to the trainer. */
    EXAMPLE("Labelled impressions sent to the trainer"),
    /** Labels that did not wait for the whole window, their campaign's clicks coming steadily. */
    LABEL_EARLY("Labels that did not wait for the whole window, their campaign's clicks coming steadily"),
    /** Correction pairs sent to the trainer. */
    EXAMPLE_CORRECTION("Correction pairs sent to the trainer"),
    /** Requests for a lease that were granted something. */
    LEASE_GRANTED("Requests for a lease that were granted something"),
    /** Requests for a lease that came again, and were answered again. */
    LEASE_REQUEST_REPEATED("Requests for a lease that came again, and were answered again"),
    /** Requests for a lease that were too old, or from the future, and were not answered. */
    LEASE_REQUEST_STALE("Requests for a lease that were too old, or from the future, and were not answered"),
    /** Requests for a lease with missing or contradictory fields. */
    LEASE_REQUEST_MALFORMED("Requests for a lease with missing or contradictory fields"),
    /** Requests for a lease of an account that has too many. */
    LEASE_REQUEST_REFUSED("Requests for a lease of an account that has too many"),
    /** Leases whose bidder was not heard of any more, and whose money is free again. */
    LEASE_FORGOTTEN("Leases whose bidder was not heard of any more, and whose money is free again"),
    /** Charges that came after their lease had been forgotten: they may be above a budget. */
    LEASE_CHARGE_LATE("Charges that came after their lease had been forgotten, and may be above a budget"),
    /** Charges of more than their lease had left. */
    LEASE_OVERDRAWN("Charges of more than their lease had left"),
    /** Charges whose day contradicts the time of their bid; they count on the day of the bid in UTC. */
    CHARGE_DAY_INVALID("Charges whose day contradicts the time of their bid"),
    /** Charges of a day that is not kept any more; they count in the total only. */
    CHARGE_DAY_FORGOTTEN("Charges of a day that is not kept any more"),
    /** Orders to stop bidding, or to go on, that this instance wrote. */
    STOP_WRITTEN("Orders to stop bidding, or to go on, that this instance wrote");

    private final String sentence;

    ControllerCounter(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people. */
    public String sentence() {
        return sentence;
    }
}
