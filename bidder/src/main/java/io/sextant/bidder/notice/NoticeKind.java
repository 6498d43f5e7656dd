package io.sextant.bidder.notice;

import io.sextant.protocol.Topics;
import org.jspecify.annotations.Nullable;

/**
 * The separate things that an exchange or a browser tells about one bid. A token is good for one kind only.
 */
public enum NoticeKind {
    /** The auction was won ({@code nurl}). */
    WIN(1, Topics.WINS),
    /** The win is billed ({@code burl}). */
    BILL(2, Topics.BILLS),
    /** The auction was lost ({@code lurl}); counted, not journalled. */
    LOSS(3, null),
    /** The ad was shown (pixel). */
    IMPRESSION(4, Topics.IMPRESSIONS),
    /** The ad was clicked. */
    CLICK(5, Topics.CLICKS);

    /** How many there are; their codes are 1 to this. */
    static final int COUNT = values().length;

    private final byte code;
    private final @Nullable Topics topic;

    NoticeKind(int code, @Nullable Topics topic) {
        this.code = (byte) code;
        this.topic = topic;
    }

    /** Number of the kind in tokens and in the journal; never reused. */
    byte code() {
        return code;
    }

    /** Number of its part among the proofs of all kinds. */
    int proofNumber() {
        return code - 1;
    }

    /** Topic that the notice is forwarded to, or null where it is only counted. */
    public @Nullable Topics topic() {
        return topic;
    }

    /** The kind with the given code, or null. */
    static @Nullable NoticeKind of(byte code) {
        for (NoticeKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
