package io.sextant.perf.loop;

import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.model.evaluation.Predictions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Everything that one arm bought, as columns: the truth, and what was predicted when. Threading: one thread at a time.
 */
/*
 * Labels come nearly in the order of the impressions, but not quite: some campaigns' impressions wait less than others'. So
 * what is learned is looked up by bid id, and counts as soon as everything before it is learned, too.
 */
final class ImpressionLog implements ArmListener {
    /** Who says how probable a click was. */
    enum Says {
        /** The market itself. */
        TRUTH,
        /** The market, as far as the request tells: everything but the person. */
        REQUEST,
        /** Who knows all but the publishers' qualities and learns these from what the arm has shown: {@link QualityLearner}. */
        INFORMED,
        /** The same, who knows nothing of the person. */
        INFORMED_OF_REQUEST,
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
    private final List<String> sellers;
    private final QualityLearner informed;
    private final QualityLearner informedOfRequest;
    private final Map<String, Integer> unlearned = new HashMap<>();
    private int size;
    private int learned;

    /**
     * An impression when it is shown. Probabilities are in 0..1, by who says them.
     *
     * @param truth             see {@link Says}
     * @param request           see {@link Says}
     * @param informed          see {@link Says}
     * @param informedOfRequest see {@link Says}
     * @param served            see {@link Says}
     * @param clicked           whether it is clicked
     * @param exchange          number of the exchange that sold it
     */
    record Shown(double truth, double request, double informed, double informedOfRequest, double served,
            boolean clicked, int exchange) {}

    /**
     * An empty one.
     *
     * @param sellers   names of the exchanges, in the order of their numbers
     * @param qualitySd standard deviation of the publishers' hidden log-quality
     */
    ImpressionLog(List<String> sellers, double qualitySd) {
        this.sellers = sellers;
        this.informed = new QualityLearner(qualitySd);
        this.informedOfRequest = new QualityLearner(qualitySd);
    }

    @Override
    public void shown(Win win, Response response, ClickProcess audience) {
        String creative = win.bid().getCreativeId();
        boolean clicked = response.clicked();
        shown(win.bid().getBidId(), new Shown(response.probability(),
                audience.typicalProbability(win.opportunity(), creative),
                informed.predictAndLearn(win.publisher(),
                        audience.probabilities(win.opportunity(), response, informed.qualities()), clicked),
                informedOfRequest.predictAndLearn(win.publisher(),
                        audience.typicalProbabilities(win.opportunity(), creative, informedOfRequest.qualities()),
                        clicked),
                win.plainPctr(), clicked, sellers.indexOf(win.bid().getExchange())));
    }

    @Override
    public void predicted(String bidId, double raw, double calibrated) {
        Integer place = unlearned.remove(bidId);
        if (place == null) {
            throw new IllegalArgumentException("impression " + bidId + " was not bought, or is told a second time");
        }
        column(Says.PROGRESSIVE)[place] = (float) raw;
        column(Says.CALIBRATED)[place] = (float) calibrated;
        while (learned < size && !Float.isNaN(column(Says.PROGRESSIVE)[learned])) {
            learned++;
        }
    }

    /** Notes an impression. */
    void shown(String bidId, Shown shown) {
        if (size == clicks.length) {
            int room = Math.multiplyExact(size, 2);
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = Arrays.copyOf(probabilities[i], room);
            }
            clicks = Arrays.copyOf(clicks, room);
            exchanges = Arrays.copyOf(exchanges, room);
        }
        column(Says.TRUTH)[size] = (float) shown.truth;
        column(Says.REQUEST)[size] = (float) shown.request;
        column(Says.INFORMED)[size] = (float) shown.informed;
        column(Says.INFORMED_OF_REQUEST)[size] = (float) shown.informedOfRequest;
        column(Says.SERVED)[size] = (float) shown.served;
        column(Says.PROGRESSIVE)[size] = Float.NaN;
        unlearned.put(bidId, size);
        clicks[size] = shown.clicked;
        exchanges[size] = (byte) shown.exchange;
        size++;
    }

    /** Impressions noted. */
    int size() {
        return size;
    }

    /** Impressions from the first on that all have a progressive prediction. */
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
