package io.sextant.bidder.shading;

/**
 * Prices as cells of equal ratio, from a thousandth of a USD per thousand impressions to some thousand USD; the last cell is
 * open upwards. Stateless.
 */
final class PriceGrid {
    private static final double LOWEST_CPM_MICROS = 1_000;
    /** A cell is 12 % wide: finer than prices that differ for no reason, coarse enough to be filled. */
    private static final int PER_DOUBLING = 6;
    private static final int DOUBLINGS = 22;
    private static final double PER_LOG = PER_DOUBLING / Math.log(2);

    /** Number of edges; cell k lies between edges k and k + 1, the last one is open. */
    static final int EDGES = PER_DOUBLING * DOUBLINGS + 1;
    private static final double[] PRICES = prices();

    private PriceGrid() {}

    private static double[] prices() {
        double[] prices = new double[EDGES];
        for (int edge = 1; edge < EDGES; edge++) {
            prices[edge] = LOWEST_CPM_MICROS * Math.exp(edge / PER_LOG);
        }
        // All that is lower is in the first cell.
        prices[0] = 0;
        return prices;
    }

    /** Micros of USD per thousand impressions; the first is 0. */
    static double price(int edge) {
        return PRICES[edge];
    }

    /** The cell that a price lies in, 0 to {@code EDGES - 1}. */
    static int cell(double cpmMicros) {
        if (!(cpmMicros > LOWEST_CPM_MICROS)) {
            return 0;
        }
        int cell = (int) Math.min(EDGES - 1, Math.log(cpmMicros / LOWEST_CPM_MICROS) * PER_LOG);
        // Rounding may put a price that is an edge on its wrong side.
        if (cell + 1 < EDGES && PRICES[cell + 1] <= cpmMicros) {
            return cell + 1;
        }
        return PRICES[cell] > cpmMicros ? cell - 1 : cell;
    }

    /** The nearest edge by ratio, 0 to {@code EDGES - 1}. */
    static int edge(double cpmMicros) {
        if (!(cpmMicros > LOWEST_CPM_MICROS)) {
            return 0;
        }
        return (int) Math.min(EDGES - 1, Math.round(Math.log(cpmMicros / LOWEST_CPM_MICROS) * PER_LOG));
    }
}
