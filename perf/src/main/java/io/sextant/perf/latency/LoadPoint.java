package io.sextant.perf.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A load on a server, seen from both sides.
 *
 * @param load       what the sender saw
 * @param cpuSeconds the server's processor time, its compiler and collector included
 * @param added      what the server counted
 * @param pauses     how long it stood still
 * @param wrong      what is wrong with its answers; empty if nothing is
 */
record LoadPoint(LoadResult load, double cpuSeconds, ServerMetrics added, Pauses pauses, List<String> wrong) {
    /** Steps of a bid, in their order. */
    static final List<String> STEPS = List.of("allocate", "match", "encode", "score", "uncertainty", "age", "price");
    /** Bids that may be missing where one was expected, of all requests: those that were too late for their tmax. */
    private static final double MISSED_MAX = 0.01;

    /**
     * Measures one. The plan should have no warm-up of its own: the server's counters would count it.
     *
     * @param profile  where a profile of the server is kept; null for none
     * @param progress told which share is done, 0 to 1
     */
    static LoadPoint measure(ServerJvm server, Traffic traffic, LoadPlan plan, @Nullable Path profile,
            DoubleConsumer progress) throws IOException, InterruptedException {
        Recording recording = Recording.start(server.pid(), profile);
        ServerMetrics before = server.metrics();
        Duration cpu = server.cpu();
        LoadResult load = new LoadGenerator(server.port(), traffic).run(plan, progress);
        double cpuSeconds = server.cpu().minus(cpu).toNanos() / 1e9;
        ServerMetrics added = server.metrics().since(before);
        Pauses pauses = recording.stop();
        List<String> wrong = server.bidder() ? new AnswerCheck(traffic).complaints(load) : bare(load);
        return new LoadPoint(load, cpuSeconds, added, pauses, wrong);
    }

    /** What is wrong with a floor's answers. */
    static List<String> bare(LoadResult load) {
        List<String> wrong = new ArrayList<>();
        if (load.errors() + load.otherStatus() > 0) {
            wrong.add(String.format(Locale.ROOT, "the floor lost %d requests and answered %d neither 200 nor 204",
                    load.errors(), load.otherStatus()));
        }
        return wrong;
    }

    /** Processor time of the server a request, milliseconds. */
    double cpuMs() {
        return 1000 * cpuSeconds / Math.max(1, load.answered());
    }

    /** Bytes allocated by the server a request. */
    double bytes() {
        return added.allocatedBytes() / Math.max(1, load.answered());
    }

    /** Part of the answers that are bids. */
    double bidShare() {
        return load.bids() / (double) Math.max(1, load.answered());
    }

    /** Whether nearly every request that had to get a bid got one; false where it was late or shed load. */
    boolean bidsAsExpected() {
        return load.missedBids() <= MISSED_MAX * load.answered();
    }
}
