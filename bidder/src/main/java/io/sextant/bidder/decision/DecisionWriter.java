package io.sextant.bidder.decision;

import io.sextant.bidder.event.Counts;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.protocol.event.BidEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sampled decisions in a directory, together with all that they were made with. What does not fit in the queue, or
 * what the disk does not take, is dropped and counted; bidding goes on, and so does this once the disk takes it again.
 *
 * <p>
 * Threading: {@link #decision} and {@link #model} may be called from any thread and never wait; one thread of its own does
 * everything that touches the disk.
 */
public final class DecisionWriter implements DecisionSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionWriter.class);
    private static final long POLL_MS = 200;
    private static final long FLUSH_NS = TimeUnit.SECONDS.toNanos(1);
    /** After a failure the disk is left alone for a while. */
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SWEEP_NS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    /** Why a decision was not kept. */
    public enum Drop {
        /** The queue was full. */
        FULL,
        /** The disk did not take it. */
        UNWRITTEN,
        /** What it was made with was no longer to be had. */
        STATE_GONE
    }

    private sealed interface Item {
        /** A decision and what it was made with. */
        record Decision(BidEvent event, DecisionState state) implements Item {}

        /** A model that will be bid with. */
        record Model(ModelSource source) implements Item {}
    }

    private final ReplayConfig config;
    private final DecisionDirectory directory;
    private final StateKeeper keeper;
    private final Retention retention;
    private final SegmentWriter.Opener opener;
    private final Counts<Drop> drops;
    private final InstantSource clock;
    private final ArrayBlockingQueue<Item> queue;
    private final AtomicLong written = new AtomicLong();
    private final FileChannel lock;
    private final Thread thread;
    private volatile boolean closing;

    private @Nullable SegmentWriter segment;
    private long lastStartMs = Long.MIN_VALUE;
    /** Decisions in the segment that the disk has not been made to take. */
    private long unflushed;
    private long flushedNs = System.nanoTime();
    private long sweptNs = System.nanoTime() - SWEEP_NS;
    private long resumeNs = System.nanoTime();
    private boolean away;
    private boolean gone;

    /**
     * Takes the directory over, which is made if it is not there, and starts.
     *
     * @param settings what the decisions are made with
     * @param drops    counts what is lost
     * @param clock    the time of segments and of retention
     * @throws IllegalStateException if the directory cannot be used, or another process writes there
     */
    public DecisionWriter(ReplayConfig config, DecisionSettings settings, Counts<Drop> drops, InstantSource clock) {
        this(config, settings, drops, clock, SegmentWriter.Opener.FILES);
    }

    /** The same with files of another kind. */
    DecisionWriter(ReplayConfig config, DecisionSettings settings, Counts<Drop> drops, InstantSource clock,
            SegmentWriter.Opener opener) {
        this.config = config;
        this.directory = new DecisionDirectory(Path.of(config.dir()));
        this.keeper = new StateKeeper(directory, settings, clock);
        this.retention = new Retention(directory, config.retention());
        this.opener = opener;
        this.drops = drops;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(config.queueCapacity());
        this.lock = takeOver();
        this.thread = Thread.ofPlatform().name("decision-writer").start(this::run);
    }

    private FileChannel takeOver() {
        Path file = directory.root().resolve(".lock");
        FileChannel channel;
        try {
            Files.createDirectories(directory.bids());
            retention.deleteTemporary();
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IllegalStateException("replay.dir = " + config.dir() + ": cannot be written to (" + e
                    + "); name a directory that can, or leave it empty", e);
        }
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("{} is not to be had", file, e);
        }
        if (!taken) {
            close(channel);
            throw new IllegalStateException("replay.dir = " + config.dir()
                    + ": another bidder writes there; give each bidder a directory of its own");
        }
        return channel;
    }

    @Override
    public void decision(BidEvent event, DecisionState state) {
        if (closing || !queue.offer(new Item.Decision(event, state))) {
            drops.add(Drop.FULL);
        }
    }

    @Override
    public void model(ModelSource source) {
        // If there is no room now, the first decision that is made with it asks again.
        boolean _ = queue.offer(new Item.Model(source));
    }

    /** Decisions that wait. */
    public int size() {
        return queue.size();
    }

    /** Decisions that the disk has taken so far. */
    public long written() {
        return written.get();
    }

    /** Writes what waits, for a few seconds at most, ends the segment, and gives the directory up. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(CLOSE)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        close(lock);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted() && (!closing || !queue.isEmpty())) {
            try {
                Item item = queue.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (item != null) {
                    take(item);
                }
                tend();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("keeping decisions failed", e);
            }
        }
        drops.add(Drop.UNWRITTEN, queue.size());
        endSegment();
    }

    private void take(Item item) {
        boolean isDecision = item instanceof Item.Decision;
        if (System.nanoTime() - resumeNs < 0) {
            drops.add(Drop.UNWRITTEN, isDecision ? 1 : 0);
            return;
        }
        try {
            switch (item) {
                case Item.Model(ModelSource source) -> keeper.keep(source);
                case Item.Decision(BidEvent event, DecisionState state) -> write(event, state);
            }
        } catch (StateGoneException e) {
            drops.add(Drop.STATE_GONE, isDecision ? 1 : 0);
            if (!gone) {
                gone = true;
                LOG.warn("decisions are not kept, and counted as state_gone: {}", e.getMessage());
            }
        } catch (IOException e) {
            drops.add(Drop.UNWRITTEN, isDecision ? 1 : 0);
            failed(e);
        }
    }

    private void write(BidEvent event, DecisionState state) throws IOException {
        SegmentWriter open = segment == null ? openSegment() : segment;
        keeper.keep(event, state);
        open.write(event, clock.millis());
        unflushed++;
    }

    private SegmentWriter openSegment() throws IOException {
        long startMs = Math.max(clock.millis(), lastStartMs + 1);
        while (Files.exists(directory.segment(startMs))) {
            startMs++;
        }
        Files.createDirectories(directory.bids());
        SegmentWriter opened = new SegmentWriter(directory.segment(startMs), startMs, opener);
        lastStartMs = startMs;
        segment = opened;
        keeper.newSegment(startMs);
        return opened;
    }

    /** What is due between decisions: flushing, ending the segment, deleting what is old. */
    private void tend() {
        long nowNs = System.nanoTime();
        SegmentWriter open = segment;
        if (open != null) {
            if (open.bytes() >= config.segmentBytes()
                    || clock.millis() - open.startMs() >= config.segmentAge().toMillis()) {
                endSegment();
            } else if (unflushed > 0 && nowNs - flushedNs >= FLUSH_NS) {
                flush(open);
                flushedNs = nowNs;
            }
        }
        if (nowNs - sweptNs >= SWEEP_NS) {
            sweptNs = nowNs;
            sweep();
        }
    }

    private void flush(SegmentWriter open) {
        try {
            open.flush();
            taken();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void endSegment() {
        SegmentWriter open = segment;
        if (open == null) {
            return;
        }
        try {
            open.close();
            segment = null;
            taken();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The disk has taken all there was. */
    private void taken() {
        written.addAndGet(unflushed);
        unflushed = 0;
        if (away) {
            away = false;
            LOG.info("{} takes decisions again", directory.root());
        }
    }

    /** Gives up the segment: nobody knows how much of it the disk has. */
    private void failed(IOException failure) {
        if (segment != null) {
            segment.abandon();
            segment = null;
        }
        drops.add(Drop.UNWRITTEN, unflushed);
        unflushed = 0;
        resumeNs = System.nanoTime() + PAUSE_NS;
        if (!away) {
            away = true;
            LOG.warn("{} does not take decisions, they are dropped and counted: {}", directory.root(),
                    failure.toString());
        }
    }

    private void sweep() {
        try {
            SegmentWriter open = segment;
            int deleted = retention.sweep(clock.millis(), open == null ? null : open.path());
            if (deleted > 0) {
                LOG.info("{}: {} files and artefacts older than {} deleted", directory.root(), deleted,
                        config.retention());
            }
        } catch (IOException e) {
            LOG.warn("{}: what is too old could not be deleted: {}", directory.root(), e.toString());
        }
    }
}
