package io.sextant.model.calibration;

import java.util.Arrays;

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
     * all rates are scaled so that calibrated predictions sum to what they should, which interpolation alone misses
     * by a little.
     *
     * Shrinkage. With C clicks where P were predicted, the level is r = (C + k) / (P + k): the ratio C / P, and k clicks
     * that say the model is right; a Gamma(k, k) prior on the ratio of clicks to predictions. Of a bucket with C_b clicks
     * where E_b = r P_b are to be expected, the ratio C_b / E_b deviates from 1 by the bucket's true bias and by chance,
     * whose variance v_b = (1 - E_b / W_b) / E_b is known. What the deviations vary by beyond chance, τ², is estimated from
     * all buckets by moments (R. DerSimonian, N. Laird, Meta-analysis in clinical trials, 1986), and each bucket keeps
     * the share τ² / (τ² + v_b) of its deviation: nothing where the buckets differ no more than chance makes them.
     */
    private static final double SLOPE = 1e-3;
    /** The paper's: "a small slope ε = 0.1", here as a share of the line. */
    private static final double PAPER_SLOPE = 0.1;
    private static final double HIGHEST = 1 - 1e-6;
    private static final int ROUNDS_MAX = 100;
    /** How far from its clicks a fitted map's sum may stay, as a share. */
    private static final double SUM_PRECISION = 1e-6;
    /** A bucket that is always clicked has some variance left, or nothing could be divided by it. */
    private static final double CERTAIN = 0.01;

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
     * Fits the map to what was observed, whether there is much of it or little.
     *
     * @param buckets how many buckets, 1 or more
     * @return the identity where nothing can be learned: no clicks, or nothing but clicks
     */
    public static Calibration fit(Mode mode, CalibrationSample sample, int buckets) {
        requireBuckets(buckets);
        double clicked = sample.clicked();
        if (!(clicked > 0 && clicked < sample.weight())) {
            return Calibration.identity();
        }
        double line = clicked / sample.predicted();
        return switch (mode) {
            case EQUAL_COUNT -> {
                Knots knots = equalCount(sample, buckets);
                yield restored(increasing(knots, SLOPE, line), sample, clicked);
            }
            case PAPER -> increasing(equalWidth(sample, buckets), PAPER_SLOPE, line);
        };
    }

    /**
     * Fits the map with buckets of equally many predictions, and keeps to the predictions as they are as far as chance
     * could explain what was observed instead.
     *
     * @param buckets     how many buckets, 1 or more; with one only the level is fitted
     * @param priorClicks how many clicks it takes before observation counts as much as the model's own level; above 0
     * @return the identity of an empty sample
     */
    public static Calibration shrunk(CalibrationSample sample, int buckets, double priorClicks) {
        requireBuckets(buckets);
        double predicted = sample.predicted();
        if (!(predicted > 0)) {
            return Calibration.identity();
        }
        double level = (Math.max(0, sample.clicked()) + priorClicks) / (predicted + priorClicks);
        Knots knots = equalCount(sample, buckets);
        shrink(knots, level);
        return restored(increasing(knots, SLOPE, level), sample, level * predicted);
    }

    private static void requireBuckets(int buckets) {
        if (buckets < 1) {
            throw new IllegalArgumentException(buckets + " buckets, must be at least 1");
        }
    }

    /** Columns of equal length: mean score, weighted clicks and weight of each bucket. */
    private static final class Knots {
        private final double[] scores;
        private final double[] clicks;
        private final double[] weights;

        Knots(double[] scores, double[] clicks, double[] weights, int count) {
            this.scores = Arrays.copyOf(scores, count);
            this.clicks = Arrays.copyOf(clicks, count);
            this.weights = Arrays.copyOf(weights, count);
        }
    }

    private static Knots equalCount(CalibrationSample sample, int buckets) {
        double[] x = new double[buckets];
        double[] y = new double[buckets];
        double[] w = new double[buckets];
        double total = sample.weight();
        double passed = 0;
        int filled = 0;
        int from = 0;
        int size = sample.size();
        while (from < size && filled < buckets) {
            double bucketX = 0;
            double bucketY = 0;
            double bucketW = 0;
            double border = passed + (total - passed) / (buckets - filled);
            int to = from;
            // Equal scores are one prediction and stay together, or two knots would stand on one score; so do both halves
            // of a correction. The last bucket takes what rounding left.
            while (to < size && (filled == buckets - 1 || passed + bucketW < border || !(bucketW > 0)
                    || sample.scores[to] == sample.scores[to - 1])) {
                bucketX += sample.scores[to] * sample.weights[to];
                bucketY += sample.clicks[to] ? sample.weights[to] : 0;
                bucketW += sample.weights[to];
                to++;
            }
            if (bucketW > 0) {
                x[filled] = bucketX / bucketW;
                y[filled] = bucketY;
                w[filled] = bucketW;
                filled++;
            }
            passed += bucketW;
            from = to;
        }
        return new Knots(x, y, w, filled);
    }

    private static Knots equalWidth(CalibrationSample sample, int buckets) {
        double[] x = new double[Math.min(buckets, sample.size())];
        double[] y = new double[x.length];
        double[] w = new double[x.length];
        int filled = 0;
        for (int i = 0; i < sample.size();) {
            int bucket = bucket(sample.scores[i], buckets);
            double bucketY = 0;
            double bucketW = 0;
            for (; i < sample.size() && bucket(sample.scores[i], buckets) == bucket; i++) {
                bucketY += sample.clicks[i] ? sample.weights[i] : 0;
                bucketW += sample.weights[i];
            }
            if (bucketW > 0) {
                // A knot at 0 has no ratio to keep below it; the smallest score that can be told from 0 stands for it.
                x[filled] = Math.max(1e-9, (double) bucket / buckets);
                y[filled] = bucketY;
                w[filled] = bucketW;
                filled++;
            }
        }
        return new Knots(x, y, w, filled);
    }

    private static int bucket(double score, int buckets) {
        return Math.min(buckets - 1, (int) (score * buckets));
    }

    /** Brings each bucket's clicks nearer to what the level says, by how much of its deviation may be chance. */
    private static void shrink(Knots knots, double level) {
        int count = knots.scores.length;
        double[] expected = new double[count];
        double[] precision = new double[count];
        double deviations = 0;
        double precisions = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            expected[i] = level * knots.scores[i] * knots.weights[i];
            precision[i] = expected[i] / Math.max(CERTAIN, 1 - expected[i] / knots.weights[i]);
            double deviation = knots.clicks[i] / expected[i] - 1;
            deviations += precision[i] * deviation * deviation;
            precisions += precision[i];
            squares += precision[i] * precision[i];
        }
        double beyondChance = count < 2
                ? 0
                : Math.max(0, (deviations - (count - 1)) / (precisions - squares / precisions));
        for (int i = 0; i < count; i++) {
            double kept = beyondChance / (beyondChance + 1 / precision[i]);
            knots.clicks[i] = expected[i] + kept * (knots.clicks[i] - expected[i]);
        }
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

    /** Pools the buckets' rates, gives them a slope, and leaves out the knots that lie on the line of their neighbours. */
    private static Calibration increasing(Knots knots, double slope, double line) {
        double[] pooled = pooled(knots.clicks, knots.weights);
        int count = pooled.length;
        double[] scores = new double[count];
        double[] rates = new double[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            // Inside a block of one pooled rate the slope alone is left, which its two ends say as well.
            if (i == 0 || i == count - 1 || pooled[i - 1] != pooled[i] || pooled[i] != pooled[i + 1]) {
                scores[kept] = knots.scores[i];
                rates[kept] = Math.min(HIGHEST, (1 - slope) * pooled[i] + slope * line * knots.scores[i]);
                kept++;
            }
        }
        return increasing(Arrays.copyOf(scores, kept), Arrays.copyOf(rates, kept));
    }

    /** Scales the rates so that calibrated predictions sum to so many clicks. */
    private static Calibration restored(Calibration fitted, CalibrationSample sample, double clicked) {
        CalibrationSample.Sums sums = sample.upTo(fitted.scores());
        // Above the last knot odds are scaled, not rates: one round settles it where little lies there, else a few more do.
        Calibration restored = fitted;
        double factor = clicked / sums.of(restored);
        for (int round = 0; round < ROUNDS_MAX && Math.abs(factor - 1) > SUM_PRECISION; round++) {
            restored = scaled(restored, factor);
            factor = clicked / sums.of(restored);
        }
        return restored;
    }

    private static Calibration scaled(Calibration map, double factor) {
        return increasing(map.scores(),
                Arrays.stream(map.rates()).map(rate -> Math.min(HIGHEST, rate * factor)).toArray());
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
