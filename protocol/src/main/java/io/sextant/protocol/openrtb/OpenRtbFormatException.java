package io.sextant.protocol.openrtb;

import org.jspecify.annotations.Nullable;

/**
 * A body that is no OpenRTB message, or a message that cannot be written as JSON. {@link #getMessage()} names the place
 * and what was expected there, as in {@code imp[0].banner.w: expected an integer, found "wide"}, and is fit for the
 * answer to the peer. Thrown on bad input only, so it carries no stack trace.
 */
public final class OpenRtbFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;

    OpenRtbFormatException(String place, String problem) {
        this(place, problem, null);
    }

    OpenRtbFormatException(String place, String problem, @Nullable Throwable cause) {
        super((place.isEmpty() ? "body" : place) + ": " + problem, cause, false, false);
        this.place = place;
    }

    /** Path of the field, as in {@code imp[0].banner.w}; empty for the body as a whole. */
    public String place() {
        return place;
    }
}
