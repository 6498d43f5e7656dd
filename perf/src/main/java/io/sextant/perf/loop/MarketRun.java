package io.sextant.perf.loop;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.controller.ControllerConfig;
import io.sextant.trainer.TrainerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;

/**
 * The loop of {@code ./sextant bench market}: one bidder whose arms divide the traffic, from models that have learned
 * nothing, with a log of every impression. Threading: one thread; uses as many more as it was given.
 */
final class MarketRun implements AutoCloseable {
    /**
     * Settings of a controller that hears of arms once a {@link MarketLoop#STEP}. Of its guard, the gain is left at 1:
     * exploration is as strong as it can be.
     */
    static final Map<String, String> WINDOWS = Map.of("window.pane", "1m", "window.grace", "0s", "window.publish", "1m",
            "guard.pane", "1m", "exploration.time-to-live", "3m", "exploration.premium-target", "1",
            "exploration.premium-cap", "1", "attribution.retention", "2h");
    /** A step's requests are divided among so many lanes, whatever the machine. */
    private static final int LANES = 4;

    private final List<String> exchanges;
    private final List<LearningArm> arms = new ArrayList<>();
    private final List<ImpressionLog> logs = new ArrayList<>();
    private final SimulatedController controller;
    private final ExecutorService threads;
    private final MarketLoop loop;

    /** A loop in which nothing has happened yet. */
    MarketRun(World world, BidderConfig bidding, Catalogue catalogue, TrainerConfig training,
            ControllerConfig controlling, int threads) {
        this.exchanges = world.market().config().supply().exchanges().keySet().stream().sorted().toList();
        this.controller = new SimulatedController(controlling);
        this.threads = Executors.newFixedThreadPool(threads);
        var bidder = new Bidder(bidding, catalogue, world, LANES);
        this.loop = new MarketLoop(world, List.of(bidder), controller, Duration.ZERO, this.threads);
        for (Arm arm : bidder.arms()) {
            var log = new ImpressionLog(exchanges, world.market().config().supply().qualitySd());
            // An audience of its own: who is known is in one arm anyway, and so no arm waits for another.
            var learning = new LearningArm(arm.name(), training, world.clicks(), log);
            logs.add(log);
            arms.add(learning);
            loop.seat(bidder, learning, learning.publish(world.timeMs(Duration.ZERO)), MarketLoop.StepListener.NONE);
        }
    }

    /** Names of the exchanges, in the order of their numbers in logs. */
    List<String> exchanges() {
        return exchanges;
    }

    /** The arms, as far as they have come. */
    List<LearningArm> arms() {
        return List.copyOf(arms);
    }

    /** Everything that the arm of this number bought. */
    ImpressionLog log(int arm) {
        return logs.get(arm);
    }

    /** What the arm of this number did, all in all; without its wins. */
    Bids total(int arm) {
        return loop.total(arm);
    }

    /** Time of the market since the start. */
    Duration elapsed() {
        return loop.elapsed();
    }

    /**
     * Goes on until every arm has so many impressions that were predicted and learned from.
     *
     * @param progress told the least of the arms' numbers every minute of the market; false ends the run there
     */
    void run(long impressions, LongPredicate progress) throws InterruptedException {
        boolean wanted = true;
        while (wanted && least() < impressions) {
            loop.step();
            wanted = progress.test(least());
        }
    }

    /** Impressions that every arm has learned from. */
    long least() {
        return logs.stream().mapToLong(ImpressionLog::learned).min().orElse(0);
    }

    @Override
    public void close() {
        threads.close();
        arms.forEach(LearningArm::close);
        controller.close();
    }
}
