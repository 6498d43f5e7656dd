package io.sextant.perf.experiment;

import io.sextant.fixtures.market.ClickProcess;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.CtrModel;
import io.sextant.perf.experiment.ExperimentConfig.ArmConfig;
import io.sextant.perf.experiment.ExperimentConfig.Mode;
import io.sextant.perf.experiment.Tally.Shown;
import io.sextant.perf.loop.ArmListener;
import io.sextant.perf.loop.Bidder;
import io.sextant.perf.loop.Bids;
import io.sextant.perf.loop.LearningArm;
import io.sextant.perf.loop.MarketLoop;
import io.sextant.perf.loop.SimulatedController;
import io.sextant.perf.loop.Stretch;
import io.sextant.perf.loop.Win;
import io.sextant.perf.loop.World;
import io.sextant.protocol.event.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of an experiment: one seed, all arms, all phases.
 *
 * <p>
 * Threading: one thread, which uses as many more as it was given; any number gives the same figures to the last digit.
 */
/*
 * Warm-up: control's policy, from a model that has learned nothing. Its weights, optimiser, calibration and windows are the
 * start of every arm's trainer, and its audience, with all that it has seen, that of every arm's copy of the market.
 *
 * Online: see MarketLoop. When it has ended, labels are waited for and learned, and every model is frozen as its trainer has
 * it, whether it would have been published or not.
 *
 * Exploit: frozen models bid at the plain click probability, modifier 1 and control's bid level. Every arm starts with the
 * audience of the warm-up, so that no arm pays for what it showed online: what differs is what was learned. What is won here
 * is what models are scored on, which none of them has seen.
 */
public final class ExperimentRun implements AutoCloseable {
    private static final int CURVE_POINTS = 40;
    /** Labels of impressions are known after the attribution window, and some minutes for good measure. */
    private static final Duration MARGIN = Duration.ofMinutes(2);
    private static final double SECONDS = 1e-9;

    private final Experiment experiment;
    private final ExperimentConfig config;
    private final long seed;
    private final Path directory;
    private final Wiring wiring;
    private final World world;
    private final LongConsumer progress;
    private final ExecutorService threads;
    private final int lanes;

    /** An arm, or control at a bid level, online. */
    private record Entrant(ArmConfig arm, double level, Bidder bidder, LearningArm learning, Tally tally) {}

    /** An arm with its last model. */
    private record Finalist(Entrant entrant, FrozenModel model, Tally exploit, Bidder bidder) {}

    private ExperimentRun(Experiment experiment, long seed, int threads, LongConsumer progress) throws IOException {
        this.experiment = experiment;
        this.config = experiment.config();
        this.seed = seed;
        this.progress = progress;
        this.directory = Files.createTempDirectory("sextant-experiment");
        this.wiring = new Wiring(experiment, seed, directory);
        this.world = wiring.world();
        this.threads = Executors.newFixedThreadPool(threads);
        // The number of lanes changes which messages the controller gets, so it must not depend on the threads.
        this.lanes = config.mode() == Mode.SPLIT ? 2 : 1;
    }

    /**
     * Runs.
     *
     * @param threads  to use
     * @param progress told of requests that were bid on by some arm since it was last told; their sum is {@link #work}
     * @throws IOException if temporary files cannot be written
     */
    public static RunResult run(Experiment experiment, long seed, int threads, LongConsumer progress)
            throws IOException, InterruptedException {
        try (var run = new ExperimentRun(experiment, seed, threads, progress)) {
            return run.run();
        }
    }

    /** Runs on one thread, and tells nobody how far it has come. */
    public static RunResult run(Experiment experiment, long seed) throws IOException, InterruptedException {
        return run(experiment, seed, 1, _ -> {});
    }

    /** Requests that a run bids on, each counted once for every arm that sees it; nearly. */
    public static long work(ExperimentConfig config) {
        long arms = (long) config.arms().size() + config.frontier().size();
        return config.requests().warmUp()
                + config.requests().online() * (config.mode() == Mode.PAIRED ? arms : 1)
                + config.requests().exploit() * arms;
    }

    /**
     * What all arms start from.
     *
     * @param experiment  that was warmed up for
     * @param world       the market
     * @param end         time of the market when it ended
     * @param model       the common version 0
     * @param audience    who has seen what was bought; to be copied
     * @param exposures   impressions shown, by publisher
     * @param examples    what the model learned from, in order; empty where they were not asked for
     * @param creatives   ids of what was shown, by the table rows of its ad
     */
    public record WarmUp(Experiment experiment, World world, Duration end, CtrModel model, ClickProcess audience,
            Map<String, Long> exposures, List<Example> examples,
            Map<List<Integer>, String> creatives) {}

    /**
     * The warm-up alone, with the examples that it learned from; for whoever wants to look at a model that has learned a
     * little.
     *
     * @param threads to use
     */
    public static WarmUp warmUp(Experiment experiment, long seed, int threads, LongConsumer progress)
            throws IOException, InterruptedException {
        try (var run = new ExperimentRun(experiment, seed, threads, progress)) {
            List<Example> examples = new ArrayList<>();
            return run.warmUp(examples::add, examples);
        }
    }

    private RunResult run() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        WarmUp start = warmUp(_ -> {}, List.of());
        List<Entrant> entrants = new ArrayList<>();
        try {
            for (ArmConfig arm : config.arms()) {
                entrants.add(entrant(arm, 1, start, entrants));
            }
            for (double level : config.frontier()) {
                entrants.add(entrant(Wiring.plain(config.control() + "-at-" + level), level, start, entrants));
            }
            Duration end = online(entrants, start);
            List<Finalist> finalists = new ArrayList<>();
            for (Entrant entrant : entrants) {
                finalists.add(finalist(entrant, start, world.timeMs(end)));
            }
            List<Shown> neutral = exploit(finalists, start, end);
            return result(finalists, neutral, startNs);
        } finally {
            entrants.forEach(entrant -> entrant.learning.close());
        }
    }

    private WarmUp warmUp(Consumer<Example> taught, List<Example> examples) throws IOException, InterruptedException {
        ArmConfig control = Wiring.plain(config.control());
        ClickProcess audience = world.clicks();
        var tally = new Tally(wiring.cpcUsd(), Map.of(), Integer.MAX_VALUE);
        var bidder = wiring.bidder(List.of(control), 1, lanes);
        int requestFields = wiring.schema().requestFields();
        Map<List<Integer>, String> creatives = new HashMap<>();
        try (var controller = new SimulatedController(wiring.controlling());
                var learning = new LearningArm(control.name(), wiring.training(), audience, new ArmListener() {
                    @Override
                    public void shown(Win win, ClickProcess.Response response, ClickProcess by) {
                        tally.shown(win, response, by);
                        List<Integer> features = win.bid().getFeatureList();
                        creatives.put(List.copyOf(features.subList(requestFields, features.size())),
                                win.bid().getCreativeId());
                    }

                    @Override
                    public void taught(Example example) {
                        taught.accept(example);
                    }
                })) {
            var loop = new MarketLoop(world, List.of(bidder), controller, Duration.ZERO, threads);
            loop.seat(bidder, learning, learning.publish(world.timeMs(Duration.ZERO)), tally);
            run(loop, Duration.ZERO, config.requests().warmUp(), 1);
            loop.settle(wait(wiring));
            CtrModel model = learning.publish(world.timeMs(loop.elapsed()));
            learning.checkpoint();
            return new WarmUp(experiment, world, loop.elapsed(), model, audience, tally.exposures(), examples,
                    creatives);
        }
    }

    private static Duration wait(Wiring wiring) {
        return wiring.controlling().attribution().window().plus(MARGIN);
    }

    private Entrant entrant(ArmConfig arm, double level, WarmUp start, List<Entrant> before) throws IOException {
        Path checkpoint = directory.resolve(config.control()).resolve(LearningArm.CHECKPOINT);
        if (!arm.name().equals(config.control())) {
            Path copy = Files.createDirectories(directory.resolve(arm.name())).resolve(LearningArm.CHECKPOINT);
            Files.copy(checkpoint, copy);
        }
        long steps = steps(start.end, config.requests().online());
        var tally = new Tally(wiring.cpcUsd(), start.exposures, Math.max(1, (int) (steps / CURVE_POINTS)));
        var learning = new LearningArm(arm.name(), wiring.training(), start.audience.copy(), tally);
        boolean joins = config.mode() == Mode.SPLIT && !before.isEmpty();
        Bidder bidder = joins ? before.getFirst().bidder
                : wiring.bidder(config.mode() == Mode.SPLIT ? config.arms() : List.of(arm), level, lanes);
        return new Entrant(arm, level, bidder, learning, tally);
    }

    private Duration online(List<Entrant> entrants, WarmUp start) throws InterruptedException {
        List<Bidder> bidders = entrants.stream().map(Entrant::bidder).distinct().toList();
        try (var controller = new SimulatedController(wiring.controlling())) {
            var loop = new MarketLoop(world, bidders, controller, start.end, threads);
            for (Entrant entrant : entrants) {
                loop.seat(entrant.bidder, entrant.learning, entrant.learning.publish(world.timeMs(start.end)),
                        entrant.tally);
            }
            run(loop, start.end, config.requests().online(), bidders.size());
            loop.settle(wait(wiring));
            return loop.elapsed();
        }
    }

    private void run(MarketLoop loop, Duration from, long requests, int bidders) throws InterruptedException {
        long steps = steps(from, requests);
        for (long step = 0; step < steps; step++) {
            long before = world.indexAt(loop.elapsed());
            loop.step();
            progress.accept(bidders * (world.indexAt(loop.elapsed()) - before));
        }
    }

    /** Whole steps, as few as have so many requests. */
    private long steps(Duration from, long requests) {
        long first = world.indexAt(from);
        long steps = 0;
        while (world.indexAt(from.plus(MarketLoop.STEP.multipliedBy(steps))) - first < requests) {
            steps++;
        }
        return steps;
    }

    private Finalist finalist(Entrant entrant, WarmUp start, long nowMs) {
        ArmConfig plain = Wiring.plain(entrant.arm.name());
        Bidder bidder = wiring.bidder(List.of(plain), 1, 1);
        CtrModel model = entrant.learning.publish(nowMs);
        bidder.model(plain.name(), model);
        return new Finalist(entrant, new FrozenModel(model, bidder.snapshot().campaigns()),
                new Tally(wiring.cpcUsd(), start.exposures, 0), bidder);
    }

    /** Bids with every frozen model; the neutral slice. */
    private List<Shown> exploit(List<Finalist> finalists, WarmUp start, Duration from) throws InterruptedException {
        List<ClickProcess> audiences = finalists.stream().map(_ -> start.audience.copy()).toList();
        var neutral = new Tally(wiring.cpcUsd(), start.exposures, 0);
        ClickProcess neutralAudience = start.audience.copy();
        Bidder neutralBidder = wiring.neutral(1);
        long first = world.indexAt(from);
        long end = first + config.requests().exploit();
        long neutralEnd = first + config.requests().offline();
        long steps = steps(from, config.requests().exploit());
        for (long step = 0; step < steps; step++) {
            Duration now = from.plus(MarketLoop.STEP.multipliedBy(step));
            Stretch stretch = Stretch.of(world, world.indexAt(now),
                    Math.min(end, world.indexAt(now.plus(MarketLoop.STEP))));
            List<Callable<@Nullable Void>> work = new ArrayList<>();
            for (int i = 0; i < finalists.size(); i++) {
                Finalist finalist = finalists.get(i);
                ClickProcess audience = audiences.get(i);
                work.add(() -> show(finalist.bidder, stretch, stretch.size(), audience, finalist.exploit));
            }
            int shown = Math.clamp(neutralEnd - stretch.from(), 0, stretch.size());
            work.add(() -> show(neutralBidder, stretch, shown, neutralAudience, neutral));
            for (Future<@Nullable Void> done : threads.invokeAll(work)) {
                MarketLoop.result(done);
            }
            progress.accept((long) stretch.size() * finalists.size());
        }
        return neutral.shown();
    }

    private @Nullable Void show(Bidder bidder, Stretch stretch, int to, ClickProcess audience, Tally tally) {
        Bids bids = bidder.bid(world, stretch, 0, to, 0).getFirst();
        for (Win win : bids.wins()) {
            tally.shown(win, audience.show(win.opportunity(), win.bid().getCreativeId()), audience);
        }
        tally.stepped(bids, null);
        return null;
    }

    private RunResult result(List<Finalist> finalists, List<Shown> neutral, long startNs) throws InterruptedException {
        List<Finalist> arms = finalists.subList(0, config.arms().size());
        List<Finalist> levels = finalists.subList(config.arms().size(), finalists.size());
        Finalist control = arms.stream().filter(each -> each.entrant.arm.name().equals(config.control())).findFirst()
                .orElseThrow();
        var scores = new OfflineScores(neutral, control.exploit.shown(),
                arms.stream().map(arm -> arm.exploit.shown()).toList());
        Frontier frontier = levels.isEmpty() ? null
                : new Frontier(control.entrant.tally.figures(),
                        levels.stream().map(level -> level.entrant.tally.figures()).toList());
        List<Future<ArmRun>> runs = finalists.stream()
                .map(finalist -> threads.submit(() -> armRun(finalist, scores, frontier))).toList();
        List<ArmRun> done = new ArrayList<>();
        for (Future<ArmRun> run : runs) {
            done.add(MarketLoop.result(run));
        }
        List<UnitComparison> units = new ArrayList<>();
        for (Finalist arm : arms) {
            String name = arm.entrant.arm.name();
            if (!name.equals(config.control())) {
                units.addAll(UnitStatistics.compare(Comparison.ONLINE, name, arm.entrant.tally.units(),
                        config.control(), control.entrant.tally.units(), config.mode() == Mode.PAIRED));
                units.addAll(UnitStatistics.compare(Comparison.EXPLOIT, name, arm.exploit.units(), config.control(),
                        control.exploit.units(), true));
            }
        }
        return new RunResult(seed, (System.nanoTime() - startNs) * SECONDS, done.subList(0, arms.size()),
                done.subList(arms.size(), done.size()), units);
    }

    private static ArmRun armRun(Finalist finalist, OfflineScores scores, @Nullable Frontier frontier) {
        Entrant entrant = finalist.entrant;
        PhaseFigures online = entrant.tally.figures();
        return new ArmRun(entrant.arm.name(), entrant.level, online, finalist.exploit.figures(),
                frontier == null ? null : frontier.efficiency(online), scores.slices(finalist.model),
                scores.meanUncertainty(finalist.model), entrant.learning.versions(), entrant.learning.refused(),
                entrant.learning.learned(), entrant.tally.curve(), scores.exposure(entrant.arm, finalist.model,
                        entrant.tally.exposures(), entrant.tally.snapshot()));
    }

    @Override
    public void close() throws IOException {
        threads.close();
        ArtefactFiles.deleteTree(directory);
    }
}
