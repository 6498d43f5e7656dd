package io.sextant.perf.tune;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.Experiment;
import io.sextant.perf.experiment.ExperimentResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant experiment sensitivity}. */
@Command(name = "sensitivity", mixinStandardHelpOptions = true, version = "sextant experiment 0.1.0", sortOptions = false, description = {
    "Runs an experiment in markets that differ in one way from its own: heterogeneity of",
    "supply, what rivals know, churn, level of CTR, first and second price. One table",
    "of what every arm gains or loses against control. Deterministic."})
public final class SensitivityCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment, for example experiments/sensitivity.yaml; without it, the reference experiment.")
    private @Nullable Path file;

    @Mixin
    private SweepOptions options = new SweepOptions();

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "What is varied: heterogeneity, knowledge, churn, ctr, price. Default: all.")
    private List<String> only = Variation.GROUPS;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs of every market; the setting seeds.count.")
    private @Nullable Integer seeds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> overrides = new LinkedHashMap<>(options.overrides());
        // Whether to bid more is not the question here: control's own frontier would only take time.
        overrides.putIfAbsent("frontier", "[]");
        if (seeds != null) {
            overrides.put("seeds.count", Integer.toString(seeds));
        }
        Experiment base = Experiment.load(file, overrides);
        List<Variation> variations = variations(base);
        List<Experiment> experiments = new ArrayList<>();
        for (Variation variation : variations) {
            Map<String, String> own = new LinkedHashMap<>(overrides);
            own.putAll(variation.overrides());
            experiments.add(Experiment.load(file, own));
        }
        PrintWriter print = out();
        Machine machine = Machine.shown(print);
        String command = typed();
        long start = System.nanoTime();
        List<ExperimentResult> results = new Experiments(options.quick(), command, options.keep()).run(experiments);
        var report = new SensitivityReport(command, base.settings(), options.quick(), base.config().seeds().count(),
                (System.nanoTime() - start) / 1e9, machine, SensitivityReport.rows(variations, results));
        print.println(report.text());
        options.figures().write(file -> BenchFiles.write(file, report.json()), print);
        print.flush();
        return 0;
    }

    private List<Variation> variations(Experiment base) {
        try {
            return Variation.of(base, only);
        } catch (IllegalArgumentException e) {
            throw unusable("--only: " + e.getMessage());
        }
    }
}
