package io.sextant.perf.learning;

import io.sextant.model.array.KernelChoice;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.workload.Workload;
import io.sextant.standalone.FreshnessRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sextant bench learning}. */
@Command(name = "learning", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures how fast an arm learns: examples scored and trained a second, in turn",
    "with the bare layers and with the same net on TensorFlow's own tables; then, in",
    "the demo's settings, how long it takes from a click's notice to a served model",
    "that learned from it, and how many bytes a version takes. With --memory instead:",
    "whether memory stays flat while ids come and go. Exit code 1 when a target is",
    "missed. For figures that can be compared, nothing else should run on the machine."})
public final class LearningCommand implements Callable<Integer> {
    private static final int EXIT_MISSED = 1;
    private static final int STEPS = 1_000;
    private static final int THREADS = 2;
    private static final Duration FRESHNESS = Duration.ofMinutes(3);
    private static final Duration FRESHNESS_QUICK = Duration.ofSeconds(100);

    @Option(names = "--quick", description = "Two minutes instead of six: fewer and shorter rounds, a shorter demo.")
    private boolean quick;

    @Option(names = "--memory", description = "Learns for a long simulated time, and looks at memory alone; a quarter of an hour.")
    private boolean memory;

    @Option(names = "--examples", paramLabel = "N", defaultValue = "50000000", description = "Examples to learn with --memory (default: ${DEFAULT-VALUE}).")
    private long examples;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures to this file.")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public LearningCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (examples < 100_000) {
            throw new ParameterException(spec.commandLine(), "--examples is " + examples + ", must be at least 100000");
        }
        Path directory = Files.createTempDirectory("sextant-bench");
        try {
            return run(directory);
        } finally {
            BenchFiles.delete(directory);
        }
    }

    private int run(Path directory) throws IOException, InterruptedException {
        long start = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        Machine machine = Machine.here(KernelChoice.kernels().name());
        out.println(machine.text());
        out.flush();
        int threads = Math.min(THREADS, Runtime.getRuntime().availableProcessors());
        ThroughputFigures throughput = memory ? null : throughput(directory, threads);
        FreshnessFigures freshness = memory ? null : freshness();
        MemoryFigures held = memory ? memory(threads) : null;
        var report = new LearningReport(
                "./sextant bench " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()),
                (System.nanoTime() - start) / 1e9, machine, throughput, freshness, held);
        out.println(report.text());
        if (json != null) {
            BenchFiles.write(json, report.json());
            out.println("Figures: " + json);
        }
        out.flush();
        return report.met() ? 0 : EXIT_MISSED;
    }

    private ThroughputFigures throughput(Path directory, int threads) throws IOException {
        try (ProgressBar bar = bar("learning", STEPS, "")) {
            return new ThroughputPart(threads, quick ? 5 : 15, quick ? 40_000 : 120_000).measure(directory,
                    share -> bar.stepTo(Math.round(share * STEPS)));
        }
    }

    private FreshnessFigures freshness() throws InterruptedException {
        try (ProgressBar bar = bar("from click to served", STEPS, "")) {
            return FreshnessFigures.of(FreshnessRun.measure(quick ? FRESHNESS_QUICK : FRESHNESS,
                    share -> bar.stepTo(Math.round(Math.min(1, share) * STEPS))));
        }
    }

    private MemoryFigures memory(int threads) throws IOException {
        try (ProgressBar bar = bar("learning", examples, " examples")) {
            return new MemoryPart(examples, threads, Workload.SEED).measure(bar::stepTo);
        }
    }

    private static ProgressBar bar(String task, long max, String unit) {
        return new ProgressBarBuilder().setTaskName(task).setInitialMax(max).setStyle(ProgressBarStyle.ASCII)
                .setUnit(unit, 1).build();
    }
}
