package io.sextant.bidder.campaign;

import java.util.Locale;

/** The formats that creatives can have and impressions can offer. */
public enum AdFormat {
    /** Image or HTML in a rectangle. */
    BANNER(1),
    /** Linear video, answered with VAST. */
    VIDEO(2),
    /** Sound; offered by exchanges, but no creative has it, so such impressions get no bid. */
    AUDIO(3),
    /** Assets that the publisher lays out. */
    NATIVE(4);

    private final int mtype;
    private final String label = name().toLowerCase(Locale.ROOT);

    AdFormat(int mtype) {
        this.mtype = mtype;
    }

    /** OpenRTB markup type, {@code bid.mtype}. */
    public int mtype() {
        return mtype;
    }

    /** The format's name in cells, events and the catalogue: "banner", "video", "audio" or "native". */
    public String label() {
        return label;
    }
}
