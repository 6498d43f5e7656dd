package io.sextant.abtesting.simulation;

import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.PairedRuns;
import io.sextant.abtesting.statistics.RatioMetric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Two arms of the same rules that train models of their own, or share one: how often tests over requests, over users and
 * over whole runs call them different.
 */
record LearningArms(int runs, int requests, boolean shared, long seed) implements Simulation {
    /** Runs that a test over runs gets at a time. */
    private static final int BLOCK = 8;
    private static final List<String> NAMES = List.of("CTR", "eCPC", "spend");
    private static final List<RatioMetric> METRICS = List.of(new RatioMetric(0, 1), new RatioMetric(2, 0),
            new RatioMetric(2, RatioMetric.UNITS));
    private static final int COLUMNS = 4;

    @Override
    public String name() {
        return String.format(Locale.ROOT, "%s, %,dk requests", shared ? "arms share a model" : "arms train apart",
                requests / 1000);
    }

    @Override
    public double[] run(int run) {
        LearningMarket.Arms arms = new LearningMarket(seed + run).hold(requests, shared);
        double[] outcome = new double[COLUMNS * METRICS.size()];
        for (int i = 0; i < METRICS.size(); i++) {
            Estimate byRequest = METRICS.get(i).relative(arms.requests()[1], arms.requests()[0]);
            Estimate byUser = METRICS.get(i).relative(arms.users()[1], arms.users()[0]);
            outcome[COLUMNS * i] = byRequest.pValue() < 0.05 ? 1 : 0;
            outcome[COLUMNS * i + 1] = byUser.pValue() < 0.05 ? 1 : 0;
            outcome[COLUMNS * i + 2] = byUser.value();
            outcome[COLUMNS * i + 3] = byUser.standardError();
        }
        return outcome;
    }

    @Override
    public List<Finding> findings(Outcomes outcomes) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < METRICS.size(); i++) {
            String metric = NAMES.get(i);
            int column = COLUMNS * i;
            double spread = outcomes.deviation(column + 2) / outcomes.mean(column + 3);
            String calls = " calls a difference in " + metric;
            if (shared) {
                findings.add(Finding.near(this, "test over users" + calls, outcomes, column + 1, 0.05));
                // a standard deviation of n runs is good to one part in sqrt(2 n)
                double reach = 3 / Math.sqrt(2.0 * outcomes.runs());
                findings.add(new Finding(name(), "true spread of " + metric + " over the error that users tell",
                        outcomes.runs(), spread, 1 - reach, 1 + reach));
            } else {
                findings.add(Finding.shown(this, "test over requests" + calls, outcomes, outcomes.mean(column)));
                findings.add(Finding.shown(this, "test over users" + calls, outcomes, outcomes.mean(column + 1)));
                findings.add(Finding.shown(this, "true spread of " + metric + " over the error that users tell",
                        outcomes, spread));
                findings.add(overRuns(metric, outcomes.column(column + 2)));
            }
        }
        return findings;
    }

    private Finding overRuns(String metric, double[] differences) {
        int blocks = differences.length / BLOCK;
        int found = 0;
        for (int i = 0; i < blocks; i++) {
            found += PairedRuns.of(Arrays.copyOfRange(differences, i * BLOCK, (i + 1) * BLOCK)).pValue() < 0.05 ? 1 : 0;
        }
        double reach = 3 * Math.sqrt(0.05 * 0.95 / blocks);
        return new Finding(name(), "t test over " + BLOCK + " runs calls a difference in " + metric, blocks,
                (double) found / blocks, Math.max(0, 0.05 - reach), 0.05 + reach);
    }
}
