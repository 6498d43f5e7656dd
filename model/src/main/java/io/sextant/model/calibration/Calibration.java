package io.sextant.model.calibration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * A strictly increasing map from predicted to observed click probability: straight lines between knots. Immutable and
 * thread-safe; {@link #at} allocates nothing.
 *
 * @implNote Regularized Adversarial Sampling and Deep Time-aware Attention (002), eq. 20. Of what lies beyond the
 *           outermost knots the paper says nothing: below the first the map keeps its ratio of probabilities, above the last
 *           its ratio of odds, which is the same for small probabilities and never leads past 1.
 */
public final class Calibration {
    private static final Calibration IDENTITY = new Calibration(new double[0], new double[0]);

    private final double[] scores;
    private final double[] rates;
    /** Odds of the last rate over those of the last score. */
    private final double oddsRatio;

    private Calibration(double[] scores, double[] rates) {
        this.scores = scores;
        this.rates = rates;
        int last = scores.length - 1;
        this.oddsRatio = last < 0 ? 1 : rates[last] / (1 - rates[last]) * ((1 - scores[last]) / scores[last]);
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
    @JsonCreator
    public static Calibration of(@JsonProperty("scores") double[] scores, @JsonProperty("rates") double[] rates) {
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
            double odds = pctr * oddsRatio;
            return odds / (odds + (1 - pctr));
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

    /**
     * Both maps in one: {@code next.at(this.at(pctr))}, exactly up to where either map passes its last knot, and above at the
     * knots of both.
     */
    public Calibration then(Calibration next) {
        if (next.scores.length == 0) {
            return this;
        }
        if (scores.length == 0) {
            return next;
        }
        // Between its own knots and the places that its rates reach the other's knots, the composition is a line.
        double[] all = DoubleStream.concat(Arrays.stream(scores), Arrays.stream(next.scores).map(this::inverse))
                .filter(score -> score > 0 && score < 1).sorted().toArray();
        double[] x = new double[all.length];
        double[] y = new double[all.length];
        int kept = 0;
        for (double score : all) {
            double rate = next.at(at(score));
            // Two knots on one place, but for rounding, are one.
            if (rate > 0 && rate < 1 && (kept == 0 || (score > x[kept - 1] && rate > y[kept - 1]))) {
                x[kept] = score;
                y[kept] = rate;
                kept++;
            }
        }
        return of(Arrays.copyOf(x, kept), Arrays.copyOf(y, kept));
    }

    /** Where the map reaches a rate. */
    private double inverse(double rate) {
        int last = scores.length - 1;
        if (rate <= rates[0]) {
            return rate * (scores[0] / rates[0]);
        }
        if (rate >= rates[last]) {
            double odds = rate / oddsRatio;
            return odds / (odds + (1 - rate));
        }
        int found = Arrays.binarySearch(rates, rate);
        if (found >= 0) {
            return scores[found];
        }
        int high = -found - 1;
        double alpha = (rates[high] - rate) / (rates[high] - rates[high - 1]);
        return alpha * scores[high - 1] + (1 - alpha) * scores[high];
    }

    /** Number of knots; 0 for the identity. */
    public int size() {
        return scores.length;
    }

    /** The knots' predicted probabilities, a copy. */
    @JsonProperty
    public double[] scores() {
        return scores.clone();
    }

    /** The knots' observed probabilities, a copy. */
    @JsonProperty
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
