package io.sextant.bidder.shading;

import org.jspecify.annotations.Nullable;

/**
 * What is known of all segments at one time, and the bids that follow. A segment is a leaf cell of supply and a band of
 * values: supply that looks better to us looks better to others, so prices rise with what we think of it. Immutable and
 * thread-safe; hot path, allocates nothing.
 */
public final class ShadingCurves {
    private final ShadingConfig config;
    private final @Nullable WinCurve[] segments;
    private final WinCurve everything;
    private final double seen;

    ShadingCurves(ShadingConfig config, @Nullable WinCurve[] segments, WinCurve everything, double seen) {
        this.config = config;
        this.segments = segments;
        this.everything = everything;
        this.seen = seen;
    }

    /**
     * What to bid.
     *
     * @param cell           number of the leaf cell, 0 or more; one that nothing is known of is bid like all others together
     * @param firstPrice     whether the winner pays its bid; in other auctions the value is the bid
     * @param valueCpmMicros what the impression is worth, after margin and modifier, above 0
     * @param floorCpmMicros lowest bid that is accepted; 0 for none
     * @param draw           uniform in 0..1, of this decision: whether, and what, it explores
     * @return at least the smaller of floor and value, at most the value
     */
    public long bidCpmMicros(int cell, boolean firstPrice, long valueCpmMicros, long floorCpmMicros, double draw) {
        return bidCpmMicros(cell, firstPrice, valueCpmMicros, valueCpmMicros, floorCpmMicros, draw);
    }

    /**
     * The same for an impression of which no more than a part of what it is worth may be bid, as a budget's strategy says.
     *
     * @param worthCpmMicros what it is worth, which rivals' prices go with
     * @param valueCpmMicros the most that may be bid, above 0
     */
    public long bidCpmMicros(int cell, boolean firstPrice, long worthCpmMicros, long valueCpmMicros,
            long floorCpmMicros, double draw) {
        if (!config.enabled() || !firstPrice || seen < config.auctionsMin() || floorCpmMicros >= valueCpmMicros) {
            return valueCpmMicros;
        }
        double least = Math.max((double) floorCpmMicros, config.leastShare() * valueCpmMicros);
        double bid = draw < config.exploreShare()
                ? least + (valueCpmMicros - least) * draw / config.exploreShare()
                : curve(cell, worthCpmMicros).bid((double) valueCpmMicros, least);
        // Upwards: a bid at the floor stays at the floor.
        return Math.min(valueCpmMicros, (long) Math.ceil(bid));
    }

    /** Win chances of impressions of this worth in this cell. */
    public WinCurve curve(int cell, long valueCpmMicros) {
        int number = ShadingLearner.segment(cell, valueCpmMicros);
        WinCurve segment = number < segments.length ? segments[number] : null;
        return segment == null ? everything : segment;
    }

    /** Auctions behind all this, old ones counting less. */
    public double seen() {
        return seen;
    }
}
