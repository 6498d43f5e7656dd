package io.sextant.perf.experiment;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.PairedRuns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Holds arms against each other over runs: a paired difference a run, Student's t with n - 1 over runs. Thread-safe. */
public final class Comparisons {
    private static final double LEVEL = 0.95;
    private static final double POWER = 0.8;

    private Comparisons() {}

    /**
     * Every arm against every reference but itself, by every measure in each of its phases; runs in which a difference is
     * not finite, as the ratio of something that is 0, are left out.
     *
     * @param arms       names
     * @param references names of arms, control first
     */
    public static List<Comparison> of(List<RunResult> runs, List<String> arms, List<String> references) {
        List<Comparison> found = new ArrayList<>();
        for (String reference : references) {
            for (String arm : arms) {
                for (Measure measure : arm.equals(reference) ? new Measure[0] : Measure.values()) {
                    for (String phase : measure.phases()) {
                        double[] differences = runs.stream()
                                .mapToDouble(run -> measure.difference(run.arm(arm), run.arm(reference), phase))
                                .filter(Double::isFinite).toArray();
                        found.add(of(phase, measure, arm, reference, differences));
                    }
                }
            }
        }
        return found;
    }

    private static Comparison of(String phase, Measure measure, String arm, String against, double... differences) {
        int runs = differences.length;
        if (runs < 2) {
            return new Comparison(phase, measure.label(), arm, against, measure.logRatio(), runs,
                    Arrays.stream(differences).sum() / runs, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        PairedRuns paired = PairedRuns.of(differences);
        ConfidenceInterval interval = paired.interval(LEVEL);
        return new Comparison(phase, measure.label(), arm, against, measure.logRatio(), runs, paired.mean(),
                interval.low(), interval.high(), paired.pValue(), paired.standardDeviation(),
                paired.mean() == 0 ? 0 : paired.runsNeeded(paired.mean(), LEVEL, POWER));
    }
}
