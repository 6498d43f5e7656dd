package io.sextant.abtesting.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All simulations one after another. The same runs and seed give the same findings, on any number of threads. Immutable and
 * thread-safe.
 *
 * @param runs    experiments of each simulation, 100 or more; the dearer ones take a part of it
 * @param seed    of everything
 * @param threads 1 or more
 */
public record StatisticsCheck(int runs, long seed, int threads) {
    private static final int RUNS_MIN = 100;
    private static final int USERS = 500;

    /** Checks the ranges. */
    public StatisticsCheck {
        if (runs < RUNS_MIN || threads < 1) {
            throw new IllegalArgumentException(
                    "runs is " + runs + " and threads " + threads + ", must be at least " + RUNS_MIN + " and 1");
        }
    }

    private List<Simulation> simulations() {
        return List.of(new SameArms(runs, USERS, seed), new Peeking(runs, 6 * USERS, seed),
                new ReturningUsers(runs, 2 * USERS, 30, seed),
                PredictedPower.planned(runs, seed), new BootstrapCoverage(runs / 2, 400, seed),
                new ManyArms(runs, USERS, seed), new AllocationAlarms(runs, 20_000, seed),
                new DividedTraffic(runs, 8 * USERS, seed),
                new LearningArms(runs / 2, 60_000, true, seed), new LearningArms(runs, 60_000, false, seed),
                new LearningArms(runs / 2, 240_000, false, seed));
    }

    /** Experiments of all simulations together, for a progress bar. */
    public int experiments() {
        return simulations().stream().mapToInt(Simulation::runs).sum();
    }

    /**
     * Holds them.
     *
     * @param progress called after every experiment, on any thread
     * @throws InterruptedException if the calling thread is
     */
    public List<Finding> findings(Runnable progress) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (Simulation simulation : simulations()) {
                findings.addAll(simulation.findings(outcomes(simulation, workers, progress)));
            }
        }
        return findings;
    }

    private Outcomes outcomes(Simulation simulation, ExecutorService workers, Runnable progress)
            throws InterruptedException {
        double[][] rows = new double[simulation.runs()][];
        var next = new AtomicInteger();
        List<Future<?>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            parts.add(workers.submit(() -> {
                for (int run = next.getAndIncrement(); run < rows.length; run = next.getAndIncrement()) {
                    rows[run] = simulation.run(run);
                    progress.run();
                }
            }));
        }
        for (Future<?> part : parts) {
            try {
                part.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(simulation.name() + " failed", e.getCause());
            }
        }
        return new Outcomes(rows);
    }
}
