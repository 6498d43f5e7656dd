package io.sextant.perf.latency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Sends bid requests to a server on this machine on a schedule that takes no notice of the answers, and measures each from
 * the moment it was due (G. Tene, "How NOT to Measure Latency": no omission is coordinated with the server's stalls).
 *
 * <p>
 * A request that is due while every connection waits for an answer is sent as soon as one is free; its latency counts from
 * the moment it was due. HTTP/1.1, keep-alive, no pipelining. Threading: everything happens in the calling thread.
 */
/*
 * The sender has to share a few cores with what it measures, so it is one thread that never allocates, copies a ready
 * request into a buffer and writes it, and looks at as little of an answer as says how long it is. It does not wait in the
 * selector, whose time-outs are whole milliseconds: it looks for answers, sends what is due, and sleeps to the next request,
 * but not longer than POLL_NS while answers are outstanding. That bounds how late an answer is seen, at any rate, and how
 * often the thread wakes.
 */
final class LoadGenerator {
    /** Answers are seen at most this much too late, plus what the system takes to wake a thread. */
    private static final long POLL_NS = 40_000;
    /** Below this, sleeping takes longer than the time that is left. */
    private static final long SLEEP_MIN_NS = 5_000;
    private static final long SLEEP_MAX_NS = 1_000_000;
    /** At the end, answers are waited for this long. */
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long PROGRESS_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** Before the first request is due: connections stand for hours, and what opening many at once costs is not latency. */
    private static final long START_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final InetSocketAddress server;
    private final Traffic traffic;

    /**
     * Prepares one.
     *
     * @param port of the server, on the loopback address
     */
    LoadGenerator(int port, Traffic traffic) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.traffic = traffic;
    }

    /**
     * Sends a load.
     *
     * @param progress told which share of it is done, 0 to 1, some times a second
     * @throws IOException          if the server does not take connections
     * @throws InterruptedException if the thread is interrupted
     */
    LoadResult run(LoadPlan plan, DoubleConsumer progress) throws IOException, InterruptedException {
        TimerSlack.tighten();
        try (var run = new Run(plan, progress)) {
            return run.result();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** One load under way. */
    private final class Run implements AutoCloseable {
        private final LoadPlan plan;
        private final DoubleConsumer progress;
        private final Selector selector = Selector.open();
        private final List<LoadConnection> connections = new ArrayList<>();
        /** Ring of connections without a request; longest idle first, so that all are used alike. */
        private final LoadConnection[] free;
        private final long[] freeSinceNs;
        private final ContinuousSampler gaps;
        private final Consumer<SelectionKey> ready = this::ready;
        private final LoadTally tally;
        private final long startNs;
        private final long fromNs;
        private final long endNs;
        private long taken;
        private long given;
        private double nextNs;
        private long number;
        private long nowNs;

        private Run(LoadPlan plan, DoubleConsumer progress) throws IOException {
            this.plan = plan;
            this.progress = progress;
            this.free = new LoadConnection[plan.connections()];
            this.freeSinceNs = new long[plan.connections()];
            UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(plan.seed());
            double meanNs = 1e9 / plan.rate();
            this.gaps = switch (plan.arrivals()) {
                case EXPONENTIAL -> ZigguratSampler.Exponential.of(random, meanNs);
                case CONSTANT -> () -> meanNs;
            };
            try {
                for (int i = 0; i < plan.connections(); i++) {
                    connections.add(new LoadConnection(selector, server, traffic.bytesMax()));
                }
            } catch (IOException e) {
                close();
                throw new IOException(server + " does not take connections: " + e.getMessage(), e);
            }
            this.startNs = System.nanoTime() + START_NS;
            this.fromNs = startNs + plan.warmUp().toNanos();
            this.endNs = fromNs + plan.measured().toNanos();
            this.tally = new LoadTally(plan, fromNs, endNs);
            this.nextNs = gaps.sample();
            connections.forEach(connection -> release(connection, startNs));
        }

        private LoadResult result() throws IOException, InterruptedException {
            boolean early = send();
            long stoppedNs = nowNs;
            if (!early) {
                drain();
            }
            giveUp();
            progress.accept(1);
            return tally.result(early, stoppedNs);
        }

        /** Sends until the measured time is over; whether the plan's limit ended it before. */
        private boolean send() throws IOException, InterruptedException {
            boolean measuring = false;
            long toldNs = startNs;
            for (nowNs = System.nanoTime(); nowNs < endNs; nowNs = System.nanoTime()) {
                if (!measuring && nowNs >= fromNs) {
                    measuring = true;
                    tally.begin();
                }
                sendDue();
                if (nowNs - toldNs > PROGRESS_NS) {
                    toldNs = nowNs;
                    progress.accept((double) (nowNs - startNs) / (endNs - startNs));
                    if (Thread.interrupted()) {
                        throw new InterruptedException("sending a load");
                    }
                }
                if (measuring && tally.beyondLimit(dueNs(), nowNs)) {
                    tally.end();
                    return true;
                }
                receiveOrSleep();
            }
            tally.end();
            return false;
        }

        /** Sends what was due in time and had to wait, and takes what is still to come. */
        private void drain() throws IOException {
            long untilNs = endNs + DRAIN_NS;
            while ((given - taken < connections.size() || dueNs() < endNs) && System.nanoTime() < untilNs) {
                sendDue();
                receiveOrSleep();
            }
        }

        private void giveUp() {
            long atNs = System.nanoTime();
            for (LoadConnection connection : connections) {
                if (connection.busy()) {
                    tally.unanswered(connection.dueNs(), atNs);
                }
            }
            // After a run that was ended early, only what was due by then counts.
            for (; dueNs() < Math.min(endNs, atNs); advance()) {
                tally.notSent(dueNs(), atNs);
            }
        }

        private long dueNs() {
            return startNs + (long) nextNs;
        }

        private void advance() {
            nextNs += gaps.sample();
            number++;
        }

        private void sendDue() throws IOException {
            nowNs = System.nanoTime();
            for (long dueNs = dueNs(); dueNs <= nowNs && dueNs < endNs; dueNs = dueNs()) {
                if (!plan.giveUpAfter().isZero() && nowNs - dueNs > plan.giveUpAfter().toNanos()) {
                    tally.notSent(dueNs, nowNs);
                    advance();
                    continue;
                }
                if (taken == given) {
                    return;
                }
                int slot = (int) (taken % free.length);
                taken++;
                send(free[slot], freeSinceNs[slot], dueNs);
                advance();
            }
        }

        private void send(LoadConnection connection, long sinceNs, long dueNs) throws IOException {
            int template = (int) (number % traffic.size());
            try {
                connection.send(template, traffic.template(template), number, dueNs);
                nowNs = System.nanoTime();
                tally.sent(dueNs, nowNs - Math.max(dueNs, sinceNs));
            } catch (IOException _) {
                tally.failed(dueNs, nowNs);
                reopen(connection);
            }
        }

        private void receiveOrSleep() throws IOException {
            if (selector.selectNow(ready) > 0) {
                return;
            }
            boolean outstanding = given - taken < connections.size();
            long leftNs = taken == given ? POLL_NS : dueNs() - System.nanoTime();
            long sleepNs = Math.min(leftNs, outstanding ? POLL_NS : SLEEP_MAX_NS);
            if (sleepNs > SLEEP_MIN_NS) {
                LockSupport.parkNanos(sleepNs);
            }
        }

        private void ready(SelectionKey key) {
            LoadConnection connection = (LoadConnection) key.attachment();
            try {
                if (connection.advance()) {
                    long atNs = System.nanoTime();
                    tally.answered(connection, traffic.template(connection.template()).expectBid(), atNs);
                    connection.taken();
                    if (connection.closing()) {
                        tally.reconnected();
                        reopen(connection);
                    } else {
                        release(connection, atNs);
                    }
                }
            } catch (IOException _) {
                boolean wasBusy = connection.busy();
                if (wasBusy) {
                    tally.failed(connection.dueNs(), System.nanoTime());
                } else {
                    tally.reconnected();
                }
                reopenIdle(connection, wasBusy);
            }
        }

        private void reopen(LoadConnection connection) {
            reopenIdle(connection, true);
        }

        /* A connection that the server closed while it was idle is in the ring already. */
        private void reopenIdle(LoadConnection connection, boolean release) {
            try {
                connection.reopen();
            } catch (IOException e) {
                throw new UncheckedIOException(server + " takes no more connections", e);
            }
            if (release) {
                release(connection, System.nanoTime());
            }
        }

        private void release(LoadConnection connection, long atNs) {
            int slot = (int) (given % free.length);
            free[slot] = connection;
            freeSinceNs[slot] = atNs;
            given++;
        }

        @Override
        public void close() throws IOException {
            for (LoadConnection connection : connections) {
                connection.close();
            }
            selector.close();
        }
    }
}
