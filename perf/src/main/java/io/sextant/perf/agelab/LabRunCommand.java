package io.sextant.perf.agelab;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
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

/** {@code ./sextant age-lab run}. */
@Command(name = "run", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Lets exploration policies choose articles in a synthetic world, each learning from what",
    "it chose, and puts their clicks beside the paper's tables 1 to 4 and figure 5. The same",
    "settings give the same figures to the last digit, on any number of threads."})
final class LabRunCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment, for example experiments/age-replay.yaml; without it, the reference.")
    private @Nullable Path file;

    @Option(names = "--quick", description = "Two short runs, to see that everything works: figures say little.")
    private boolean quick;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting, for example events.rounds=20000, tables=[1], or threads=1; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--keep", paramLabel = "FILE", description = "Keeps every finished run in this file, and does not run again what is in it: a run that was broken off goes on.")
    private @Nullable Path kept;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes everything that was found to this file.")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also writes every figure of every run to this file, a line each.")
    private @Nullable Path csv;

    @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page with tables and figures to this file.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (quick) {
            overrides.putAll(AgeLab.QUICK);
        }
        overrides.putAll(settings);
        AgeLabConfig config = AgeLab.load(file, overrides);
        AgeLab lab = new AgeLab(config, quick, typed(), kept);
        PrintWriter out = out();
        AgeLabResult result;
        try (Bar bar = new Bar()) {
            result = lab.run(bar);
        }
        out.println(result.machine().text());
        out.println(LabText.text(result));
        BenchFiles.write("everything", json, LabFiles.json(result), out);
        BenchFiles.write("table", csv, LabFiles.csv(result), out);
        if (html != null) {
            BenchFiles.write("page", html, LabHtml.text(result), out);
        }
        out.flush();
        return 0;
    }

    /** A bar with the time that is left; one for each task, one after the other. */
    static final class Bar implements AgeLab.Progress, AutoCloseable {
        private @Nullable ProgressBar bar;

        @Override
        public synchronized void expect(String task, long rounds) {
            close();
            bar = ProgressBars.bar(task, rounds)
                    .build();
        }

        @Override
        public synchronized void done(long rounds) {
            if (bar != null) {
                bar.stepBy(rounds);
            }
        }

        @Override
        public synchronized void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
