package io.sextant.perf.experiment;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.report.ExperimentHtml;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant experiment run}. */
@Command(name = "run", mixinStandardHelpOptions = true, version = "sextant experiment 0.1.0", sortOptions = false, description = {
    "Runs arms against each other in a simulated market, in a closed loop: the bidder's",
    "pipeline, the controller's windows, guard and attribution, and a trainer for each",
    "arm, which learns from what its arm bought. Once a seed; intervals are over seeds.",
    "The same settings give the same figures to the last digit, on any number of threads."})
public final class RunCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment, for example experiments/supply-exploration.yaml; without it, the reference experiment.")
    private @Nullable Path file;

    @Option(names = "--quick", description = "Two short runs, to see that everything works: figures say little.")
    private boolean quick;

    @Option(names = "--seeds", paramLabel = "N", description = "Number of runs; the setting seeds.count.")
    private @Nullable Integer seeds;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to use, 1 or more; the setting threads.")
    private @Nullable Integer threads;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting of the experiment, for example requests.online=100000, or of the market, for example market.rivals.knowledge=0; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes everything that was found to this file.")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also writes every measure of every run and arm to this file, a line each.")
    private @Nullable Path csv;

    @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page with tables, charts and verdicts to this file.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Experiment experiment = experiment();
        PrintWriter out = out();
        Machine.shown(out);
        ExperimentResult result;
        long requests = ExperimentRun.work(experiment.config()) * experiment.config().seeds().count();
        try (ProgressBar bar = ProgressBars.bar("requests", requests).build()) {
            result = new ExperimentRuns(experiment, quick, typed()).run(bar::stepBy);
        }
        out.println(new ExperimentText(result).text());
        BenchFiles.write("everything", json, ExperimentJson.text(result), out);
        BenchFiles.write("table", csv, ExperimentCsv.text(result), out);
        if (html != null) {
            BenchFiles.write("page", html, ExperimentHtml.text(result), out);
        }
        out.flush();
        return 0;
    }

    private Experiment experiment() {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (quick) {
            overrides.putAll(ExperimentRuns.QUICK);
        }
        if (seeds != null) {
            overrides.put("seeds.count", positive("--seeds", seeds));
        }
        if (threads != null) {
            overrides.put("threads", positive("--threads", threads));
        }
        overrides.putAll(settings);
        return Experiment.load(file, overrides);
    }

    private String positive(String option, int value) {
        refuse(value < 1, option, value, "1 or more");
        return Integer.toString(value);
    }
}
