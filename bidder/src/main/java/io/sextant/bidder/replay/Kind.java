package io.sextant.bidder.replay;

import java.util.Locale;

/** What of a decision can come out different. The constants stand in the order in which a decision comes about. */
enum Kind {
    /** What was asked is not what the event says was asked. */
    REQUEST,
    /** Model, catalogue, modifier table or settings. */
    STATE,
    /** Exchange and format. */
    CELL,
    /** Who is in which arm. */
    ARM,
    /** How many ads were scored, and which might spend. */
    CANDIDATES,
    /** How unsure the model was. */
    UNCERTAINTY,
    /** What the bid was multiplied by. */
    MODIFIER,
    /** The encoded features of request and ad. */
    FEATURES,
    /** The click probabilities. */
    PCTR,
    /** The campaign, and the lease that pays. */
    CAMPAIGN,
    /** The creative. */
    CREATIVE,
    /** The deal. */
    DEAL,
    /** What was bid. */
    PRICE,
    /** The floor that held. */
    FLOOR,
    /** Why there was no bid. */
    REASON,
    /** Computing it failed. */
    ERROR;

    /** As reports write it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
