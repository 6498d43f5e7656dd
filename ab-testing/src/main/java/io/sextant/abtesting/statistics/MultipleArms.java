package io.sextant.abtesting.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What several arms against one control do to how sure one may be. Stateless. */
public final class MultipleArms {
    private MultipleArms() {}

    /**
     * p-values that hold for all comparisons together (Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure).
     *
     * @param pValues one a comparison, 0..1
     * @return in the same order; at most 1
     */
    public static double[] holm(double[] pValues) {
        int[] order = IntStream.range(0, pValues.length).boxed().sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue).toArray();
        double[] adjusted = new double[pValues.length];
        double highest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            highest = Math.max(highest, (order.length - rank) * pValues[order[rank]]);
            adjusted[order[rank]] = Math.min(1, highest);
        }
        return adjusted;
    }

    /**
     * Confidence of each interval so that all of them hold together with {@code level} (Bonferroni).
     *
     * @param comparisons 1 or more
     */
    public static double each(double level, int comparisons) {
        return 1 - (1 - level) / comparisons;
    }

    /** Whether all are below {@code 1 - level} after {@link #holm}. */
    public static boolean allSettled(double[] pValues, double level) {
        return Arrays.stream(holm(pValues)).allMatch(p -> p < 1 - level);
    }
}
