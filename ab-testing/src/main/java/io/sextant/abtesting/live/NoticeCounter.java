package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What became of the messages that were read. */
public enum NoticeCounter {
    /** Counted. */
    COUNTED("counted"),
    /** The same notice of the same bid had been read. */
    DUPLICATE("told more than once"),
    /** The price is above the bid. */
    PRICE_ABOVE_BID("with a price above the bid"),
    /** The price is below 0. */
    PRICE_INVALID("with a price below 0"),
    /** There is no bid in it, or another one than its key says. */
    WITHOUT_BID("without a bid"),
    /** Too long after the bid. */
    EXPIRED("too long after the bid"),
    /** Of an arm that the settings do not name. */
    UNKNOWN_ARM("of an arm that experiment.arms does not name"),
    /** The bid was made at another time. */
    OUTSIDE("of bids at another time"),
    /** Not what the topic should hold. */
    UNREADABLE("unreadable"),
    /** A click without an impression, or too late after it. */
    CLICK_NOT_COUNTED("clicks without an impression, or too late after it"),
    /** Something was to be paid, and no notice told how much. */
    PRICE_MISSING("paid impressions without a price");

    private final String words;

    NoticeCounter(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
