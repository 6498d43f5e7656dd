package io.sextant.perf.controller;

import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.fixtures.fleet.WindowComparison;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.engine.Machine;
import io.sextant.standalone.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench controller}. */
@Command(name = "controller", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures the controller in a process of its own, on a core of its own where",
    "there are two: a real broker, and the messages of a fleet that is simulated",
    "from a seed, in real time. Compares everything that is published with the",
    "numbers that were sent; exit code 1 if it is not exact. Also measures what an",
    "event loop pays for writing an impression down. The file of --json has all",
    "that the figures are made of, too."})
public final class ControllerCommand extends SextantCommand {
    private static final int EXIT_INEXACT = 1;
    private static final int STEPS = 100;
    private static final List<Integer> GROWTH_BIDDERS = List.of(10, 25, 100);
    private static final List<Integer> GROWTH_CELLS = List.of(20, 1000);

    @Option(names = "--quick", description = "A minute and a half instead of a quarter of an hour: a short window, and not how cost grows.")
    private boolean quick;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--requests", paramLabel = "N", defaultValue = "20000", description = "Requests a second that each bidder answers; 50 of ${DEFAULT-VALUE} answer a million.")
    private int requests;

    @Override
    public Integer call() throws IOException, InterruptedException {
        refuse(requests < 1 || requests > 1_000_000, "--requests", requests, "1 to 1000000");
        Path directory = Files.createTempDirectory("sextant-bench");
        try {
            return run(directory);
        } finally {
            ArtefactFiles.deleteTree(directory);
        }
    }

    private int run(Path directory) throws IOException, InterruptedException {
        long start = System.nanoTime();
        PrintWriter out = out();
        ControllerEffort effort = quick ? ControllerEffort.quick() : ControllerEffort.full();
        Machine machine = Machine.shown(out);
        Load standard = new Load(Load.BIDDERS_STANDARD, Load.CELLS_STANDARD, requests);
        List<Load> growth = new ArrayList<>();
        if (effort.growth()) {
            GROWTH_BIDDERS.forEach(bidders -> growth.add(standard.withBidders(bidders)));
            GROWTH_CELLS.forEach(cells -> growth.add(standard.withCells(cells)));
        }
        RecordCost record;
        LoadResult measured;
        List<LoadResult> grown = new ArrayList<>();
        Optional<Cores> cores = Cores.ofThisMachine();
        try (ProgressBar bar = ProgressBars.bar("measuring", (long) STEPS * (2 + growth.size())).build()) {
            record = RecordCost.measure(directory.resolve("jmh.log"));
            bar.stepTo(STEPS);
            if (cores.isPresent()) {
                cores.get().leave();
            }
            try (var broker = EmbeddedBroker.start(directory.resolve("broker"))) {
                var runner = new ControllerRun(broker.bootstrapServers(), directory,
                        cores.map(Cores::prefix).orElse(List.of()));
                measured = runner.measure(standard, effort, share -> bar.stepTo(STEPS + Math.round(share * STEPS)));
                for (Load load : growth) {
                    long done = bar.getCurrent();
                    grown.add(runner.measure(load, effort.ofGrowth(),
                            share -> bar.stepTo(done + Math.round(share * STEPS))));
                }
            }
        }
        var report = new ControllerReport(typed(), ControllerRun.SEED, (System.nanoTime() - start) / 1e9, machine,
                cores.map(Cores::controllers).orElse(-1), record, measured, grown);
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        out.flush();
        WindowComparison comparison = report.comparison();
        if (!comparison.holds()) {
            err().printf(Locale.ROOT,
                    "What was published is not exact: means within %.1e, allowed is %.0e; quantiles within %.2f %%, "
                            + "allowed is %.0f %%; %d other contradictions.%n",
                    comparison.maxRelativeMeanError(), WindowComparison.MEAN_TOLERANCE,
                    100 * comparison.maxRelativeQuantileError(), 100 * WindowComparison.QUANTILE_TOLERANCE,
                    comparison.contradictions().size());
            return EXIT_INEXACT;
        }
        return 0;
    }
}
