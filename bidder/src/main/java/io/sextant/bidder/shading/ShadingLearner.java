package io.sextant.bidder.shading;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Learns what first-price auctions are won at, from how those ended that were bid in. One owner; nothing is synchronised.
 */
/*
 * Three levels: everything, a cell, a band of values in a cell. Each takes the one above for a prior, so a segment that is
 * seldom met is bid like its cell, and bends away from it as its own auctions count. What is counted is always the highest
 * rival, never the floor: the floor is told with each request, and belongs to the bid.
 */
public final class ShadingLearner {
    /** Bands of values, each twice as high as the one before. */
    static final int BANDS = 24;
    private static final int LOWEST_BAND = Long.SIZE - Long.numberOfLeadingZeros(1_000);
    private static final double HEAVY = 1e100;

    private final ShadingConfig config;
    private final PriceCounts[] segments;
    private final double[] weights;
    private final double keep;

    /**
     * Knows nothing yet.
     *
     * @param cells number of leaf cells, 1 or more
     */
    public ShadingLearner(ShadingConfig config, int cells) {
        if (cells < 1) {
            throw new IllegalArgumentException(cells + " cells of supply; there must be at least one");
        }
        this.config = config;
        this.segments = new PriceCounts[cells * BANDS];
        Arrays.setAll(segments, _ -> new PriceCounts());
        this.weights = new double[cells];
        Arrays.fill(weights, 1);
        this.keep = Math.exp(1 / config.memory());
    }

    static int segment(int cell, long valueCpmMicros) {
        int band = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, valueCpmMicros)) - LOWEST_BAND;
        return cell * BANDS + Math.clamp(band, 0, BANDS - 1);
    }

    /**
     * The exchange told what a bid had to reach, won or lost.
     *
     * @param cell             as bid in
     * @param valueCpmMicros   what the impression was worth to the bid, before shading
     * @param floorCpmMicros   lowest bid that was accepted; 0 for none
     * @param minToWinCpmMicros minimum bid to win, 0 or more
     */
    public void told(int cell, long valueCpmMicros, long floorCpmMicros, long minToWinCpmMicros) {
        PriceCounts counts = segments[segment(cell, valueCpmMicros)];
        if (minToWinCpmMicros > floorCpmMicros) {
            counts.told((double) minToWinCpmMicros, next(cell));
        } else if (floorCpmMicros > 0) {
            counts.atMost((double) floorCpmMicros, next(cell));
        } else {
            counts.told(0, next(cell));
        }
    }

    /** A bid won, and no more was told. Parameters as of {@link #told}. */
    public void won(int cell, long valueCpmMicros, long bidCpmMicros) {
        segments[segment(cell, valueCpmMicros)].atMost((double) bidCpmMicros, next(cell));
    }

    /** A bid that reached the floor lost to a higher one, or was never heard of. Parameters as of {@link #told}. */
    public void lost(int cell, long valueCpmMicros, long bidCpmMicros) {
        segments[segment(cell, valueCpmMicros)].above((double) bidCpmMicros, next(cell));
    }

    /** Instead of fading all that is old, what is new weighs more. */
    private double next(int cell) {
        weights[cell] *= keep;
        if (weights[cell] > HEAVY) {
            for (int band = 0; band < BANDS; band++) {
                segments[cell * BANDS + band].scale(1 / weights[cell]);
            }
            weights[cell] = 1;
        }
        return weights[cell];
    }

    /** What is known by now. */
    public ShadingCurves curves() {
        int cells = weights.length;
        PriceCounts all = new PriceCounts();
        PriceCounts[] byCell = new PriceCounts[cells];
        for (int cell = 0; cell < cells; cell++) {
            byCell[cell] = new PriceCounts();
            for (int band = 0; band < BANDS; band++) {
                byCell[cell].add(segments[cell * BANDS + band], 1 / weights[cell]);
            }
            all.add(byCell[cell], 1);
        }
        double[] flat = new double[PriceGrid.EDGES];
        Arrays.fill(flat, 1.0 / flat.length);
        double[] everything = all.chances(flat, config.priorWeight());
        @Nullable
        WinCurve[] curves = new WinCurve[segments.length];
        for (int cell = 0; cell < cells; cell++) {
            if (byCell[cell].sum() > 0) {
                fill(cell, byCell[cell].chances(everything, config.priorWeight()), curves);
            }
        }
        return new ShadingCurves(config, curves, new WinCurve(everything), all.sum());
    }

    private void fill(int cell, double[] ofCell, @Nullable WinCurve[] curves) {
        WinCurve wide = new WinCurve(ofCell);
        for (int band = 0; band < BANDS; band++) {
            int number = cell * BANDS + band;
            curves[number] = segments[number].sum() > 0
                    ? new WinCurve(faded(number, cell).chances(ofCell, config.priorWeight()))
                    : wide;
        }
    }

    private PriceCounts faded(int number, int cell) {
        PriceCounts counts = new PriceCounts();
        counts.add(segments[number], 1 / weights[cell]);
        return counts;
    }
}
