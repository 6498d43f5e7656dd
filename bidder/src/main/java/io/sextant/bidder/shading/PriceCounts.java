package io.sextant.bidder.shading;

/**
 * How auctions of one kind ended: prices that were told, and bounds where only the outcome was. One owner; nothing is
 * synchronised.
 *
 * @implNote Turnbull (1976), The empirical distribution function with arbitrarily grouped, censored and truncated data: the
 *           self-consistent estimate, by expectation and maximisation, smoothed after each step as by Silverman, Jones,
 *           Wilson and Nychka (1990), A smoothed EM approach to indirect estimation problems. A prior enters as auctions whose
 *           price was told.
 */
final class PriceCounts {
    private static final int STEPS_MAX = 300;
    private static final double STILL = 1e-5;

    private final double[] told = new double[PriceGrid.EDGES];
    private final double[] atMost = new double[PriceGrid.EDGES];
    private final double[] above = new double[PriceGrid.EDGES];
    private double sum;

    /** The price to beat is known. */
    void told(double cpmMicros, double weight) {
        told[PriceGrid.cell(cpmMicros)] += weight;
        sum += weight;
    }

    /** The price to beat is at most this: a win that says no more, or a rival below the floor. */
    void atMost(double cpmMicros, double weight) {
        atMost[Math.max(1, PriceGrid.edge(cpmMicros))] += weight;
        sum += weight;
    }

    /** The price to beat is above this: a loss that says no more. */
    void above(double cpmMicros, double weight) {
        above[PriceGrid.edge(cpmMicros)] += weight;
        sum += weight;
    }

    /** Weight of all auctions. */
    double sum() {
        return sum;
    }

    /** Adds what others counted, their weights times {@code factor}. */
    void add(PriceCounts other, double factor) {
        for (int i = 0; i < told.length; i++) {
            told[i] += other.told[i] * factor;
            atMost[i] += other.atMost[i] * factor;
            above[i] += other.above[i] * factor;
        }
        sum += other.sum * factor;
    }

    /** Makes everything weigh less. */
    void scale(double factor) {
        for (int i = 0; i < told.length; i++) {
            told[i] *= factor;
            atMost[i] *= factor;
            above[i] *= factor;
        }
        sum *= factor;
    }

    /**
     * Chance of each cell.
     *
     * @param prior  what is believed of auctions of this kind before any was seen; sums to 1
     * @param weight auctions that the prior counts for, above 0
     */
    double[] chances(double[] prior, double weight) {
        double[] chances = prior.clone();
        for (int step = 0; step < STEPS_MAX; step++) {
            double[] next = smooth(step(chances, prior, weight));
            double moved = 0;
            for (int cell = 0; cell < next.length; cell++) {
                moved += Math.abs(next[cell] - chances[cell]);
            }
            chances = next;
            if (moved < STILL) {
                break;
            }
        }
        return chances;
    }

    /** Every bounded auction is spread over the cells that its bound leaves open, in proportion to their chances. */
    private double[] step(double[] chances, double[] prior, double weight) {
        int cells = chances.length;
        double[] below = new double[cells + 1];
        for (int cell = 0; cell < cells; cell++) {
            below[cell + 1] = below[cell] + chances[cell];
        }
        double all = below[cells];
        double[] next = new double[cells];
        double fromAbove = 0;
        for (int cell = 0; cell < cells; cell++) {
            fromAbove += share(above[cell], all - below[cell]);
            next[cell] = told[cell] + weight * prior[cell] + chances[cell] * fromAbove;
        }
        double fromBelow = 0;
        for (int cell = cells - 2; cell >= 0; cell--) {
            fromBelow += share(atMost[cell + 1], below[cell + 1]);
            next[cell] += chances[cell] * fromBelow;
        }
        return normalised(next);
    }

    private static double share(double count, double chance) {
        // A bound that leaves what has no chance is an auction that cannot be placed.
        return count > 0 && chance > 1e-12 ? count / chance : 0;
    }

    private static double[] smooth(double[] chances) {
        double[] smooth = new double[chances.length];
        int last = chances.length - 1;
        for (int cell = 0; cell <= last; cell++) {
            smooth[cell] = chances[cell] / 2 + chances[Math.max(0, cell - 1)] / 4
                    + chances[Math.min(last, cell + 1)] / 4;
        }
        return smooth;
    }

    private static double[] normalised(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        for (int cell = 0; cell < weights.length; cell++) {
            weights[cell] /= sum;
        }
        return weights;
    }
}
