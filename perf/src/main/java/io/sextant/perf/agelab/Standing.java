package io.sextant.perf.agelab;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.PairedRuns;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A policy over all seeds of a setting, beside what it is compared with. Immutable.
 *
 * @param policy     which
 * @param clicks     mean
 * @param sd         standard deviation of clicks over seeds, n − 1; NaN of one
 * @param difference mean of the paired differences of log clicks to the reference; NaN of the reference
 * @param low        lower end of its 95 % interval, Student's t over seeds
 * @param high       upper end
 * @param truth      the same difference by true click probabilities in place of clicks
 * @param truthLow    lower end
 * @param truthHigh   upper end
 * @param runs       what it is made of, by seed
 */
public record Standing(LabPolicy policy, double clicks, double sd, double difference, double low, double high,
        double truth, double truthLow, double truthHigh, List<PolicyRun> runs) {
    private static final double LEVEL = 0.95;

    public Standing {
        runs = List.copyOf(runs);
    }

    /** The standings of all policies of a setting that were run, in the order of the tables. */
    public static List<Standing> of(List<PolicyRun> all, String row, double share) {
        return Arrays.stream(LabPolicy.values())
                .map(policy -> of(policy, runs(all, row, share, policy), runs(all, row, share, policy.reference())))
                .filter(standing -> !standing.runs.isEmpty()).toList();
    }

    private static List<PolicyRun> runs(List<PolicyRun> all, String row, double share, LabPolicy policy) {
        return all.stream().filter(run -> run.row().equals(row) && run.share() == share
                && run.policy().equals(policy.word())).sorted(Comparator.comparingLong(PolicyRun::seed)).toList();
    }

    private static Standing of(LabPolicy policy, List<PolicyRun> runs, List<PolicyRun> references) {
        double[] clicks = runs.stream().mapToDouble(PolicyRun::clicks).toArray();
        double mean = Arrays.stream(clicks).average().orElse(Double.NaN);
        double squares = Arrays.stream(clicks).map(each -> (each - mean) * (each - mean)).sum();
        Difference byClicks = difference(policy, runs, references, PolicyRun::clicks);
        Difference byTruth = difference(policy, runs, references, PolicyRun::expected);
        return new Standing(policy, mean, clicks.length < 2 ? Double.NaN : Math.sqrt(squares / (clicks.length - 1)),
                byClicks.mean, byClicks.low, byClicks.high, byTruth.mean, byTruth.low, byTruth.high, runs);
    }

    private record Difference(double mean, double low, double high) {}

    private static Difference difference(LabPolicy policy, List<PolicyRun> runs, List<PolicyRun> references,
            ToDoubleFunction<PolicyRun> of) {
        if (policy == policy.reference() || runs.isEmpty() || references.size() != runs.size()) {
            return new Difference(Double.NaN, Double.NaN, Double.NaN);
        }
        double[] differences = new double[runs.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.log(of.applyAsDouble(runs.get(i)) / of.applyAsDouble(references.get(i)));
        }
        double mean = Arrays.stream(differences).average().orElse(Double.NaN);
        if (differences.length < 2) {
            return new Difference(mean, Double.NaN, Double.NaN);
        }
        ConfidenceInterval interval = PairedRuns.of(differences).interval(LEVEL);
        return new Difference(mean, interval.low(), interval.high());
    }

    /** Mean over seeds of one of the runs' figures. */
    public double mean(ToDoubleFunction<PolicyRun> figure) {
        return runs.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }

    /** What the paper printed as improvement on the reference, a share; null where it printed none. */
    public @Nullable Double published(boolean half) {
        LabPolicy.Published own = policy.published();
        LabPolicy.Published reference = policy.reference().published();
        if (own == null || reference == null || policy == policy.reference()) {
            return null;
        }
        double ratio = half ? own.clicksHalf() / reference.clicksHalf() : own.clicks() / reference.clicks();
        return Double.isNaN(ratio) ? null : ratio - 1;
    }
}
