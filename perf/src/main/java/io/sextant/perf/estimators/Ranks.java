package io.sextant.perf.estimators;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.ranking.NaturalRanking;

/** Correlations of ranks. Pure functions. */
final class Ranks {
    /** Fewer values in a stratum say nothing. */
    private static final int STRATUM_MIN = 10;

    private Ranks() {}

    /** Spearman's ρ, ties at their mean rank; NaN for fewer than three values or where one column is constant. */
    static double spearman(double[] a, double[] b) {
        if (a.length < 3) {
            return Double.NaN;
        }
        var ranking = new NaturalRanking();
        return new PearsonsCorrelation().correlation(ranking.rank(a), ranking.rank(b));
    }

    /**
     * Mean of Spearman's ρ within strata, weighted by their sizes; strata in which it cannot be told are left out.
     *
     * @param strata [n] number of each value's stratum, from 0
     */
    static double spearmanWithin(double[] a, double[] b, int[] strata) {
        double sum = 0;
        double weight = 0;
        for (int stratum = 0; stratum <= Arrays.stream(strata).max().orElse(-1); stratum++) {
            int[] in = members(strata, stratum);
            double own = in.length < STRATUM_MIN ? Double.NaN : spearman(pick(a, in), pick(b, in));
            if (!Double.isNaN(own)) {
                sum += in.length * own;
                weight += in.length;
            }
        }
        return sum / weight;
    }

    /** Numbers of equally many values each, lowest values in 0; ties in the order in which they stand. */
    static int[] strata(double[] values, int count) {
        int[] order = order(values);
        int[] strata = new int[values.length];
        for (int place = 0; place < order.length; place++) {
            strata[order[place]] = (int) ((long) place * count / order.length);
        }
        return strata;
    }

    /** Places of the values that belong to a stratum. */
    static int[] members(int[] strata, int stratum) {
        return IntStream.range(0, strata.length).filter(i -> strata[i] == stratum).toArray();
    }

    /** Those values. */
    static double[] pick(double[] values, int[] places) {
        return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
    }

    private static int[] order(double[] values) {
        return IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue).toArray();
    }
}
