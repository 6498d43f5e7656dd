package io.sextant.perf.agelab;

import io.sextant.perf.agelab.world.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the λ at which the candidates that a policy explores move by a wanted median |Δlogit|. It asks the very policy that
 * decides, so that scale, direction, gate and draws are those of the decisions. Stateless.
 */
final class StepCalibration {
    private static final double FIRST = 1;
    private static final double FACTOR = 4;
    private static final int FACTORS_MAX = 24;
    private static final int HALVINGS = 18;

    private StepCalibration() {}

    /**
     * Sets the contestant's λ.
     *
     * @param rounds that are decided on for this, without showing anything
     * @param target median |Δlogit|, above 0
     * @return whether a λ was found; if not, the contestant keeps the one it had
     */
    static boolean calibrate(PolicyContestant contestant, List<Round> rounds, double target) {
        double before = contestant.lambda();
        double low = FIRST;
        double high = FIRST;
        double median = median(contestant, rounds, FIRST);
        int factors = 0;
        while (median < target && factors++ < FACTORS_MAX) {
            low = high;
            high *= FACTOR;
            median = median(contestant, rounds, high);
        }
        while (factors == 0 && median(contestant, rounds, low) >= target && low > 1e-9) {
            high = low;
            low /= FACTOR;
        }
        if (factors > FACTORS_MAX) {
            contestant.lambda(before);
            return false;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = Math.sqrt(low * high);
            if (median(contestant, rounds, middle) < target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        contestant.lambda(high);
        return true;
    }

    /** Median over candidates that move at all; 0 if none does. */
    static double median(PolicyContestant contestant, List<Round> rounds, double lambda) {
        contestant.lambda(lambda);
        List<Float> moves = new ArrayList<>();
        float[] found = new float[rounds.stream().mapToInt(round -> round.size).max().orElse(0)];
        for (Round round : rounds) {
            contestant.moves(round, found);
            for (int row = 0; row < round.size; row++) {
                if (found[row] > 0) {
                    moves.add(found[row]);
                }
            }
        }
        double[] sorted = moves.stream().mapToDouble(Float::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
