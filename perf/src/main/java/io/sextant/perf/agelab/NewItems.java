package io.sextant.perf.agelab;

import io.sextant.model.ctr.Logistic;
import io.sextant.perf.agelab.PolicyRun.ErrorPoint;
import io.sextant.perf.agelab.PolicyRun.FreshItems;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.Round;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows items from their first display on: what new ones earned, and how wrong the model was about them by the number of
 * their displays (the paper's table 4 and figure 5). Threading: one thread's.
 */
final class NewItems implements Evaluation.Listener {
    /** Displays are put together by powers of two: 0, 1, 2 to 3, 4 to 7, and so on. */
    private static final int BUCKETS = 18;

    private final NewsWorld world;
    private final PolicyContestant contestant;
    private final int displaysMax;
    private final int[] displays;
    private final long[] shown = new long[BUCKETS];
    private final double[] truth = new double[BUCKETS];
    private final double[] predicted = new double[BUCKETS];
    private final double[] error = new double[BUCKETS];
    private long freshDisplays;
    private long clicks;
    private double expected;
    private double plain;
    private double perturbed;

    /**
     * Nothing has been displayed yet.
     *
     * @param displaysMax up to which an item is a new one
     */
    NewItems(NewsWorld world, PolicyContestant contestant, int displaysMax) {
        this.world = world;
        this.contestant = contestant;
        this.displaysMax = displaysMax;
        this.displays = new int[world.config().articles()];
    }

    /** An item was displayed before anybody looked at it here. */
    void displayed(int item) {
        displays[item]++;
    }

    @Override
    public void shown(Round round, int row, boolean clicked) {
        int before = displays[round.candidates[row]]++;
        double p = world.probability(round, row);
        double prediction = Logistic.of(contestant.plain(row));
        int bucket = Math.min(BUCKETS - 1, Integer.SIZE - Integer.numberOfLeadingZeros(before));
        shown[bucket]++;
        truth[bucket] += p;
        predicted[bucket] += prediction;
        error[bucket] += Math.abs(prediction - p);
        if (before < displaysMax) {
            freshDisplays++;
            clicks += clicked ? 1 : 0;
            expected += p;
            plain += prediction;
            perturbed += Logistic.of(contestant.explored(row));
        }
    }

    /** What new items got. */
    FreshItems fresh() {
        return new FreshItems(freshDisplays, clicks, expected, plain, perturbed);
    }

    /** By displays. */
    List<ErrorPoint> errors() {
        List<ErrorPoint> points = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (shown[bucket] > 0) {
                double count = shown[bucket];
                points.add(new ErrorPoint(bucket == 0 ? 0 : 1 << (bucket - 1), shown[bucket], truth[bucket] / count,
                        predicted[bucket] / count, error[bucket] / count));
            }
        }
        return points;
    }
}
