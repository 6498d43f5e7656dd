package io.sextant.bidder.campaign;

import java.util.Locale;

/** Device types that can be targeted (OpenRTB list "Device Types", by code). */
public enum DeviceType {
    /** Mobile or tablet, not told which. */
    MOBILE(1),
    /** Personal computer. */
    PC(2),
    /** Connected TV. */
    TV(3),
    /** Phone. */
    PHONE(4),
    /** Tablet. */
    TABLET(5),
    /** Connected device. */
    CONNECTED_DEVICE(6),
    /** Set top box. */
    SET_TOP_BOX(7),
    /** Out-of-home screen. */
    OUT_OF_HOME(8);

    private final int code;

    DeviceType(int code) {
        this.code = code;
    }

    /** The value of {@code device.devicetype}. */
    public int code() {
        return code;
    }

    /** The name in the catalogue, "set-top-box" for example. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
