package io.sextant.perf.experiment;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.model.array.KernelChoice;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.ExperimentConfig.ArmConfig;
import io.sextant.perf.experiment.ExperimentConfig.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * All runs of an experiment. Threading: one thread, which uses as many more as the settings say. As many runs as there are
 * threads go on at once; threads that are left over are used within runs.
 */
public final class ExperimentRuns {
    /** Settings of a short experiment, to see that everything works. */
    public static final Map<String, String> QUICK = Map.of("seeds.count", "2", "requests.warm-up", "15000",
            "requests.online", "20000", "requests.exploit", "8000", "requests.offline", "4000");
    private static final double SECONDS = 1e-9;

    private final Experiment experiment;
    private final ExperimentConfig config;
    private final boolean quick;
    private final String command;

    /**
     * Nothing is run yet.
     *
     * @param quick   whether the figures say little
     * @param command that was given, for the results
     */
    public ExperimentRuns(Experiment experiment, boolean quick, String command) {
        this.experiment = experiment;
        this.config = experiment.config();
        this.quick = quick;
        this.command = command;
    }

    /**
     * Runs them all.
     *
     * @param progress see {@link ExperimentRun#run}; called by several threads at once
     */
    public ExperimentResult run(LongConsumer progress) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        Machine machine = Machine.here(KernelChoice.kernels().name());
        List<RunResult> runs = runs(progress);
        List<String> names = config.arms().stream().map(ArmConfig::name).toList();
        List<String> references = Stream.concat(Stream.of(config.control()), config.references().stream()).distinct()
                .toList();
        Map<String, Long> requests = new LinkedHashMap<>();
        requests.put("warm-up", config.requests().warmUp());
        requests.put("online", config.requests().online());
        requests.put("exploit", config.requests().exploit());
        requests.put("offline", config.requests().offline());
        return new ExperimentResult(config.name(), command, word(config.mode()), quick,
                (System.nanoTime() - startNs) * SECONDS, machine, experiment.settings(), requests, config.control(),
                specs(), runs, Comparisons.of(runs, names, references));
    }

    private List<RunResult> runs(LongConsumer progress) throws IOException, InterruptedException {
        int seeds = config.seeds().count();
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        int atOnce = Math.min(threads, seeds);
        try (ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
            List<Future<RunResult>> running = LongStream.range(0, seeds).mapToObj(i -> pool
                    .submit(() -> ExperimentRun.run(experiment, config.seeds().first() + i, threads / atOnce,
                            progress)))
                    .toList();
            List<RunResult> results = new ArrayList<>();
            try {
                for (Future<RunResult> run : running) {
                    results.add(run.get());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException("a run failed: " + e.getCause(), e.getCause());
            }
            return results;
        }
    }

    private List<ArmSpec> specs() {
        double weights = config.arms().stream().mapToDouble(ArmConfig::weightOrOne).sum();
        return config.arms().stream().map(arm -> {
            boolean measures = arm.exploration().needsUncertainty();
            return new ArmSpec(arm.name(), arm.labelOrName(),
                    config.mode() == Mode.PAIRED ? 1 : arm.weightOrOne() / weights, word(arm.pctr()),
                    word(arm.exploration()), measures ? word(arm.measure().estimator()) : "",
                    measures ? word(arm.measure().scale()) : "");
        }).toList();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
