package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.UnitMoments;
import java.util.SplittableRandom;

/**
 * A small market with two arms of the same rules: each predicts clicks with a small logistic model, bids what a click is
 * worth times the prediction, and learns from the impressions that it has bought, and from no others. Assumes one thread.
 */
/*
 * Publishers by Zipf's law, hidden log-quality of deviation 0.8, rivals who know half of it, price noise 0.6, auctions of
 * the second price; a second field and an interaction that the model has no weight for. Users differ in taste and come
 * several times. Both arms start from the same model, warmed up on impressions that were bought whatever they
 * seemed worth.
 */
final class LearningMarket {
    /** What of a request or a unit is added up: clicks, impressions, spend. */
    static final int COLUMNS = 3;

    private static final int PUBLISHERS = 300;
    private static final int SEGMENTS = 20;
    private static final double ZIPF = 0.75;
    private static final double QUALITY_DEVIATION = 0.8;
    private static final double SEGMENT_DEVIATION = 0.4;
    private static final double INTERACTION_DEVIATION = 0.3;
    private static final double MEAN_LOG_RATE = -3.95;
    private static final double RIVALS_KNOW = 0.5;
    private static final double PRICE_DEVIATION = 0.6;
    /** So that about one auction in six is won. */
    private static final double RIVALS_AHEAD = 1;
    private static final double RATE_MAX = 0.5;
    private static final int REQUESTS_PER_USER = 6;
    private static final int WARM_UP = 20_000;

    private final SplittableRandom random;
    private final double[] cumulative = new double[PUBLISHERS];
    private final double[][] logRate = new double[PUBLISHERS][SEGMENTS];
    private final double[] rivals = new double[PUBLISHERS];

    /** A market of its own for each seed. */
    LearningMarket(long seed) {
        this.random = new SplittableRandom(seed);
        double sum = 0;
        for (int i = 0; i < PUBLISHERS; i++) {
            sum += Math.pow(i + 1, -ZIPF);
            cumulative[i] = sum;
        }
        double[] segment = new double[SEGMENTS];
        for (int j = 0; j < SEGMENTS; j++) {
            segment[j] = SEGMENT_DEVIATION * random.nextGaussian();
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            cumulative[i] /= sum;
            double quality = QUALITY_DEVIATION * random.nextGaussian();
            rivals[i] = MEAN_LOG_RATE + RIVALS_KNOW * quality + RIVALS_AHEAD;
            for (int j = 0; j < SEGMENTS; j++) {
                logRate[i][j] = MEAN_LOG_RATE + quality + segment[j] + INTERACTION_DEVIATION * random.nextGaussian();
            }
        }
    }

    /**
     * What the arms did.
     *
     * @param requests [arms], one unit a request
     * @param users    [arms], one unit a user who had a request, whether anything was bought for them or not
     */
    @SuppressWarnings("ArrayRecordComponent") // two arms, read at once
    record Arms(UnitMoments[] requests, UnitMoments[] users) {}

    /**
     * Lets two arms bid.
     *
     * @param requests number of requests, of both together
     * @param shared   whether they share one model, which then learns from what both have bought
     */
    Arms hold(int requests, boolean shared) {
        LogisticModel first = warmedUp();
        var models = new LogisticModel[]{first, shared ? first : first.copy()};
        int users = requests / REQUESTS_PER_USER;
        double[] taste = new double[users];
        boolean[] treated = new boolean[users];
        boolean[] seen = new boolean[users];
        double[][] sums = new double[users][COLUMNS];
        for (int i = 0; i < users; i++) {
            taste[i] = taste();
            treated[i] = random.nextBoolean();
        }
        var byRequest = new UnitMoments[]{new UnitMoments(COLUMNS), new UnitMoments(COLUMNS)};
        double[] row = new double[COLUMNS];
        for (int i = 0; i < requests; i++) {
            int user = random.nextInt(users);
            int arm = treated[user] ? 1 : 0;
            offer(models[arm], taste[user], row);
            byRequest[arm].add(row);
            seen[user] = true;
            for (int j = 0; j < COLUMNS; j++) {
                sums[user][j] += row[j];
            }
        }
        var byUser = new UnitMoments[]{new UnitMoments(COLUMNS), new UnitMoments(COLUMNS)};
        for (int i = 0; i < users; i++) {
            if (seen[i]) {
                byUser[treated[i] ? 1 : 0].add(sums[i]);
            }
        }
        return new Arms(byRequest, byUser);
    }

    private LogisticModel warmedUp() {
        var model = new LogisticModel(PUBLISHERS, SEGMENTS, MEAN_LOG_RATE + 0.5);
        for (int i = 0; i < WARM_UP; i++) {
            int publisher = publisher(random.nextDouble());
            int segment = random.nextInt(SEGMENTS);
            model.learn(publisher, segment, clicks(publisher, segment, taste()));
        }
        return model;
    }

    private double taste() {
        return -Math.log(1 - random.nextDouble());
    }

    /** One auction; what it brings goes into {@code row}. */
    private void offer(LogisticModel model, double taste, double[] row) {
        int publisher = publisher(random.nextDouble());
        int segment = random.nextInt(SEGMENTS);
        double price = Math.exp(rivals[publisher] + PRICE_DEVIATION * random.nextGaussian());
        double bid = model.predict(publisher, segment);
        boolean click = clicks(publisher, segment, taste);
        row[0] = 0;
        row[1] = 0;
        row[2] = 0;
        if (bid <= price) {
            return;
        }
        model.learn(publisher, segment, click);
        row[0] = click ? 1 : 0;
        row[1] = 1;
        row[2] = price;
    }

    private boolean clicks(int publisher, int segment, double taste) {
        return random.nextDouble() < Math.min(RATE_MAX, Math.exp(logRate[publisher][segment]) * taste);
    }

    private int publisher(double share) {
        int low = 0;
        int high = PUBLISHERS - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] < share) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
