package io.sextant.abtesting.simulation;

import java.util.Arrays;

/**
 * What came out of all runs of a {@link Simulation}, in the order of the runs.
 *
 * @param rows one a run
 */
@SuppressWarnings("ArrayRecordComponent") // written once, by run
record Outcomes(double[][] rows) {
    int runs() {
        return rows.length;
    }

    double[] column(int column) {
        return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
    }

    double mean(int column) {
        return Arrays.stream(rows).mapToDouble(row -> row[column]).average().orElse(Double.NaN);
    }

    /** Standard deviation, with n - 1. */
    double deviation(int column) {
        double mean = mean(column);
        double sum = Arrays.stream(rows).mapToDouble(row -> (row[column] - mean) * (row[column] - mean)).sum();
        return Math.sqrt(sum / (rows.length - 1));
    }
}
