package io.sextant.perf.latency;

import io.sextant.model.array.KernelChoice;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.engine.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** {@code ./sextant bench latency}. */
@Command(name = "latency", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures how long a bid takes, over HTTP, on a schedule that does not wait for",
    "answers, every request from the moment it was due. Exit code 1 if an answer is",
    "wrong. For figures that can be compared, nothing else should run here."})
public final class LatencyCommand implements Callable<Integer> {
    private static final int EXIT_WRONG = 1;
    private static final int STEPS = 1_000;
    private static final long SEED = 20_260_123;

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

    @Spec
    private CommandSpec spec;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public LatencyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(rate >= 0 && rate <= 1_000_000, "--rate", rate, "above 0, to 1000000");
        require(candidates == 10 || candidates == 100, "--candidates", candidates, "10 or 100");
        require(seconds >= 1 && seconds <= 3_600, "--seconds", seconds, "1 to 3600");
        require(warmUp >= 0 && warmUp <= 3_600, "--warm-up", warmUp, "0 to 3600");
        require(connections >= 1 && connections <= 10_000, "--connections", connections, "1 to 10000");
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.here(KernelChoice.kernels().name()).text());
        out.flush();
        ServerJvm.build();
        Path directory = Files.createTempDirectory("sextant-latency");
        try {
            return point(directory, out);
        } finally {
            out.flush();
            BenchFiles.delete(directory);
        }
    }

    private void require(boolean holds, String option, double value, String range) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ", must be " + range);
        }
    }

    private int point(Path directory, PrintWriter out) throws IOException, InterruptedException {
        LoadPoint point;
        try (var bar = bar("workbench"); var bench = new Workbench(directory.resolve("bench"), bar::to)) {
            Supply supply = bench.supply(candidates);
            Traffic traffic = Traffic.encode(supply.requests(), supply::expectsBid, SEED);
            try (var bidder = ServerJvm.bidder(bench.bidder(supply, arms).config(), List.of(),
                    directory.resolve("bidder.log")).awaitReady()) {
                bar.next("warm-up");
                if (warmUp > 0) {
                    new LoadGenerator(bidder.port(), traffic).run(plan(warmUp, SEED + 1), bar::to);
                }
                bar.next("measuring");
                point = LoadPoint.measure(bidder, true, traffic, plan(seconds, SEED + 2), jfr, bar::to);
            }
        }
        out.println(PointTable.of(point));
        if (point.load().generatorLate()) {
            out.println("The sender itself was late: too little was left of the processor for it. These latencies are too long.");
        }
        point.wrong().forEach(complaint -> spec.commandLine().getErr().println("Wrong: " + complaint));
        return point.wrong().isEmpty() ? 0 : EXIT_WRONG;
    }

    private LoadPlan plan(int seconds, long seed) {
        return LoadPlan.of(rate, Duration.ZERO, Duration.ofSeconds(seconds), seed).withConnections(connections)
                .withArrivals(constant ? LoadPlan.Arrivals.CONSTANT : LoadPlan.Arrivals.EXPONENTIAL);
    }

    private static Bar bar(String task) {
        return new Bar(task);
    }

    /** A progress bar for each thing that is done, one after the other. */
    private static final class Bar implements AutoCloseable {
        private ProgressBar bar;

        Bar(String task) {
            this.bar = start(task);
        }

        private static ProgressBar start(String task) {
            return new ProgressBarBuilder().setTaskName(task).setInitialMax(STEPS).setStyle(ProgressBarStyle.ASCII)
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
