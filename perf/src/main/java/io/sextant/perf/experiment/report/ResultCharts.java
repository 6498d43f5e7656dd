package io.sextant.perf.experiment.report;

import io.sextant.perf.experiment.ArmRun;
import io.sextant.perf.experiment.ArmSpec;
import io.sextant.perf.experiment.CurvePoint;
import io.sextant.perf.experiment.ExperimentResult;
import io.sextant.perf.experiment.ExposurePoint;
import io.sextant.perf.experiment.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The charts of an experiment; each point is a mean over runs. Stateless. */
final class ResultCharts {
    private ResultCharts() {}

    /** Expected clicks by spend: control at its bid levels, and the arms. */
    static Chart frontier(ExperimentResult result) {
        var chart = new Chart("Clicks and spend, online", "spend, USD a run", "expected clicks a run", false);
        List<RunResult> runs = result.runs();
        List<double[]> levels = new ArrayList<>();
        for (int level = 0; level < runs.getFirst().frontier().size(); level++) {
            int at = level;
            levels.add(point(runs, run -> run.frontier().get(at)));
        }
        if (!levels.isEmpty()) {
            levels.add(point(runs, run -> run.arm(result.control())));
            levels.sort(Comparator.comparingDouble(point -> point[0]));
            chart.add("control at other bid levels", 0, levels);
        }
        for (int arm = 0; arm < result.arms().size(); arm++) {
            ArmSpec spec = result.arms().get(arm);
            if (levels.isEmpty() || !spec.name().equals(result.control())) {
                chart.add(spec.label(), arm, List.of(point(runs, run -> run.arm(spec.name()))));
            }
        }
        return chart;
    }

    private interface Choice {
        ArmRun of(RunResult run);
    }

    private static double[] point(List<RunResult> runs, Choice arm) {
        return new double[]{mean(runs, run -> arm.of(run).online().expected().spendUsd()),
            mean(runs, run -> arm.of(run).online().expected().clicks())};
    }

    /** The online phase over time. */
    static List<Chart> curves(ExperimentResult result) {
        return List.of(
                curve(result, "Click-through rate over time (expected)", "CTR, %", point -> 100 * point.expectedCtr()),
                curve(result, "Spend over time", "USD a stretch", CurvePoint::spendUsd),
                curve(result, "Exploration premium over time", "% of spend", point -> 100 * point.premium()),
                curve(result, "Mean modifier over time", "mean modifier of bids", CurvePoint::modifierOfBids));
    }

    private static Chart curve(ExperimentResult result, String title, String axis, ToDoubleFunction<CurvePoint> value) {
        var chart = new Chart(title, "hours of the market", axis, false);
        for (int arm = 0; arm < result.arms().size(); arm++) {
            String name = result.arms().get(arm).name();
            int points = result.runs().stream().mapToInt(run -> run.arm(name).curve().size()).min().orElse(0);
            List<double[]> line = new ArrayList<>();
            for (int at = 0; at < points; at++) {
                int point = at;
                line.add(new double[]{mean(result.runs(), run -> run.arm(name).curve().get(point).hours()),
                    mean(result.runs(), run -> value.applyAsDouble(run.arm(name).curve().get(point)))});
            }
            chart.add(result.arms().get(arm).label(), arm, line);
        }
        return chart;
    }

    /** How unsure models are by how much they know. */
    static List<Chart> exposure(ExperimentResult result) {
        return List.of(
                exposure(result, "Each arm's own uncertainty by exposures of the publisher", "u over its mean",
                        ExposurePoint::relativeUncertainty),
                exposure(result, "Monte Carlo dropout's uncertainty by exposures of the publisher", "u, probability",
                        ExposurePoint::monteCarlo),
                exposure(result, "Modifier by exposures of the publisher", "mean natural modifier",
                        ExposurePoint::modifier));
    }

    private static Chart exposure(ExperimentResult result, String title, String axis,
            ToDoubleFunction<ExposurePoint> value) {
        var chart = new Chart(title, "impressions learned from on the publisher, plus 1", axis, true);
        for (int arm = 0; arm < result.arms().size(); arm++) {
            String name = result.arms().get(arm).name();
            int points = result.runs().stream().mapToInt(run -> run.arm(name).exposure().size()).min().orElse(0);
            List<double[]> line = new ArrayList<>();
            for (int at = 0; at < points; at++) {
                int point = at;
                line.add(new double[]{
                    1 + mean(result.runs(), run -> run.arm(name).exposure().get(point).exposuresMean()),
                    mean(result.runs(), run -> value.applyAsDouble(run.arm(name).exposure().get(point)))});
            }
            chart.add(result.arms().get(arm).label(), arm, line);
        }
        return chart;
    }

    static double mean(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
        return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
    }
}
