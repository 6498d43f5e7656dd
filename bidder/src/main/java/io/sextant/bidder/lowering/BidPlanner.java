package io.sextant.bidder.lowering;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.shading.ShadingConfig;
import io.sextant.bidder.strategy.StrategyConfig;
import io.sextant.protocol.event.BidFacts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears how this bidder's auctions ended, and plans anew once a second.
 *
 * <p>
 * Threading: {@link #won} and {@link #lost} may be called from any loop and never wait; one thread of its own learns and plans.
 */
public final class BidPlanner implements OutcomeSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BidPlanner.class);
    private static final long PAUSE_NS = Duration.ofSeconds(1).toNanos();
    private static final int WAITING_MAX = 65_536;
    /** A bid's win, bill and pixel come within minutes. */
    private static final int REMEMBERED_MAX = 100_000;

    /** What became of an outcome that was told. */
    public enum Event {
        /** A win was learned from. */
        WON,
        /** A loss to a higher bid was learned from. */
        LOST,
        /** A loss for other reasons than price. */
        NOT_BY_PRICE,
        /** The auction was known already. */
        REPEATED,
        /** The queue was full. */
        DROPPED
    }

    private final PlanMaker maker;
    private final LoweredBids bids;
    private final Supplier<Catalogue> catalogue;
    private final BooleanSupplier awake;
    private final Counts<Event> counts;
    private final ArrayBlockingQueue<AuctionOutcome> queue = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Cache<String, Boolean> known = Caffeine.newBuilder().maximumSize(REMEMBERED_MAX)
            .executor(Runnable::run).build();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile double shadingAuctions;
    private volatile int planned;

    /**
     * Starts planning.
     *
     * @param arms      names by number
     * @param outlook   what accounts have left
     * @param bids      follow the plans
     * @param catalogue what is bid for now
     * @param awake     whether requests are real ones: while the bidder warms up, nothing is planned from what it is asked
     * @param counts    what becomes of outcomes
     */
    public BidPlanner(ShadingConfig shading, StrategyConfig strategy, Exchanges exchanges, List<String> arms,
            BudgetOutlook outlook, LoweredBids bids, Supplier<Catalogue> catalogue, BooleanSupplier awake,
            Counts<Event> counts) {
        this.maker = new PlanMaker(shading, strategy, exchanges, arms, outlook);
        this.bids = bids;
        this.catalogue = catalogue;
        this.awake = awake;
        this.counts = counts;
        this.thread = Thread.ofPlatform().name("bid-planner").daemon().start(this::run);
    }

    /** Publishes gauges. */
    public void measure(MeterRegistry registry) {
        Gauge.builder("bidder.shading.auctions", this, planner -> planner.shadingAuctions)
                .description("Auctions that bids are shaded by, old ones counting less.").register(registry);
        Gauge.builder("bidder.strategy.planned", this, planner -> planner.planned)
                .description("Accounts that bid by a plan.").register(registry);
    }

    @Override
    public void won(BidFacts bid, long priceCpmMicros, long minToWinCpmMicros) {
        offer(new AuctionOutcome(bid, true, priceCpmMicros, minToWinCpmMicros));
    }

    @Override
    public void lost(BidFacts bid, int reason, long minToWinCpmMicros) {
        if (AuctionOutcome.isHigherBid(reason)) {
            offer(new AuctionOutcome(bid, false, AuctionOutcome.UNTOLD, minToWinCpmMicros));
        } else {
            counts.add(Event.NOT_BY_PRICE);
        }
    }

    private void offer(AuctionOutcome outcome) {
        if (!queue.offer(outcome)) {
            counts.add(Event.DROPPED);
        }
    }

    private void run() {
        long dueNs = System.nanoTime();
        while (closing.getCount() > 0) {
            try {
                AuctionOutcome outcome = queue.poll(Math.max(0, dueNs - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (outcome != null) {
                    learn(outcome);
                }
                long nowNs = System.nanoTime();
                if (nowNs - dueNs >= 0) {
                    dueNs = nowNs + PAUSE_NS;
                    plan(nowNs);
                }
            } catch (InterruptedException _) {
                // Only close() interrupts; the loop's condition has the answer.
            } catch (RuntimeException e) {
                LOG.error("planning bids failed; the plans before stay", e);
            }
        }
    }

    private void learn(AuctionOutcome outcome) {
        if (known.asMap().putIfAbsent(outcome.bid().getBidId(), Boolean.TRUE) != null) {
            counts.add(Event.REPEATED);
            return;
        }
        maker.learn(outcome);
        counts.add(outcome.won() ? Event.WON : Event.LOST);
    }

    private void plan(long nowNs) {
        if (awake.getAsBoolean()) {
            bids.follow(maker.plan(catalogue.get(), nowNs, System::nanoTime));
            shadingAuctions = maker.shadingAuctions();
            planned = maker.planned();
        }
    }

    /** Ends; bids follow the last plans. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
