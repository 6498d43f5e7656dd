package io.sextant.perf.agelab;

import java.util.Arrays;

/**
 * What a policy did to the plain model's ranking, on a sample of its decisions. Threading: one thread's.
 */
final class Diagnostics {
    /** One decision of so many is looked at. */
    private static final int ONE_IN = 16;
    private static final int MOVES_MAX = 65_536;

    private final float[] moves = new float[MOVES_MAX];
    private int kept;
    private long decisions;
    private long looked;
    private long explored;
    private long topChanged;
    private long rankChanges;
    private long candidates;

    /** Looks at a decision, if it is one of the sample. */
    void decided(int size, float[] plain, float[] after, int chosen) {
        if (decisions++ % ONE_IN != 0) {
            return;
        }
        looked++;
        candidates += size;
        topChanged += best(plain, size) == chosen ? 0 : 1;
        for (int row = 0; row < size; row++) {
            float move = Math.abs(after[row] - plain[row]);
            if (move > 0) {
                explored++;
                if (kept < MOVES_MAX) {
                    moves[kept++] = move;
                }
            }
            rankChanges += rank(plain, size, row) == rank(after, size, row) ? 0 : 1;
        }
    }

    private static int rank(float[] values, int size, int row) {
        int above = 0;
        for (int other = 0; other < size; other++) {
            above += values[other] > values[row] || (values[other] == values[row] && other < row) ? 1 : 0;
        }
        return above;
    }

    /** The row with the highest value; of equals the first. */
    static int best(float[] values, int size) {
        int best = 0;
        for (int row = 1; row < size; row++) {
            if (values[row] > values[best]) {
                best = row;
            }
        }
        return best;
    }

    /** Median |Δlogit| of the candidates that were moved at all; 0 if none was. */
    double medianMove() {
        if (kept == 0) {
            return 0;
        }
        float[] sorted = Arrays.copyOf(moves, kept);
        Arrays.sort(sorted);
        return (sorted[(kept - 1) / 2] + sorted[kept / 2]) / 2.0;
    }

    /** Candidates a decision that have another rank than by the plain score. */
    double rankChanges() {
        return share(rankChanges, looked);
    }

    /** Share of decisions that show another item than the one with the best plain score. */
    double topChanged() {
        return share(topChanged, looked);
    }

    /** Share of candidates whose score was moved. */
    double moved() {
        return share(explored, candidates);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
