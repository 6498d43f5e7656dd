package io.sextant.bidder.notice;

/** What became of an attempt to open a token. */
public enum TokenStatus {
    /** Sealed by this fleet, for this kind of notice, and young enough. */
    OPENED,
    /** No token was given. */
    MISSING,
    /** Not a token at all: wrong alphabet, length or version. */
    MALFORMED,
    /** Sealed with a key that this process does not have (any more). */
    UNKNOWN_KEY,
    /** Altered, or sealed for another kind of notice. */
    REJECTED,
    /** Older than the maximum age, or from the future by more than clocks may differ. */
    EXPIRED
}
