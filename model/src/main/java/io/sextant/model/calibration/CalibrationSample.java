package io.sextant.model.calibration;

import java.util.Arrays;

/**
 * Predictions by rising score beside what became of them: what a {@link Calibration} is fitted to.
 *
 * <p>
 * Threading: confined to the thread that fits.
 */
public final class CalibrationSample {
    final double[] scores;
    final boolean[] clicks;
    final double[] weights;

    /**
     * Takes the columns over, without a copy.
     *
     * @param scores  predicted click probabilities, above 0 and below 1, none below the one before
     * @param clicks  [scores] what happened
     * @param weights [scores] 1; -1 to take an earlier example of no click back, beside one of the same score that says
     *                anew what happened; 1 / w where only a share w of its kind was kept
     * @throws IllegalArgumentException if lengths differ, a score is out of its range or they are out of order
     */
    public CalibrationSample(double[] scores, boolean[] clicks, double[] weights) {
        if (scores.length != clicks.length || scores.length != weights.length) {
            throw new IllegalArgumentException(
                    scores.length + " scores, " + clicks.length + " clicks, " + weights.length + " weights");
        }
        for (int i = 0; i < scores.length; i++) {
            if (!(scores[i] > 0 && scores[i] < 1)) {
                throw new IllegalArgumentException("score " + i + " is " + scores[i] + ", must be above 0, below 1");
            }
            if (i > 0 && scores[i] < scores[i - 1]) {
                throw new IllegalArgumentException("score " + i + " is " + scores[i] + ", below the one before");
            }
        }
        this.scores = scores;
        this.clicks = clicks;
        this.weights = weights;
    }

    /** Number of predictions. */
    public int size() {
        return scores.length;
    }

    /** Sum of weights. */
    double weight() {
        return Arrays.stream(weights).sum();
    }

    /** Weighted clicks. */
    public double clicked() {
        double sum = 0;
        for (int i = 0; i < clicks.length; i++) {
            sum += clicks[i] ? weights[i] : 0;
        }
        return sum;
    }

    /** Weighted predictions: how many clicks there should be. */
    double predicted() {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            sum += scores[i] * weights[i];
        }
        return sum;
    }

    /**
     * The examples in as few numbers as any map with these knots, or some of them, needs to sum over them: up to the last knot
     * a map is made of lines, and between two knots the mean stands for all.
     *
     * @param knots ascending
     */
    Sums upTo(double[] knots) {
        double[] means = new double[knots.length];
        double[] totals = new double[knots.length];
        int i = 0;
        for (int interval = 0; interval < knots.length; interval++) {
            while (i < scores.length && scores[i] < knots[interval]) {
                means[interval] += scores[i] * weights[i];
                totals[interval] += weights[i];
                i++;
            }
            means[interval] = totals[interval] > 0 ? means[interval] / totals[interval] : 0;
        }
        return new Sums(this, means, totals, i);
    }

    /** Mean scores and total weights between knots, and which examples lie above them all. */
    static final class Sums {
        private final CalibrationSample sample;
        private final double[] means;
        private final double[] weights;
        private final int above;

        private Sums(CalibrationSample sample, double[] means, double[] weights, int above) {
            this.sample = sample;
            this.means = means;
            this.weights = weights;
            this.above = above;
        }

        /** Weighted sum of the map over the examples. */
        double of(Calibration calibration) {
            double sum = 0;
            for (int i = 0; i < means.length; i++) {
                sum += weights[i] > 0 ? weights[i] * calibration.at(means[i]) : 0;
            }
            for (int i = above; i < sample.scores.length; i++) {
                sum += sample.weights[i] * calibration.at(sample.scores[i]);
            }
            return sum;
        }
    }
}
