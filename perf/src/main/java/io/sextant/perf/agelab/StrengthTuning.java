package io.sextant.perf.agelab;

import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.AgeLabConfig.Tuning;
import io.sextant.perf.agelab.RunOnce.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same effort for every policy: one net for all, then as many strengths for each. What counts are the true click
 * probabilities of what was shown, which have less noise than clicks. Threading: one thread, which uses more.
 */
final class StrengthTuning {
    private final AgeLabConfig config;
    private final Tuning tuning;
    private final LabRuns runs;

    /**
     * One point of the grid.
     *
     * @param policy   its word; empty for the mean over all
     * @param strength NaN for none
     * @param expected true click probabilities of what was shown, mean over seeds
     */
    record Trial(String policy, double netRate, double dropRate, double strength, double expected) {
        Trial with(double found) {
            return new Trial(policy, netRate, dropRate, strength, found);
        }
    }

    /**
     * What was found.
     *
     * @param net       best for all policies together
     * @param best      strength of each policy that has one
     * @param nets      trials of nets
     * @param strengths trials of strengths
     */
    record Found(NetSettings net, Map<String, Double> best, List<Trial> nets, List<Trial> strengths) {}

    StrengthTuning(AgeLabConfig config, @Nullable Path kept) throws IOException {
        this.config = config;
        this.tuning = config.tuning();
        this.runs = new LabRuns(config, kept);
    }

    private static List<LabPolicy> policies() {
        return Arrays.stream(LabPolicy.values()).filter(policy -> policy.table() == 1).toList();
    }

    Found run(AgeLab.Progress progress) throws IOException, InterruptedException {
        RowConfig row = config.row(tuning.row());
        for (LabPolicy policy : policies()) {
            List<Double> grid = tuning.grid(policy);
            if (!grid.isEmpty()) {
                row = row.withStrength(policy, grid.get(grid.size() / 2));
            }
        }
        List<Trial> nets = new ArrayList<>();
        progress.expect("nets", tuning.netRates().size() * (long) tuning.dropRates().size() * policies().size()
                * tuning.seeds() * tuning.rounds());
        List<Job> jobs = new ArrayList<>();
        for (double netRate : tuning.netRates()) {
            for (double dropRate : tuning.dropRates()) {
                RowConfig tried = row.withNet(row.net().with(netRate, dropRate));
                policies().forEach(policy -> jobs.addAll(jobs(tried, policy)));
            }
        }
        // All at once, so that policies share their warm starts.
        List<Double> expected = expected(jobs, progress);
        for (int point = 0; point * policies().size() < expected.size(); point++) {
            NetSettings of = jobs.get(point * policies().size() * tuning.seeds()).row().net();
            double mean = expected.subList(point * policies().size(), (point + 1) * policies().size()).stream()
                    .mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
            nets.add(new Trial("", of.netLearningRate(), of.dropRate(), Double.NaN, mean));
        }
        Trial net = nets.stream().max(Comparator.comparingDouble(Trial::expected)).orElseThrow();
        RowConfig base = row.withNet(row.net().with(net.netRate, net.dropRate));
        progress.expect("strengths", policies().stream().mapToLong(policy -> tuning.grid(policy).size()).sum()
                * tuning.seeds() * tuning.rounds());
        jobs.clear();
        List<Trial> points = new ArrayList<>();
        for (LabPolicy policy : policies()) {
            for (double strength : tuning.grid(policy)) {
                points.add(new Trial(policy.word(), net.netRate, net.dropRate, strength, Double.NaN));
                jobs.addAll(jobs(base.withStrength(policy, strength), policy));
            }
        }
        expected = expected(jobs, progress);
        List<Trial> strengths = new ArrayList<>();
        Map<String, Trial> best = new LinkedHashMap<>();
        for (int i = 0; i < points.size(); i++) {
            Trial trial = points.get(i).with(expected.get(i));
            strengths.add(trial);
            best.merge(trial.policy, trial, (a, b) -> b.expected > a.expected ? b : a);
        }
        Map<String, Double> chosen = new LinkedHashMap<>();
        best.forEach((policy, trial) -> chosen.put(policy, trial.strength));
        return new Found(base.net(), chosen, nets, strengths);
    }

    private List<Job> jobs(RowConfig row, LabPolicy policy) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < tuning.seeds(); i++) {
            jobs.add(new Job(row, policy, 1, tuning.first() + i, tuning.rounds()));
        }
        return jobs;
    }

    /** Means over as many jobs as there are seeds. */
    private List<Double> expected(List<Job> jobs, AgeLab.Progress progress) throws IOException, InterruptedException {
        List<PolicyRun> found = runs.run(jobs, progress::done);
        List<Double> means = new ArrayList<>();
        for (int from = 0; from < found.size(); from += tuning.seeds()) {
            means.add(found.subList(from, from + tuning.seeds()).stream().mapToDouble(PolicyRun::expected).average()
                    .orElse(Double.NaN));
        }
        return means;
    }
}
