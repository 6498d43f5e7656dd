package io.sextant.perf.loop;

import io.sextant.model.evaluation.Predictions;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Everything that one arm bought, as columns: the truth, and what was predicted when. Threading: one thread at a time.
 */
final class ImpressionLog {
    /** Who says how probable a click was. */
    enum Says {
        /** The market itself. */
        TRUTH,
        /** The market, as far as the request tells: everything but the person. */
        REQUEST,
        /** The model that was served, calibrated, when it bid. */
        SERVED,
        /** The model in training, just before it learned whether there was a click. */
        PROGRESSIVE,
        /** The same, calibrated. */
        CALIBRATED
    }

    private static final int FIRST_ROOM = 1 << 16;

    private final float[][] probabilities = new float[Says.values().length][FIRST_ROOM];
    private boolean[] clicks = new boolean[FIRST_ROOM];
    private byte[] exchanges = new byte[FIRST_ROOM];
    private int size;
    private int learned;

    /** Notes an impression. */
    void shown(double truth, double request, double served, boolean clicked, int exchange) {
        if (size == clicks.length) {
            int room = Math.multiplyExact(size, 2);
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = Arrays.copyOf(probabilities[i], room);
            }
            clicks = Arrays.copyOf(clicks, room);
            exchanges = Arrays.copyOf(exchanges, room);
        }
        column(Says.TRUTH)[size] = (float) truth;
        column(Says.REQUEST)[size] = (float) request;
        column(Says.SERVED)[size] = (float) served;
        clicks[size] = clicked;
        exchanges[size] = (byte) exchange;
        size++;
    }

    /** Notes the progressive prediction for the first impression that has none yet, {@link #learned}. */
    void learned(double progressive, double calibrated) {
        column(Says.PROGRESSIVE)[learned] = (float) progressive;
        column(Says.CALIBRATED)[learned] = (float) calibrated;
        learned++;
    }

    /** Impressions noted. */
    int size() {
        return size;
    }

    /** Impressions with a progressive prediction; they are the first ones. */
    int learned() {
        return learned;
    }

    /** What was said of impressions {@code from} to before {@code to}, beside whether they were clicked. */
    Predictions predictions(Says says, int from, int to) {
        Predictions predictions = Predictions.all();
        for (int i = from; i < to; i++) {
            predictions.add(column(says)[i], clicks[i], 1);
        }
        return predictions;
    }

    /** Sum of the probabilities. */
    double expectedClicks(Says says, int from, int to, IntPredicate which) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += which.test(i) ? column(says)[i] : 0;
        }
        return sum;
    }

    /** Whether impression {@code i} was clicked. */
    boolean clicked(int i) {
        return clicks[i];
    }

    /** Number of the exchange that sold impression {@code i}. */
    int exchange(int i) {
        return exchanges[i];
    }

    @SuppressWarnings("EnumOrdinal") // the ordinal is the column's place
    private float[] column(Says says) {
        return probabilities[says.ordinal()];
    }
}
