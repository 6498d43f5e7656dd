package io.sextant.model.calibration;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Fits a {@link Calibration} to predictions and what became of them. Pure functions; thread-safe.
 *
 * @implNote 002, eq. 17–20: buckets by score, the share of clicks in each, pool-adjacent-violators, interpolation. The
 *           buckets differ: {@link Mode}.
 */
public final class CalibrationFit {
    /*
     * Pooled buckets share one rate, and a map with flats would take differences between ads away. So each rate is mixed
     * with the line through 0 that has the same mean, by a thousandth: strictly increasing, and the mean stays. At the end
     * all rates are scaled once so that calibrated predictions sum to the clicks that they were fitted on, which
     * interpolation alone misses by a little.
     */
    private static final double SLOPE = 1e-3;
    /** The paper's: "a small slope ε = 0.1", here as a share of the line. */
    private static final double PAPER_SLOPE = 0.1;
    private static final double HIGHEST = 1 - 1e-6;
    private static final int ROUNDS = 4;

    private CalibrationFit() {}

    /** How scores are divided into buckets, and where a bucket's knot lies. */
    public enum Mode {
        /** Buckets of equally many predictions, the knot at their mean score. */
        EQUAL_COUNT,
        /**
         * The paper's: buckets of equal width, the knot at the left edge. Half a bucket too high, which shows with few
         * buckets.
         */
        PAPER
    }

    /**
     * Fits the map.
     *
     * @param scores  predicted click probabilities, above 0 and below 1
     * @param clicks  [scores] 1 for a click, else 0
     * @param weights [scores] how much each counts, 0 or more; a prediction whose negatives were thinned to a share w counts
     *                1 / w if it is a negative
     * @param buckets how many buckets, 1 or more
     * @return the identity where nothing can be learned: no clicks, or nothing but clicks
     * @throws IllegalArgumentException if lengths differ or a score is out of its range
     */
    public static Calibration fit(Mode mode, double[] scores, int[] clicks, double[] weights, int buckets) {
        if (scores.length != clicks.length || scores.length != weights.length || buckets < 1) {
            throw new IllegalArgumentException(scores.length + " scores, " + clicks.length + " clicks, "
                    + weights.length + " weights, " + buckets + " buckets");
        }
        double weight = 0;
        double clicked = 0;
        double predicted = 0;
        for (int i = 0; i < scores.length; i++) {
            if (!(scores[i] > 0 && scores[i] < 1)) {
                throw new IllegalArgumentException("score " + i + " is " + scores[i] + ", must be above 0, below 1");
            }
            weight += weights[i];
            clicked += clicks[i] * weights[i];
            predicted += scores[i] * weights[i];
        }
        if (!(clicked > 0 && clicked < weight)) {
            return Calibration.identity();
        }
        Knots knots = switch (mode) {
            case EQUAL_COUNT -> equalCount(scores, clicks, weights, buckets);
            case PAPER -> equalWidth(scores, clicks, weights, buckets);
        };
        double[] rates = pooled(knots.clicks, knots.weights);
        double slope = mode == Mode.PAPER ? PAPER_SLOPE : SLOPE;
        double line = clicked / predicted;
        for (int i = 0; i < rates.length; i++) {
            rates[i] = Math.min(HIGHEST, (1 - slope) * rates[i] + slope * line * knots.scores[i]);
        }
        Calibration fitted = increasing(knots.scores, rates);
        return mode == Mode.PAPER ? fitted : restored(fitted, scores, weights, clicked);
    }

    /** Columns of equal length: mean score, weighted clicks and weight of each bucket. */
    private static final class Knots {
        private final double[] scores;
        private final double[] clicks;
        private final double[] weights;

        Knots(double[] scores, double[] clicks, double[] weights) {
            this.scores = scores;
            this.clicks = clicks;
            this.weights = weights;
        }
    }

    private static Knots equalCount(double[] scores, int[] clicks, double[] weights, int buckets) {
        int[] order = IntStream.range(0, scores.length).boxed().sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue).toArray();
        int count = Math.min(buckets, scores.length);
        double[] x = new double[count];
        double[] y = new double[count];
        double[] w = new double[count];
        int filled = 0;
        int from = 0;
        for (int bucket = 0; bucket < count; bucket++) {
            int to = (int) ((long) (bucket + 1) * scores.length / count);
            // Equal scores are one prediction and stay together, or two knots would stand on one score.
            while (to < scores.length && to > from && scores[order[to]] == scores[order[to - 1]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                x[filled] += scores[order[i]] * weights[order[i]];
                y[filled] += clicks[order[i]] * weights[order[i]];
                w[filled] += weights[order[i]];
            }
            from = Math.max(from, to);
            if (w[filled] > 0) {
                x[filled] /= w[filled];
                filled++;
            } else {
                x[filled] = 0;
            }
        }
        return new Knots(Arrays.copyOf(x, filled), Arrays.copyOf(y, filled), Arrays.copyOf(w, filled));
    }

    private static Knots equalWidth(double[] scores, int[] clicks, double[] weights, int buckets) {
        double[] y = new double[buckets];
        double[] w = new double[buckets];
        for (int i = 0; i < scores.length; i++) {
            int bucket = Math.min(buckets - 1, (int) (scores[i] * buckets));
            y[bucket] += clicks[i] * weights[i];
            w[bucket] += weights[i];
        }
        // A knot at 0 has no ratio to keep below it; the smallest score that can be told from 0 stands for it.
        int[] met = IntStream.range(0, buckets).filter(bucket -> w[bucket] > 0).toArray();
        return new Knots(Arrays.stream(met).mapToDouble(bucket -> Math.max(1e-9, (double) bucket / buckets)).toArray(),
                Arrays.stream(met).mapToDouble(bucket -> y[bucket]).toArray(),
                Arrays.stream(met).mapToDouble(bucket -> w[bucket]).toArray());
    }

    /**
     * Pool-adjacent-violators: the non-decreasing rates that are nearest in weighted squares.
     *
     * @param clicks  weighted clicks of each bucket
     * @param weights weight of each bucket, above 0
     */
    static double[] pooled(double[] clicks, double[] weights) {
        int count = clicks.length;
        double[] blockClicks = new double[count];
        double[] blockWeights = new double[count];
        int[] members = new int[count];
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            blockClicks[blocks] = clicks[i];
            blockWeights[blocks] = weights[i];
            members[blocks] = 1;
            blocks++;
            while (blocks > 1 && blockClicks[blocks - 2] * blockWeights[blocks - 1] >= blockClicks[blocks - 1]
                    * blockWeights[blocks - 2]) {
                blocks--;
                blockClicks[blocks - 1] += blockClicks[blocks];
                blockWeights[blocks - 1] += blockWeights[blocks];
                members[blocks - 1] += members[blocks];
            }
        }
        double[] rates = new double[count];
        int knot = 0;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < members[block]; i++) {
                rates[knot++] = blockClicks[block] / blockWeights[block];
            }
        }
        return rates;
    }

    /** Scales the rates so that calibrated predictions sum to the clicks. */
    private static Calibration restored(Calibration fitted, double[] scores, double[] weights, double clicked) {
        // Above the last knot the map is bound by 1, which does not scale; a few rounds settle that.
        Calibration restored = fitted;
        for (int round = 0; round < ROUNDS; round++) {
            double sum = 0;
            for (int i = 0; i < scores.length; i++) {
                sum += restored.at(scores[i]) * weights[i];
            }
            double factor = clicked / sum;
            restored = increasing(restored.scores(),
                    Arrays.stream(restored.rates()).map(rate -> Math.min(HIGHEST, rate * factor)).toArray());
        }
        return restored;
    }

    /** Without the knots that rounding, or the bound below 1, left no higher than the one before. */
    private static Calibration increasing(double[] scores, double[] rates) {
        double[] x = new double[scores.length];
        double[] y = new double[scores.length];
        int kept = 0;
        for (int i = 0; i < scores.length; i++) {
            if (rates[i] > 0 && (kept == 0 || (scores[i] > x[kept - 1] && rates[i] > y[kept - 1]))) {
                x[kept] = scores[i];
                y[kept] = rates[i];
                kept++;
            }
        }
        return Calibration.of(Arrays.copyOf(x, kept), Arrays.copyOf(y, kept));
    }
}
