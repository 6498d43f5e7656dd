package io.sextant.perf.agelab;

import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.PolicyRun.FreshItems;
import io.sextant.perf.agelab.log.RoundSource;
import io.sextant.perf.agelab.world.Round;
import io.sextant.uncertainty.choice.PolicyChoice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Policies on a log of uniform choice, K = 1: an event counts, and is learned from, only if the policy's first candidate is
 * the one that was shown (the paper, section 5.2). Threading: one thread, which uses as many more as the settings say.
 */
final class LogReplay {
    private static final double SECONDS = 1e-9;

    private final AgeLabConfig config;
    private final ItemCatalogue catalogue;
    private final Supplier<Round> rounds;
    private final Opener log;
    private final long warm;

    /** Opens a log from its first event on. */
    interface Opener {
        /** A source of its own for each caller. */
        RoundSource open() throws IOException;
    }

    /**
     * Nothing is read yet.
     *
     * @param rounds makes rounds with room for the log's events
     * @param warm   first events that are learned from, whatever was shown, and not counted
     */
    LogReplay(AgeLabConfig config, ItemCatalogue catalogue, Supplier<Round> rounds, Opener log, long warm) {
        this.config = config;
        this.catalogue = catalogue;
        this.rounds = rounds;
        this.log = log;
        this.warm = warm;
    }

    /**
     * Replays the log for each policy and seed.
     *
     * @param share    of the log that is used, 0.5 for every second event
     * @param progress called with events as they are done, by several threads at once
     */
    List<PolicyRun> run(RowConfig row, List<LabPolicy> policies, int seeds, double share, LongConsumer progress)
            throws IOException, InterruptedException {
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<PolicyRun>> running = new ArrayList<>();
            for (int i = 0; i < seeds; i++) {
                long seed = config.seeds().first() + i;
                policies.forEach(policy -> running.add(pool.submit(() -> run(row, policy, seed, share, progress))));
            }
            List<PolicyRun> runs = new ArrayList<>();
            try {
                for (Future<PolicyRun> each : running) {
                    runs.add(each.get());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException("a replay failed: " + e.getCause(), e.getCause());
            }
            return runs;
        }
    }

    private PolicyRun run(RowConfig row, LabPolicy policy, long seed, double share, LongConsumer progress)
            throws IOException {
        double strength = row.strength(policy);
        PolicyChoice choice = policy.choice(strength, row.lambda());
        Round round = rounds.get();
        Learner learner = new Learner(catalogue, row.net(), policy.members(), Learner.Extras.of(choice.needs()), seed,
                config.world().ctr());
        try (RoundSource source = thinned(log.open(), share);
                PolicyContestant contestant = new PolicyContestant(learner,
                        (now, capacity, lambda) -> policy.choice(strength, lambda).newPolicy(now.model(), capacity),
                        round.candidates.length, row.lambda(), seed)) {
            Deque<Round> last = new ArrayDeque<>();
            for (long event = 0; event < warm && source.next(round); event++) {
                contestant.observe(round, round.shown, round.clicked);
                last.add(copy(round));
                if (last.size() > config.events().calibrationCount()) {
                    last.remove();
                }
            }
            progress.accept(warm);
            contestant.publish();
            boolean calibrated = choice.kind().isAge() && row.logitTarget() > 0 && !last.isEmpty()
                    && StepCalibration.calibrate(contestant, List.copyOf(last), strength);
            long startNs = System.nanoTime();
            Tally tally = Evaluation.replay(source, contestant, round, Long.MAX_VALUE, Evaluation.Listener.NONE,
                    progress);
            Diagnostics told = contestant.diagnostics();
            return new PolicyRun(row.name(), policy.word(), share, seed, tally.rounds(), tally.clicks(), Double.NaN,
                    Double.NaN, told.medianMove(), told.moved(), told.rankChanges(), told.topChanged(),
                    learner.movement(), learner.startLength(), contestant.lambda(), calibrated,
                    (System.nanoTime() - startNs) * SECONDS * tally.rounds() / Math.max(1, tally.events()),
                    new FreshItems(0, 0, 0, 0, 0), List.of());
        }
    }

    private static Round copy(Round round) {
        Round copy = new Round(round.request.length, round.candidates.length);
        System.arraycopy(round.request, 0, copy.request, 0, round.request.length);
        System.arraycopy(round.candidates, 0, copy.candidates, 0, round.size);
        copy.size = round.size;
        copy.number = round.number;
        copy.timeMs = round.timeMs;
        return copy;
    }

    /** A share of the events, evenly spaced. */
    static RoundSource thinned(RoundSource all, double share) {
        if (share >= 1) {
            return all;
        }
        return new RoundSource() {
            private double owed;

            @Override
            public boolean next(Round round) throws IOException {
                while (all.next(round)) {
                    owed += share;
                    if (owed >= 1) {
                        owed -= 1;
                        return true;
                    }
                }
                return false;
            }

            @Override
            public void close() throws IOException {
                all.close();
            }
        };
    }
}
