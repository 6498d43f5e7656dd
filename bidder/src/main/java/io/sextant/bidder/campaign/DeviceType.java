package io.sextant.bidder.campaign;

import java.util.Locale;

/** Device types that can be targeted (OpenRTB list "Device Types", by ordinal plus one). */
public enum DeviceType {
    /** Mobile or tablet, not told which. */
    MOBILE,
    /** Personal computer. */
    PC,
    /** Connected TV. */
    TV,
    /** Phone. */
    PHONE,
    /** Tablet. */
    TABLET,
    /** Connected device. */
    CONNECTED_DEVICE,
    /** Set top box. */
    SET_TOP_BOX,
    /** Out-of-home screen. */
    OUT_OF_HOME;

    /** The value of {@code device.devicetype}. */
    public int code() {
        return ordinal() + 1;
    }

    /** The name in the catalogue, "set-top-box" for example. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
