package io.sextant.model.calibration;

import java.util.Arrays;

/**
 * A strictly increasing map from predicted to observed click probability: straight lines between knots. Immutable and
 * thread-safe; {@link #at} allocates nothing.
 *
 * @implNote An Adversarial Approach to Improve CTR prediction with negative sampling (002), eq. 20; beyond the outermost
 *           knots, of which the paper says nothing, the map keeps the ratio of the nearest one, as far as it stays within 1.
 */
public final class Calibration {
    private static final Calibration IDENTITY = new Calibration(new double[0], new double[0]);

    private final double[] scores;
    private final double[] rates;

    private Calibration(double[] scores, double[] rates) {
        this.scores = scores;
        this.rates = rates;
    }

    /** The map that changes nothing. */
    public static Calibration identity() {
        return IDENTITY;
    }

    /**
     * The map through some knots.
     *
     * @param scores predicted probabilities, above 0, below 1, strictly ascending; none for the identity
     * @param rates  for each the observed probability, above 0, below 1, strictly ascending
     * @throws IllegalArgumentException naming the knot that is not so
     */
    public static Calibration of(double[] scores, double[] rates) {
        if (scores.length != rates.length) {
            throw new IllegalArgumentException(
                    "calibration has " + scores.length + " scores but " + rates.length + " rates");
        }
        requireAscending("score", scores);
        requireAscending("rate", rates);
        return scores.length == 0 ? IDENTITY : new Calibration(scores.clone(), rates.clone());
    }

    /**
     * The calibrated click probability.
     *
     * @param pctr predicted click probability, 0 to 1; not a number stays so
     * @return 0 to 1
     */
    public double at(double pctr) {
        int knots = scores.length;
        if (knots == 0) {
            return pctr;
        }
        if (!(pctr > scores[0])) {
            return pctr * (rates[0] / scores[0]);
        }
        int last = knots - 1;
        if (pctr >= scores[last]) {
            double slope = Math.min(rates[last] / scores[last], (1 - rates[last]) / (1 - scores[last]));
            return Math.min(1, rates[last] + (pctr - scores[last]) * slope);
        }
        int low = 0;
        int high = last;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (scores[middle] <= pctr) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double alpha = (scores[high] - pctr) / (scores[high] - scores[low]);
        return alpha * rates[low] + (1 - alpha) * rates[high];
    }

    /** Number of knots; 0 for the identity. */
    public int size() {
        return scores.length;
    }

    /** The knots' predicted probabilities, a copy. */
    public double[] scores() {
        return scores.clone();
    }

    /** The knots' observed probabilities, a copy. */
    public double[] rates() {
        return rates.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Calibration that && Arrays.equals(scores, that.scores)
                && Arrays.equals(rates, that.rates);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(scores) + Arrays.hashCode(rates);
    }

    @Override
    public String toString() {
        return "calibration of " + scores.length + " knots";
    }

    private static void requireAscending(String what, double[] values) {
        for (int i = 0; i < values.length; i++) {
            double floor = i == 0 ? 0 : values[i - 1];
            if (!(values[i] > floor && values[i] < 1)) {
                throw new IllegalArgumentException("calibration's " + what + " " + i + " is " + values[i]
                        + ", must be above " + floor + " and below 1");
            }
        }
    }
}
