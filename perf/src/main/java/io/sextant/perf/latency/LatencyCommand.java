package io.sextant.perf.latency;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.Picture;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.engine.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.internal.chartpart.Chart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./sextant bench latency}. */
@Command(name = "latency", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures how long a bid takes, over HTTP, on a schedule that does not wait for",
    "answers, every request from the moment it was due: bidders in processes of their",
    "own, and in turn with them a bare server that answers ready bids. With --rate one",
    "load alone. Exit code 1 if an answer is wrong. For figures that can be compared,",
    "nothing else should run here."})
public final class LatencyCommand extends SextantCommand {
    private static final int EXIT_WRONG = 1;
    private static final int STEPS = 1_000;
    private static final int PLOT_COLUMNS = 3;
    private static final long SEED = 20_260_123;

    @Option(names = "--quick", description = "Under three minutes: one round each, and figures that vary more.")
    private boolean quick;

    @Option(names = "--parts", paramLabel = "NAME", split = ",", description = "Measures these parts alone, comma-separated; all of them unless told.")
    private @Nullable List<String> parts;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures, and all that they are made of, to this file.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Also plots latency by rate to this PNG file.")
    private @Nullable Path plot;

    @Option(names = "--rate", paramLabel = "N", description = "Measures one load alone: so many requests a second.")
    private double rate;

    @Option(names = "--candidates", paramLabel = "N", defaultValue = "100", description = "With --rate: candidates a request, 10 or 100; ${DEFAULT-VALUE} unless told.")
    private int candidates;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "30", description = "With --rate: how long; ${DEFAULT-VALUE} unless told.")
    private int seconds;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "20", description = "With --rate: seconds of the same load before; ${DEFAULT-VALUE} unless told.")
    private int warmUp;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "64", description = "With --rate: connections; ${DEFAULT-VALUE} unless told.")
    private int connections;

    @Option(names = "--constant", description = "With --rate: constant gaps between requests, not exponential ones.")
    private boolean constant;

    @Option(names = "--arms", paramLabel = "MIX", defaultValue = "THREE_ARMS", description = "With --rate: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless told.")
    private ArmMix arms;

    @Option(names = "--jfr", paramLabel = "FILE", description = "With --rate: a profile of the bidder by the flight recorder, of the measured time.")
    private @Nullable Path jfr;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public LatencyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        refuse(rate != 0 && !(rate > 0 && rate <= 1_000_000), "--rate", rate, "above 0, to 1000000");
        refuse(candidates != 10 && candidates != 100, "--candidates", candidates, "10 or 100");
        refuse(seconds < 1 || seconds > 3_600, "--seconds", seconds, "1 to 3600");
        refuse(warmUp < 0 || warmUp > 3_600, "--warm-up", warmUp, "0 to 3600");
        refuse(connections < 1 || connections > 10_000, "--connections", connections, "1 to 10000");
        List<LatencyPart> chosen = chosen();
        if (plot != null) {
            Picture.requireFonts();
        }
        PrintWriter out = out();
        Machine machine = Machine.shown(out);
        ServerJvm.build();
        Path directory = Files.createTempDirectory("sextant-latency");
        try {
            return rate > 0 ? point(directory, out) : parts(chosen, machine, directory, out);
        } finally {
            out.flush();
            ArtefactFiles.deleteTree(directory);
        }
    }

    /** All parts, in the order in which they are measured. */
    private static List<LatencyPart> all() {
        return List.of(new ThroughputPart(), new RetrievalPart(), new CostPart(), new OverloadPart(),
                new DisturbancePart(),
                new StartPart(), new EventsPart(), new RowMemoryPart(), new CollectorPart());
    }

    private List<LatencyPart> chosen() {
        List<String> names = all().stream().map(LatencyPart::name).toList();
        List<String> asked = parts == null ? names : parts;
        for (String name : asked) {
            if (!names.contains(name)) {
                throw unusable("--parts names " + name + ", there are " + names);
            }
        }
        return all().stream().filter(part -> asked.contains(part.name())).toList();
    }

    private int parts(List<LatencyPart> chosen, Machine machine, Path directory, PrintWriter out)
            throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        String command = typed();
        Map<String, PartResult> results = new LinkedHashMap<>();
        List<Chart<?, ?>> charts = new ArrayList<>();
        @Nullable
        LatencyReport report = null;
        try (var bench = new LatencyBench(quick, directory); var bar = new Bar("workbench")) {
            bench.workbench();
            for (LatencyPart part : chosen) {
                bar.next(part.name());
                PartResult result = part.measure(bench, bar::to);
                results.put(part.name(), result);
                // Told at once, and kept: a run that is ended half-way has not been for nothing.
                result.tables().forEach(table -> out.println(System.lineSeparator() + table));
                out.flush();
                report = new LatencyReport(command, quick, (System.nanoTime() - startNs) / 1e9, machine,
                        new LinkedHashMap<>(results), bench.sender(), bench.wrong());
                if (json != null) {
                    BenchFiles.write(json, report.json());
                }
                charts.addAll(result.charts());
                if (plot != null && !charts.isEmpty()) {
                    Picture.write(charts, PLOT_COLUMNS, plot);
                }
            }
        }
        if (report == null) {
            throw new IllegalStateException("no part was chosen");
        }
        out.println(System.lineSeparator() + report.text());
        if (json != null) {
            out.println("Figures: " + json);
        }
        if (plot != null && !charts.isEmpty()) {
            out.println("Plot: " + plot);
        }
        report.wrong().forEach(complaint -> err().println("Wrong: " + complaint));
        return report.wrong().isEmpty() ? 0 : EXIT_WRONG;
    }

    private int point(Path directory, PrintWriter out) throws IOException, InterruptedException {
        LoadPoint point;
        try (var bar = new Bar("workbench"); var bench = new Workbench(directory.resolve("bench"), bar::to)) {
            Supply supply = bench.supply(candidates);
            Traffic traffic = Traffic.encode(supply.requests(), supply::expectsBid, SEED);
            try (var bidder = ServerJvm.bidder(bench.bidder(supply, arms).config(), List.of(),
                    directory.resolve("bidder.log")).awaitReady()) {
                bar.next("warm-up");
                if (warmUp > 0) {
                    new LoadGenerator(bidder.port(), traffic).run(plan(warmUp, SEED + 1), bar::to);
                }
                bar.next("measuring");
                point = LoadPoint.measure(bidder, traffic, plan(seconds, SEED + 2), jfr, bar::to);
            }
        }
        out.println(PointTable.of(point));
        if (point.load().generatorLate()) {
            out.println(
                    "The sender itself was late: too little was left of the processor for it. These latencies are too long.");
        }
        point.wrong().forEach(complaint -> err().println("Wrong: " + complaint));
        return point.wrong().isEmpty() ? 0 : EXIT_WRONG;
    }

    private LoadPlan plan(int seconds, long seed) {
        return LoadPlan.of(rate, Duration.ZERO, Duration.ofSeconds(seconds), seed).withConnections(connections)
                .withArrivals(constant ? LoadPlan.Arrivals.CONSTANT : LoadPlan.Arrivals.EXPONENTIAL);
    }

    /** A progress bar for each thing that is done, one after the other. */
    private static final class Bar implements AutoCloseable {
        private ProgressBar bar;

        Bar(String task) {
            this.bar = start(task);
        }

        private static ProgressBar start(String task) {
            return ProgressBars.bar(task, STEPS)
                    .build();
        }

        void to(double share) {
            bar.stepTo(Math.round(share * STEPS));
        }

        void next(String task) {
            to(1);
            bar.close();
            bar = start(task);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
