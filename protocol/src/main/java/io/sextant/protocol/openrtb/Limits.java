package io.sextant.protocol.openrtb;

/**
 * Every bound of this package, with its reason. What passes one is refused with an {@link OpenRtbFormatException} or,
 * by {@link BidRequestValidator}, with the field's path; it is never cut off silently.
 */
public final class Limits {
    /**
     * Bytes of one body, JSON or protobuf, after inflation. Requests are 2 to 30 kB and responses below 100 kB; the
     * bidder stops earlier, so this is the bound of a tool or test that hands the codec a file.
     */
    public static final int BODY_BYTES_MAX = 1 << 20;

    /**
     * Levels of JSON objects and arrays. The deepest modelled path has 13
     * ({@code imp[].native.request.assets[].video.companionad[].format[].ext}); the rest is left to vendors' ext
     * objects.
     */
    public static final int JSON_DEPTH_MAX = 32;

    /**
     * Levels of nested protobuf messages. A level of a free-form {@code google.protobuf.Value} is three messages, so
     * {@link #JSON_DEPTH_MAX} levels of JSON fit.
     */
    public static final int PROTOBUF_DEPTH_MAX = 100;

    /**
     * Elements of one modelled array. The longest real ones are {@code badv} and {@code bapp}, with a few thousand
     * entries.
     */
    public static final int ARRAY_ELEMENTS_MAX = 10_000;

    /** Characters of one number: a double's shortest form has at most 24, the rest is slack for padded decimals. */
    public static final int NUMBER_CHARS_MAX = 256;

    /** Bytes in UTF-8 of one member name read: real ones stay below 64, but ext objects may be keyed by URLs. */
    public static final int NAME_BYTES_MAX = 2_048;

    /** Bytes that an idle codec keeps for its next message; above that a rare huge message gives its memory back. */
    public static final int RETAINED_BUFFER_BYTES = 1 << 20;

    /**
     * Impressions of one request. Interfaces with many slots stay below 50; checks for duplicate ids and the answer's
     * size grow with it.
     */
    public static final int IMPRESSIONS_MAX = 200;

    /** Characters of a request or impression id: they are copied into bid ids, notices and log lines. */
    public static final int ID_CHARS_MAX = 256;

    /** Pixels of a width or height. The largest billboards are below 20,000; above that it is a mistake. */
    public static final int PIXELS_MAX = 32_767;

    /**
     * Currency units per thousand impressions of a floor. Above a million it is a mistake, and amounts in micros keep
     * far from the end of a long.
     */
    public static final double FLOOR_CPM_MAX = 1_000_000;

    private Limits() {}
}
