package io.sextant.trainer.arm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * The last predictions that were made before their examples were trained on, by the model in training and by the last
 * published version, and the figures over them.
 *
 * <p>
 * Threading: owned by the arm's thread.
 */
final class ProgressiveWindow {
    private static final int ENTRY_BYTES = 3 * Float.BYTES + 1;
    private static final double P_MIN = 1e-7;

    private final float[] predictions;
    private final float[] published;
    private final float[] weights;
    private final boolean[] clicks;
    private int next;
    private int size;
    private int sincePublication;

    /** Makes an empty one over the last {@code capacity} examples. */
    ProgressiveWindow(int capacity) {
        this.predictions = new float[capacity];
        this.published = new float[capacity];
        this.weights = new float[capacity];
        this.clicks = new boolean[capacity];
    }

    /**
     * Notes one example.
     *
     * @param prediction          by the model in training, 0..1
     * @param publishedPrediction by the last published version, 0..1
     * @param weight              1, or -1 to take an earlier example back
     */
    void add(double prediction, double publishedPrediction, boolean click, float weight) {
        predictions[next] = (float) prediction;
        published[next] = (float) publishedPrediction;
        clicks[next] = click;
        weights[next] = weight;
        next = next + 1 == predictions.length ? 0 : next + 1;
        size = Math.min(size + 1, predictions.length);
        sincePublication = Math.min(sincePublication + 1, predictions.length);
    }

    /** From now on {@code publishedPrediction} is another version's; comparisons start anew. */
    void published() {
        sincePublication = 0;
    }

    /** Examples since the last publication, at most the capacity. */
    int sincePublication() {
        return sincePublication;
    }

    /** Figures of the model in training over the whole window. */
    Figures figures() {
        double predicted = 0;
        double observed = 0;
        double weight = 0;
        for (int back = 1; back <= size; back++) {
            int i = index(back);
            predicted += weights[i] * predictions[i];
            observed += clicks[i] ? weights[i] : 0;
            weight += weights[i];
        }
        double logLoss = logLoss(predictions, size);
        double rate = observed / weight;
        double entropy = -(rate * Math.log(rate) + (1 - rate) * Math.log1p(-rate));
        return new Figures(size, logLoss, logLoss / entropy, auc(), predicted / observed);
    }

    /** Both models on the examples since the last publication. */
    Comparison comparison() {
        double observed = 0;
        double predicted = 0;
        double byPublished = 0;
        for (int back = 1; back <= sincePublication; back++) {
            int i = index(back);
            observed += clicks[i] ? weights[i] : 0;
            predicted += weights[i] * predictions[i];
            byPublished += weights[i] * published[i];
        }
        return new Comparison(sincePublication, observed, logLoss(predictions, sincePublication),
                logLoss(published, sincePublication), predicted / observed, byPublished / observed);
    }

    private double logLoss(float[] of, int last) {
        double loss = 0;
        double weight = 0;
        for (int back = 1; back <= last; back++) {
            int i = index(back);
            double p = Math.clamp(of[i], P_MIN, 1 - P_MIN);
            loss -= weights[i] * (clicks[i] ? Math.log(p) : Math.log1p(-p));
            weight += weights[i];
        }
        return weight > 0 ? loss / weight : Double.NaN;
    }

    /* The share of pairs of a click and a non-click that are in the right order, ties half: one pass in score order. */
    private double auc() {
        // Floats that are not negative sort like their bits; the place of the entry rides along below.
        long[] order = new long[size];
        for (int back = 1; back <= size; back++) {
            int i = index(back);
            order[back - 1] = (long) Float.floatToIntBits(predictions[i]) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        double right = 0;
        double negativesBelow = 0;
        double positives = 0;
        for (int from = 0; from < size;) {
            double tiedNegatives = 0;
            double tiedPositives = 0;
            int to = from;
            while (to < size && order[to] >>> Integer.SIZE == order[from] >>> Integer.SIZE) {
                int i = (int) order[to];
                tiedPositives += clicks[i] ? weights[i] : 0;
                tiedNegatives += clicks[i] ? 0 : weights[i];
                to++;
            }
            right += tiedPositives * (negativesBelow + tiedNegatives / 2);
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
            from = to;
        }
        return positives > 0 && negativesBelow > 0 ? right / (positives * negativesBelow) : Double.NaN;
    }

    private int index(int back) {
        int i = next - back;
        return i < 0 ? i + predictions.length : i;
    }

    /** The window as text, oldest entry first. */
    String save() {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + size * ENTRY_BYTES);
        bytes.putInt(sincePublication);
        for (int back = size; back >= 1; back--) {
            int i = index(back);
            bytes.putFloat(predictions[i]).putFloat(published[i]).putFloat(weights[i])
                    .put(clicks[i] ? (byte) 1 : (byte) 0);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Fills an empty window with what {@link #save} gave; a smaller one with the newest of it. */
    void restore(String saved) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(saved));
        int since = bytes.getInt();
        while (bytes.remaining() >= ENTRY_BYTES) {
            float prediction = bytes.getFloat();
            float publishedPrediction = bytes.getFloat();
            float weight = bytes.getFloat();
            add(prediction, publishedPrediction, bytes.get() != 0, weight);
        }
        sincePublication = Math.min(since, size);
    }
}
