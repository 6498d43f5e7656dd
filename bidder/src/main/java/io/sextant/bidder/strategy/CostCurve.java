package io.sextant.bidder.strategy;

/**
 * What an auction is expected to cost if bids are proportional to values, for each factor, and so the factor that costs what
 * there is to spend. Immutable and thread-safe; {@link #bidPerValue} is hot path.
 */
final class CostCurve {
    /** Between two ticks values that differ bend the curve. */
    private static final int STEPS_PER_TICK = 4;

    private final double[] costs;
    private final double perStep;

    /*
     * costs[i] is the mean cost of an auction in which an impression of mean value is bid i / STEPS_PER_TICK for. The curve
     * ends where mean value bids the highest known price: a budget beyond it cannot be spent.
     */
    CostCurve(PriceDistribution prices, ValueDistribution values) {
        this.costs = new double[prices.highest() * STEPS_PER_TICK + 1];
        this.perStep = 1 / (STEPS_PER_TICK * values.mean());
        for (int step = 0; step < costs.length; step++) {
            double sum = 0;
            for (int i = 0; i < values.size(); i++) {
                sum += prices.cost(step * perStep * values.point(i));
            }
            costs[step] = sum / values.size();
        }
    }

    /**
     * The largest factor from value to bid that costs no more than {@code costPerAuction}: 1/λ.
     *
     * @param costPerAuction ticks; 0 or more
     * @return ticks per unit of value
     */
    double bidPerValue(double costPerAuction) {
        int low = 0;
        int high = costs.length;
        // The first step that costs more.
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (costs[middle] <= costPerAuction) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return 0;
        }
        if (low == costs.length) {
            return (low - 1) * perStep;
        }
        double part = (costPerAuction - costs[low - 1]) / (costs[low] - costs[low - 1]);
        return (low - 1 + part) * perStep;
    }
}
