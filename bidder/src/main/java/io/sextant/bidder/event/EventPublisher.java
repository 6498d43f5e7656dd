package io.sextant.bidder.event;

import io.sextant.bidder.pipeline.LeafCells;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.snapshot.ExplorationSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the event loops did into one message an arm and second, counts lost auctions, and passes sampled decisions
 * on. Whatever does not fit is dropped and counted; no loop ever waits.
 *
 * <p>
 * Threading: each loop writes into the {@link ImpressionRing} that {@link #newRing} gave it; {@link #loss} and
 * {@link #sample} may be called from any loop; one thread of its own adds up.
 */
public final class EventPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final long SECOND_MS = 1000;
    /** Rings are emptied this often, so that they need not hold a whole second. */
    private static final long DRAIN_MS = 50;
    /** A loop may be this late in writing down a request of the second that has just ended. */
    private static final long GRACE_MS = 100;

    /** What was dropped before it reached an outbox. */
    public enum Drop {
        /** An impression's row: its loop's ring was full. */
        IMPRESSION,
        /** A lost auction: the queue was full. */
        LOSS
    }

    private record Loss(BidFacts bid, int reason, long minToWinCpmMicros) {}

    private final EventConfig config;
    private final LeafCells cells;
    private final Supplier<ExplorationSettings> settings;
    private final String topicPrefix;
    private final Outbox events;
    private final Outbox samples;
    private final Counts<Drop> drops;
    private final InstantSource clock;
    private final IntToLongFunction snapshotVersions;
    private final List<ImpressionRing> rings = new CopyOnWriteArrayList<>();
    private final ArrayBlockingQueue<Loss> lossQueue;
    private final List<ArmSecondBuilder> arms = new ArrayList<>();
    private final LossBuilder losses;
    private final Thread thread;
    private long secondMs;
    private volatile boolean closing;

    /**
     * Starts the publisher.
     *
     * @param config           sizes
     * @param bidder           name of this process, unique in the fleet
     * @param armNames         arms, by number
     * @param cells            the leaf cells, tended by this one's thread
     * @param settings         the fleet's exploration settings
     * @param topicPrefix      put before every topic's name
     * @param events           takes the messages of each second
     * @param samples          takes sampled decisions
     * @param drops            counts what is lost here
     * @param clock            the time of requests
     * @param snapshotVersions version of the snapshot that an arm, by number, uses now
     */
    public EventPublisher(EventConfig config, String bidder, List<String> armNames, LeafCells cells,
            Supplier<ExplorationSettings> settings, String topicPrefix, Outbox events, Outbox samples,
            Counts<Drop> drops, InstantSource clock,
            IntToLongFunction snapshotVersions) {
        this.config = config;
        this.topicPrefix = topicPrefix;
        this.events = events;
        this.samples = samples;
        this.drops = drops;
        this.clock = clock;
        this.snapshotVersions = snapshotVersions;
        this.lossQueue = new ArrayBlockingQueue<>(config.lossCapacity());
        this.cells = cells;
        this.settings = settings;
        armNames.forEach(name -> arms.add(new ArmSecondBuilder(bidder, name, cells, config.units())));
        this.losses = new LossBuilder(bidder, config.lossSamples());
        this.secondMs = Math.floorDiv(clock.millis(), SECOND_MS) * SECOND_MS;
        this.thread = Thread.ofPlatform().name("event-publisher").start(this::run);
    }

    /** A ring for one more event loop. */
    public ImpressionRing newRing() {
        var ring = new ImpressionRing(config.ringCapacity());
        rings.add(ring);
        return ring;
    }

    /** Counts a row that its ring had no room for. */
    public void dropped() {
        drops.add(Drop.IMPRESSION);
    }

    /** Counts a lost auction; {@code minToWinCpmMicros} is -1 where the exchange did not tell. */
    public void loss(BidFacts bid, int reason, long minToWinCpmMicros) {
        if (!lossQueue.offer(new Loss(bid, reason, minToWinCpmMicros))) {
            drops.add(Drop.LOSS);
        }
    }

    /** Passes a sampled decision on. */
    public void sample(BidEvent event) {
        samples.offer(topicPrefix + Topics.BIDS.topic(), event.getBid().getRequestId(), event);
    }

    /** Publishes what there is of the current second, and ends. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                Thread.sleep(DRAIN_MS);
                step(clock.millis());
            } catch (InterruptedException _) {
                // Only close() interrupts; the loop's condition has the answer.
            } catch (RuntimeException e) {
                LOG.error("publishing a second failed", e);
            }
        }
        drain(Long.MAX_VALUE);
        publish();
    }

    /** Empties the rings up to the end of the open second; publishes it when it is over. */
    private void step(long nowMs) {
        long endMs = secondMs + SECOND_MS;
        drain(endMs);
        if (nowMs >= endMs + GRACE_MS) {
            publish();
            // After a pause of the process, seconds in which nothing can have been written are not made up for.
            secondMs = Math.max(endMs, Math.floorDiv(nowMs - GRACE_MS, SECOND_MS) * SECOND_MS);
        }
    }

    private void drain(long untilMs) {
        for (ImpressionRing ring : rings) {
            ring.drain(untilMs, this::add);
        }
        cells.tend(settings.get(), clock.millis());
        for (Loss loss = lossQueue.poll(); loss != null; loss = lossQueue.poll()) {
            losses.add(loss.bid(), loss.reason(), loss.minToWinCpmMicros());
        }
    }

    private void add(ImpressionRow row) {
        ArmSecondBuilder builder = arms.get(row.arm);
        if (!builder.accepts(row.uncertaintyEpoch)) {
            publish(row.arm);
        }
        builder.add(row);
    }

    private void publish() {
        for (int arm = 0; arm < arms.size(); arm++) {
            publish(arm);
        }
        for (LossCounts counts : losses.take(secondMs)) {
            events.offer(topicPrefix + Topics.LOSSES.topic(), counts.getArm(), counts);
        }
    }

    private void publish(int arm) {
        ArmSecondBuilder builder = arms.get(arm);
        events.offer(topicPrefix + Topics.UNCERTAINTY.topic(), builder.arm(),
                builder.take(secondMs, snapshotVersions.applyAsLong(arm)));
    }
}
