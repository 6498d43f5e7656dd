package io.sextant.model.evaluation;

import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.CalibrationSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predicted click probabilities beside what happened, all of them or the last ones, and the figures over them.
 *
 * <p>
 * A late click takes an earlier label back: it is added as the same prediction twice, without the click and weight -1, then
 * with the click and weight 1.
 *
 * <p>
 * Threading: one thread at a time.
 */
public final class Predictions {
    /** Buckets of {@link PredictionFigures#calibrationError}. */
    public static final int ERROR_BUCKETS = 20;

    /** A prediction nearer to 0 or 1 counts as this far away in the log loss, which else were infinite. */
    private static final double P_MIN = 1e-7;
    private static final int FIRST_ROOM = 1024;

    private final int capacity;
    private float[] predictions;
    private float[] weights;
    private boolean[] clicks;
    private int next;
    private int size;

    private Predictions(int capacity, int room) {
        this.capacity = capacity;
        this.predictions = new float[room];
        this.weights = new float[room];
        this.clicks = new boolean[room];
    }

    /** Keeps every prediction, nine bytes each. */
    public static Predictions all() {
        return new Predictions(Integer.MAX_VALUE - Long.BYTES, FIRST_ROOM);
    }

    /**
     * Keeps the last ones.
     *
     * @param capacity how many, at least 1
     */
    public static Predictions last(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("window is " + capacity + ", must be at least 1");
        }
        return new Predictions(capacity, Math.min(capacity, FIRST_ROOM));
    }

    /**
     * Notes a prediction and what happened; the oldest falls out of a full window.
     *
     * @param prediction click probability, 0 to 1; kept as a float
     * @param weight     1; -1 to take an earlier example back; 1 / w where only a share w of its kind was kept
     * @throws IllegalArgumentException if the prediction is no probability
     */
    public void add(double prediction, boolean click, double weight) {
        if (!(prediction >= 0 && prediction <= 1)) {
            throw new IllegalArgumentException("a prediction is " + prediction + ", must be from 0 to 1");
        }
        if (next == predictions.length && next < capacity) {
            int room = (int) Math.min(capacity, predictions.length * 3L / 2);
            predictions = Arrays.copyOf(predictions, room);
            weights = Arrays.copyOf(weights, room);
            clicks = Arrays.copyOf(clicks, room);
        }
        if (next == capacity) {
            next = 0;
        }
        // The sort below goes by bits, which a negative zero has the wrong ones of.
        predictions[next] = (float) Math.abs(prediction);
        weights[next] = (float) weight;
        clicks[next] = click;
        next++;
        size = Math.max(size, next);
    }

    /** Predictions kept. */
    public int size() {
        return size;
    }

    /** Prediction number {@code i}, 0 is the oldest kept. */
    public double prediction(int i) {
        return predictions[place(i)];
    }

    /** Whether example number {@code i} was clicked. */
    public boolean click(int i) {
        return clicks[place(i)];
    }

    /** Weight of example number {@code i}. */
    public double weight(int i) {
        return weights[place(i)];
    }

    private int place(int i) {
        int place = (size < capacity ? 0 : next == capacity ? 0 : next) + i;
        return place < size ? place : place - size;
    }

    /** Forgets all. */
    public void clear() {
        next = 0;
        size = 0;
    }

    /** The same examples with their predictions calibrated. */
    public Predictions through(Calibration calibration) {
        Predictions mapped = new Predictions(Math.max(1, size), Math.max(1, size));
        for (int i = 0; i < size; i++) {
            mapped.add(Math.clamp(calibration.at(prediction(i)), 0, 1), click(i), weight(i));
        }
        return mapped;
    }

    /** The examples as a calibration is fitted to them, by rising prediction; takes a sort. */
    public CalibrationSample sample() {
        int[] order = order();
        double[] scores = new double[size];
        boolean[] clicked = new boolean[size];
        double[] weighted = new double[size];
        for (int i = 0; i < size; i++) {
            scores[i] = Math.clamp(prediction(order[i]), P_MIN, 1 - P_MIN);
            clicked[i] = click(order[i]);
            weighted[i] = weight(order[i]);
        }
        return new CalibrationSample(scores, clicked, weighted);
    }

    /** Computes the figures; takes a sort. */
    public PredictionFigures figures() {
        if (size == 0) {
            return PredictionFigures.NONE;
        }
        double loss = 0;
        double predicted = 0;
        double clicked = 0;
        double weight = 0;
        for (int i = 0; i < size; i++) {
            int at = place(i);
            double p = Math.clamp(predictions[at], P_MIN, 1 - P_MIN);
            loss -= weights[at] * (clicks[at] ? Math.log(p) : Math.log1p(-p));
            predicted += weights[at] * (double) predictions[at];
            clicked += clicks[at] ? weights[at] : 0;
            weight += weights[at];
        }
        boolean both = clicked > 0 && clicked < weight;
        double rate = clicked / weight;
        double entropy = -(rate * Math.log(rate) + (1 - rate) * Math.log1p(-rate));
        double logLoss = weight > 0 ? loss / weight : Double.NaN;
        int[] order = order();
        return new PredictionFigures(size, clicked, logLoss, both ? logLoss / entropy : Double.NaN,
                both ? auc(order) : Double.NaN, clicked > 0 ? predicted / clicked : Double.NaN,
                weight > 0 ? calibrationError(order, weight) : Double.NaN);
    }

    /**
     * The predictions in buckets of about equally many, lowest first; equal predictions share a bucket.
     *
     * @param buckets at most how many, at least 1
     */
    public List<ReliabilityBucket> reliability(int buckets) {
        return reliability(order(), buckets);
    }

    /**
     * The examples by rising prediction, equal ones oldest first.
     *
     * @return numbers for {@link #prediction}, {@link #click} and {@link #weight}
     */
    public int[] order() {
        // Floats that are not negative sort like their bits; the number of the entry rides along below.
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = (long) Float.floatToIntBits(predictions[place(i)]) << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    /* The share of pairs of a click and a non-click that are in the right order, ties half: one pass in score order. */
    private double auc(int[] order) {
        double right = 0;
        double negativesBelow = 0;
        double positives = 0;
        for (int from = 0; from < size;) {
            double tiedNegatives = 0;
            double tiedPositives = 0;
            int to = from;
            while (to < size && prediction(order[to]) == prediction(order[from])) {
                int at = place(order[to]);
                tiedPositives += clicks[at] ? weights[at] : 0;
                tiedNegatives += clicks[at] ? 0 : weights[at];
                to++;
            }
            right += tiedPositives * (negativesBelow + tiedNegatives / 2);
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
            from = to;
        }
        return positives > 0 && negativesBelow > 0 ? right / (positives * negativesBelow) : Double.NaN;
    }

    private double calibrationError(int[] order, double weight) {
        double sum = 0;
        for (ReliabilityBucket bucket : reliability(order, ERROR_BUCKETS)) {
            sum += bucket.weight() * Math.abs(bucket.predicted() - bucket.observed());
        }
        return sum / weight;
    }

    private List<ReliabilityBucket> reliability(int[] order, int buckets) {
        List<ReliabilityBucket> found = new ArrayList<>();
        int from = 0;
        for (int bucket = 1; bucket <= buckets; bucket++) {
            int to = (int) ((long) bucket * size / buckets);
            double predicted = 0;
            double clicked = 0;
            double weight = 0;
            int i = from;
            while (i < to || (i > from && i < size && prediction(order[i]) == prediction(order[i - 1]))) {
                int at = place(order[i]);
                predicted += weights[at] * (double) predictions[at];
                clicked += clicks[at] ? weights[at] : 0;
                weight += weights[at];
                i++;
            }
            from = i;
            // A bucket of nothing but what was taken back and said anew has no rate.
            if (weight > 0) {
                found.add(new ReliabilityBucket(predicted / weight, clicked / weight, weight));
            }
        }
        return found;
    }
}
