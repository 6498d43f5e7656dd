package io.sextant.abtesting.live;

import java.io.Serial;

/** What was to be read cannot be: the message names place and remedy. */
public final class LiveDataException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    LiveDataException(String message) {
        super(message);
    }
}
