package io.sextant.perf.loop;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.controller.ControllerConfig;
import io.sextant.model.ctr.CtrModel;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.trainer.TrainerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongPredicate;

/**
 * Bids, buys, waits for clicks, learns, and bids with what was learned, minute by minute of the market.
 *
 * <p>
 * Threading: {@link #run} is for one thread and uses as many more as it was given. The same world and settings give the same
 * run to the last bit, on however many threads: a minute is bid in with what was known when the minute before it began, and
 * each arm learns for itself.
 */
/*
 * While the lanes bid in a minute, the arms learn from the minute before; then both wait for each other, and models and
 * modifiers change hands. So what a bid is made with is one to two minutes old, as in life.
 */
final class MarketLoop implements AutoCloseable {
    private static final Duration STEP = Duration.ofMinutes(1);
    /** A step's requests are divided among so many lanes, whatever the machine. */
    private static final int LANES = 4;

    private final World world;
    private final Bidder bidder;
    private final List<LearningArm> arms = new ArrayList<>();
    private final List<ModifierWindow> windows = new ArrayList<>();
    private final List<Bids> totals = new ArrayList<>();
    private final int modifierSource;
    private final ExecutorService threads;
    private Duration now = Duration.ZERO;

    /** A loop in which nothing has happened yet. */
    MarketLoop(World world, BidderConfig bidding, Catalogue catalogue, TrainerConfig training,
            ControllerConfig controlling, int threads) {
        this.world = world;
        this.bidder = new Bidder(bidding, catalogue, world, LANES);
        List<String> exchanges = exchanges();
        Duration window = controlling.exploration().window();
        int source = -1;
        for (Arm arm : bidder.arms()) {
            source = arm.name().equals(controlling.exploration().randomDrawsFrom()) ? arms.size() : source;
            // An audience of its own: who is known is in one arm anyway, and so no arm waits for another.
            var learning = new LearningArm(arm.name(), exchanges, training, controlling.attribution(),
                    bidding.models().schema(), world.clicks());
            arms.add(learning);
            windows.add(new ModifierWindow(arm.name(), controlling.exploration().settings(),
                    Math.toIntExact(Math.max(1, window.dividedBy(STEP)))));
            totals.add(new Bids());
            bidder.model(arm.name(), learning.publish(world.timeMs(now)));
        }
        this.modifierSource = source;
        this.threads = Executors.newFixedThreadPool(threads);
    }

    /** Names of the exchanges, in the order of their numbers in logs. */
    List<String> exchanges() {
        return world.market().config().supply().exchanges().keySet().stream().sorted().toList();
    }

    /** The arms, as far as they have come. */
    List<LearningArm> arms() {
        return List.copyOf(arms);
    }

    /** What the arm of this number did, all in all; without its wins. */
    Bids total(int arm) {
        return totals.get(arm);
    }

    /** Time of the market since the start. */
    Duration elapsed() {
        return now;
    }

    /**
     * Goes on until every arm has so many impressions that were predicted and learned from.
     *
     * @param progress told the least of the arms' numbers every minute of the market; false ends the run there
     */
    void run(long impressions, LongPredicate progress) throws InterruptedException {
        List<List<Win>> shown = new ArrayList<>();
        arms.forEach(_ -> shown.add(List.of()));
        boolean wanted = true;
        while (wanted && least() < impressions) {
            long toMs = world.timeMs(now.plus(STEP));
            List<Future<List<Bids>>> bids = bidding();
            List<Future<Optional<CtrModel>>> models = new ArrayList<>();
            for (int arm = 0; arm < arms.size(); arm++) {
                LearningArm learning = arms.get(arm);
                List<Win> wins = shown.get(arm);
                long nowMs = world.timeMs(now);
                models.add(threads.submit(() -> learning.advance(wins, nowMs)));
            }
            List<Bids> minute = sum(bids);
            for (int arm = 0; arm < arms.size(); arm++) {
                String name = arms.get(arm).name;
                result(models.get(arm)).ifPresent(model -> bidder.model(name, model));
                shown.set(arm, List.copyOf(minute.get(arm).wins));
                windows.get(arm).add(minute.get(arm));
                minute.get(arm).wins.clear();
                totals.get(arm).add(minute.get(arm));
            }
            ModifierDistribution drawn = modifierSource < 0 ? ModifierDistribution.getDefaultInstance()
                    : windows.get(modifierSource).modifiers();
            for (int arm = 0; arm < arms.size(); arm++) {
                bidder.modifiers(arms.get(arm).name, windows.get(arm).table(drawn, toMs));
            }
            now = now.plus(STEP);
            wanted = progress.test(least());
        }
    }

    private List<Future<List<Bids>>> bidding() {
        long from = world.indexAt(now);
        long count = world.indexAt(now.plus(STEP)) - from;
        List<Future<List<Bids>>> bids = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            int number = lane;
            Callable<List<Bids>> work = () -> bidder.bid(world, from + count * number / LANES,
                    from + count * (number + 1) / LANES, number);
            bids.add(threads.submit(work));
        }
        return bids;
    }

    /** By arm, in the order of the requests. */
    private List<Bids> sum(List<Future<List<Bids>>> lanes) throws InterruptedException {
        List<Bids> sums = arms.stream().map(_ -> new Bids()).toList();
        for (Future<List<Bids>> lane : lanes) {
            List<Bids> byArm = result(lane);
            for (int arm = 0; arm < sums.size(); arm++) {
                sums.get(arm).add(byArm.get(arm));
            }
        }
        return sums;
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step of the market failed: " + e.getCause(), e.getCause());
        }
    }

    /** Impressions that every arm has learned from. */
    long least() {
        return arms.stream().mapToLong(arm -> arm.log.learned()).min().orElse(0);
    }

    @Override
    public void close() {
        threads.close();
        arms.forEach(LearningArm::close);
    }
}
