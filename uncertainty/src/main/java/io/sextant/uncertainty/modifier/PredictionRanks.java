package io.sextant.uncertainty.modifier;

import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.Arrays;
import java.util.List;

/**
 * The rank of a predicted click probability among those of an arm's window, from 0 to 1, told from a few evenly spaced
 * quantiles. Over the requests of the window, ranks are spread evenly, even where many predictions are equal: such are
 * ranked among each other by chance. Immutable and thread-safe; ranking allocates nothing.
 */
public final class PredictionRanks {
    /*
     * Quantiles and the prediction are rounded to the same buckets, so that what is equal to a quantile can be told. Between
     * two quantiles ranks are interpolated.
     */
    /** Parts that the quantiles divide a window into: ranks are right to 1 %. */
    private static final int PARTS = 128;
    private static final PredictionRanks NONE = new PredictionRanks(new double[0]);

    private final double[] quantiles;

    private PredictionRanks(double[] quantiles) {
        this.quantiles = quantiles;
    }

    /** Where nothing is known of the window. */
    static PredictionRanks none() {
        return NONE;
    }

    /**
     * Ranks by the quantiles of a snapshot.
     *
     * @throws IllegalArgumentException if they do not rise from 0 or more, or there is only one
     */
    static PredictionRanks of(List<Double> quantiles) {
        if (quantiles.isEmpty()) {
            return NONE;
        }
        double[] values = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= (i == 0 ? 0 : values[i - 1]))) {
                throw new IllegalArgumentException("quantiles of predictions do not rise at number " + i);
            }
        }
        if (values.length == 1 || values[values.length - 1] > QuantileSketch.MAX) {
            throw new IllegalArgumentException(
                    "quantiles of predictions are " + values.length + ", must be 2 or more, none above "
                            + QuantileSketch.MAX);
        }
        return new PredictionRanks(values);
    }

    /** What a snapshot says of a window's predictions; none of an empty window. */
    public static List<Double> quantiles(QuantileSketch predictions) {
        if (predictions.count() == 0) {
            return List.of();
        }
        double[] shares = new double[PARTS + 1];
        for (int i = 0; i <= PARTS; i++) {
            shares[i] = (double) i / PARTS;
        }
        return Arrays.stream(predictions.quantiles(shares)).boxed().toList();
    }

    boolean known() {
        return quantiles.length > 0;
    }

    /**
     * The share of the window's predictions that lie below this one.
     *
     * @param prediction  0 to 1
     * @param decisionKey key of the decision's draws
     * @return 0 to 1; only where {@link #known}
     */
    double rank(double prediction, long decisionKey) {
        double rounded = QuantileSketch.rounded(prediction);
        int first = firstAtLeast(rounded);
        int parts = quantiles.length - 1;
        if (first > parts) {
            return 1;
        }
        if (quantiles[first] > rounded) {
            return first == 0
                    ? 0
                    : (first - 1 + (rounded - quantiles[first - 1]) / (quantiles[first] - quantiles[first - 1]))
                            / parts;
        }
        int last = first;
        while (last < parts && quantiles[last + 1] == rounded) {
            last++;
        }
        double among = last == first ? 0 : Draws.uniform(decisionKey, Purpose.RANK_AMONG_EQUALS, 0);
        return (first + among * (last - first)) / parts;
    }

    /** Number of the first quantile that is not below {@code value}; one beyond the last where all are. */
    private int firstAtLeast(double value) {
        int low = 0;
        int high = quantiles.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (quantiles[middle] >= value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
