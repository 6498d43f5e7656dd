package io.sextant.model.training;

import java.util.Arrays;

/**
 * Progressive validation: the predictions made for examples before they were learned from, over a sliding window.
 *
 * <p>
 * Threading: one thread at a time.
 */
public final class ProgressiveValidation {
    private final float[] logits;
    private final boolean[] clicks;
    private long recorded;

    /** A window over the last {@code window} examples, at least 1. */
    public ProgressiveValidation(int window) {
        if (window < 1) {
            throw new IllegalArgumentException("window is " + window + ", must be at least 1");
        }
        this.logits = new float[window];
        this.clicks = new boolean[window];
    }

    /** Adds a prediction and what happened; the oldest falls out of a full window. */
    public void record(float logit, boolean click) {
        int at = (int) (recorded % logits.length);
        logits[at] = logit;
        clicks[at] = click;
        recorded++;
    }

    /** Predictions ever recorded. */
    public long recorded() {
        return recorded;
    }

    /** Computes the metrics over the window: exactly, which takes a sort. */
    public ValidationMetrics metrics() {
        int size = (int) Math.min(recorded, logits.length);
        long clicked = 0;
        double loss = 0;
        double predicted = 0;
        for (int i = 0; i < size; i++) {
            double logit = logits[i];
            clicked += clicks[i] ? 1 : 0;
            // -log σ(z) = softplus(-z), -log(1 - σ(z)) = softplus(z)
            loss += softplus(clicks[i] ? -logit : logit);
            predicted += 1 / (1 + Math.exp(-logit));
        }
        double rate = (double) clicked / size;
        double entropy = -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
        boolean both = clicked > 0 && clicked < size;
        return new ValidationMetrics(size, clicked, size > 0 ? loss / size : Double.NaN,
                both ? auc(size, clicked) : Double.NaN, clicked > 0 ? predicted / clicked : Double.NaN,
                both ? loss / size / entropy : Double.NaN);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** The Mann-Whitney statistic from the sum of the clicks' ranks; equal predictions share their mean rank. */
    private double auc(int size, long clicked) {
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            int bits = Float.floatToIntBits(logits[i]);
            // Flipping the lower bits of negative floats makes integers sort as the floats do.
            long sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            order[i] = (sortable << 1) | (clicks[i] ? 1 : 0);
        }
        Arrays.sort(order);
        double rankSum = 0;
        int from = 0;
        while (from < size) {
            int to = from;
            long clicksHere = 0;
            while (to < size && (order[to] >> 1) == (order[from] >> 1)) {
                clicksHere += order[to] & 1;
                to++;
            }
            rankSum += clicksHere * (from + 1 + to) / 2.0;
            from = to;
        }
        double nonClicked = size - (double) clicked;
        return (rankSum - clicked * (clicked + 1.0) / 2) / (clicked * nonClicked);
    }
}
