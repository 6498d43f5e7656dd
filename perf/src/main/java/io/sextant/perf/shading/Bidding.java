package io.sextant.perf.shading;

import io.sextant.bidder.shading.ShadingConfig;

/** A way of bidding in first-price auctions. In second-price auctions every one bids the value. */
enum Bidding {
    /** The value. */
    VALUE("value", false, false, 0),
    /** The value less the margin that campaigns have by default. */
    MARGIN("margin 15 %", false, false, 0.15),
    /** A share that is the same everywhere, as somebody might set it by hand. */
    FLAT_30("margin 30 %", false, false, 0.30),
    /** A higher one. */
    FLAT_45("margin 45 %", false, false, 0.45),
    /** Shaded, where the exchange tells the minimum bid to win, of wins and losses. */
    TOLD("shaded, told", true, true, 0),
    /** Shaded, by wins and losses alone. */
    BLIND("shaded, blind", true, false, 0);

    private final String label;
    private final boolean shades;
    private final boolean told;
    private final double margin;

    Bidding(String label, boolean shades, boolean told, double margin) {
        this.label = label;
        this.shades = shades;
        this.told = told;
        this.margin = margin;
    }

    String label() {
        return label;
    }

    /** Whether the exchange tells what a bid had to reach. */
    boolean told() {
        return told;
    }

    /** Share of the value that is not bid. */
    double margin() {
        return margin;
    }

    ShadingConfig config() {
        return ShadingConfig.standard(shades);
    }
}
