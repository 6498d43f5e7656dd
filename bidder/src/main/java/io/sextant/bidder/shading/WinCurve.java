package io.sextant.bidder.shading;

/**
 * Chance that a bid beats everybody else's, for auctions of one kind. Immutable and thread-safe; hot path, allocates nothing.
 */
public final class WinCurve {
    /** Chance that the price to beat lies below each edge of {@link PriceGrid}. */
    private final double[] below;

    /**
     * From the chance of each cell.
     *
     * @param chances of the price to beat, by cell of {@link PriceGrid}; sum to 1
     */
    WinCurve(double[] chances) {
        this.below = new double[PriceGrid.EDGES];
        for (int edge = 1; edge < below.length; edge++) {
            below[edge] = Math.min(1, below[edge - 1] + chances[edge - 1]);
        }
    }

    /**
     * Chance that a bid wins; even within a cell of prices.
     *
     * @param bidCpmMicros micros of USD per thousand impressions
     * @return 0 to 1
     */
    public double winRate(double bidCpmMicros) {
        int cell = PriceGrid.cell(bidCpmMicros);
        if (cell == PriceGrid.EDGES - 1) {
            return below[cell];
        }
        double from = PriceGrid.price(cell);
        double part = Math.max(0, bidCpmMicros - from) / (PriceGrid.price(cell + 1) - from);
        return below[cell] + part * (below[cell + 1] - below[cell]);
    }

    /**
     * The bid with the highest expected surplus, {@code (value − bid) × winRate(bid)}.
     *
     * @param valueCpmMicros what the impression is worth, above 0
     * @param leastCpmMicros lowest bid that is thought of, at most the value
     * @return {@code leastCpmMicros} to {@code valueCpmMicros}; the value itself where no bid is ever expected to win
     */
    public double bid(double valueCpmMicros, double leastCpmMicros) {
        double best = valueCpmMicros;
        double most = 0;
        int last = PriceGrid.cell(valueCpmMicros);
        for (int cell = PriceGrid.cell(leastCpmMicros); cell <= last; cell++) {
            double low = Math.max(leastCpmMicros, PriceGrid.price(cell));
            double high = cell + 1 < PriceGrid.EDGES
                    ? Math.min(valueCpmMicros, PriceGrid.price(cell + 1))
                    : low;
            double bid = peak(cell, valueCpmMicros, low, high);
            double surplus = (valueCpmMicros - bid) * winRate(bid);
            if (surplus > most) {
                most = surplus;
                best = bid;
            }
        }
        return best;
    }

    /** Within a cell the win rate is a line, and the surplus a parabola. */
    private double peak(int cell, double value, double low, double high) {
        if (low >= high) {
            return low;
        }
        double from = PriceGrid.price(cell);
        double slope = (below[cell + 1] - below[cell]) / (PriceGrid.price(cell + 1) - from);
        if (!(slope > 0)) {
            return low;
        }
        double top = (value + from - below[cell] / slope) / 2;
        return Math.max(low, Math.min(high, top));
    }
}
