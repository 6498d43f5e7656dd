package io.sextant.uncertainty.modifier;

import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.Arrays;
import java.util.List;

/**
 * The rank of a number, a predicted click probability or an uncertainty, among those of an arm's window, from 0 to 1, told
 * from a few evenly spaced quantiles. Over the requests of the window, ranks are spread evenly, even where many numbers are
 * equal: such are ranked among each other by chance. Immutable and thread-safe; ranking allocates nothing.
 */
public final class WindowRanks {
    /*
     * Quantiles and the number are rounded to the same buckets, so that what is equal to a quantile can be told. Between
     * two quantiles ranks are interpolated.
     */
    /** Parts that the quantiles divide a window into: ranks are right to 1 %. */
    private static final int PARTS = 128;
    private static final WindowRanks NONE = new WindowRanks(new double[0]);

    private final double[] quantiles;

    private WindowRanks(double[] quantiles) {
        this.quantiles = quantiles;
    }

    /** Where nothing is known of the window. */
    static WindowRanks none() {
        return NONE;
    }

    /**
     * Ranks by the quantiles of a snapshot.
     *
     * @throws IllegalArgumentException if they do not rise from 0 or more, or there is only one
     */
    static WindowRanks of(List<Double> quantiles) {
        if (quantiles.isEmpty()) {
            return NONE;
        }
        double[] values = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= (i == 0 ? 0 : values[i - 1]))) {
                throw new IllegalArgumentException("quantiles that are ranked by do not rise at number " + i);
            }
        }
        if (values.length == 1 || values[values.length - 1] > QuantileSketch.MAX) {
            throw new IllegalArgumentException(
                    "quantiles that are ranked by are " + values.length + ", must be 2 or more, none above "
                            + QuantileSketch.MAX);
        }
        return new WindowRanks(values);
    }

    /** What a snapshot says of a window's numbers; none of an empty window. */
    public static List<Double> quantiles(QuantileSketch ranked) {
        if (ranked.count() == 0) {
            return List.of();
        }
        double[] shares = new double[PARTS + 1];
        for (int i = 0; i <= PARTS; i++) {
            shares[i] = (double) i / PARTS;
        }
        return Arrays.stream(ranked.quantiles(shares)).boxed().toList();
    }

    boolean known() {
        return quantiles.length > 0;
    }

    /**
     * The share of the window's numbers that lie below this one.
     *
     * @param number      0 or more
     * @param decisionKey key of the decision's draws
     * @return 0 to 1; only where {@link #known}
     */
    double rank(double number, long decisionKey) {
        double rounded = QuantileSketch.rounded(number);
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
