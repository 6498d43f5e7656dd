package io.sextant.protocol.openrtb;

/**
 * A body that is no OpenRTB message, or a message that cannot be written as JSON. {@link #getMessage()} names the place
 * and what was expected there, as in {@code imp[0].banner.w: expected an integer, found "wide"}, and is fit for the
 * answer to the peer. Bad input is no bug, and may come in numbers, so it carries neither stack trace nor cause.
 */
public final class OpenRtbFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;

    OpenRtbFormatException(String place, String problem) {
        super((place.isEmpty() ? "body" : place) + ": " + problem, null, false, false);
        this.place = place;
    }

    /** Path of the field, as in {@code imp[0].banner.w}; empty for the body as a whole. */
    public String place() {
        return place;
    }
}
