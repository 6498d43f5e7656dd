package io.sextant.bidder.decision;

import java.io.IOException;

/** What a decision was made with is no longer to be had, so it cannot be kept; another decision may be luckier. */
final class StateGoneException extends IOException {
    private static final long serialVersionUID = 1;

    StateGoneException(String message, Throwable cause) {
        super(message, cause);
    }

    StateGoneException(String message) {
        super(message);
    }
}
