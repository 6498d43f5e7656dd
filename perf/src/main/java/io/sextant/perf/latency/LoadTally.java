package io.sextant.perf.latency;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts while a load is sent. Allocates only for answers that are kept. Threading: of the sender's thread. */
final class LoadTally {
    private static final long HIGHEST_NS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;
    private static final int EVIDENCE_MAX = 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoadPlan plan;
    private final long fromNs;
    private final long endNs;
    private final long tmaxNs;
    private final long limitNs;
    private final double overMax;
    private final long sampleNs;
    private final Histogram latency = new Histogram(HIGHEST_NS, DIGITS);
    private final Histogram bidLatency = new Histogram(HIGHEST_NS, DIGITS);
    private final Histogram lateness = new Histogram(HIGHEST_NS, DIGITS);
    private final List<LoadResult.Sample> samples = new ArrayList<>();
    private final List<LoadResult.Sample> evidence = new ArrayList<>();

    private long nextSampleNs;
    private long sent;
    private long answered;
    private long completed;
    private long goodBids;
    private long bids;
    private long noBids;
    private long missedBids;
    private long strayBids;
    private long otherStatus;
    private long errors;
    private long timeOuts;
    private long notSent;
    private long reconnects;
    private long over;
    private long cpuFromNs;
    private long cpuNs;

    /**
     * Starts counting.
     *
     * @param fromNs requests that are due from then on count
     * @param endNs  those that are due later do not
     */
    LoadTally(LoadPlan plan, long fromNs, long endNs) {
        this.plan = plan;
        this.fromNs = fromNs;
        this.endNs = endNs;
        this.tmaxNs = plan.tmax().toNanos();
        this.limitNs = plan.stopEarly().atMost().toNanos();
        this.overMax = (1 - plan.stopEarly().percentile() / 100) * plan.expected();
        this.sampleNs = plan.measured().toNanos() / Math.max(1, plan.samples());
        this.nextSampleNs = fromNs;
    }

    private boolean counts(long dueNs) {
        return dueNs >= fromNs && dueNs < endNs;
    }

    /** The sender's processor time from now on counts. */
    void begin() {
        cpuFromNs = THREADS.getCurrentThreadCpuTime();
    }

    /** The sender's processor time from now on does not. */
    void end() {
        cpuNs = THREADS.getCurrentThreadCpuTime() - cpuFromNs;
    }

    /** A request was sent. */
    void sent(long dueNs, long lateNs) {
        if (counts(dueNs)) {
            sent++;
            lateness.recordValue(Math.clamp(lateNs, 0, HIGHEST_NS));
        }
    }

    /** A connection has the whole answer. */
    void answered(LoadConnection connection, boolean expectBid, long nowNs) {
        int status = connection.status();
        long waitedNs = nowNs - connection.dueNs();
        if (nowNs >= fromNs && nowNs < endNs) {
            completed++;
            goodBids += status == 200 && waitedNs <= tmaxNs ? 1 : 0;
        }
        if (!counts(connection.dueNs())) {
            return;
        }
        answered++;
        waited(waitedNs);
        if (status == 200) {
            bids++;
            strayBids += expectBid ? 0 : 1;
            bidLatency.recordValue(Math.clamp(waitedNs, 0, HIGHEST_NS));
            if (!expectBid && evidence.size() < EVIDENCE_MAX) {
                evidence.add(connection.sample());
            } else if (nowNs >= nextSampleNs) {
                // By time, not by number: nobody knows how many answers of all that were asked for will come.
                nextSampleNs = nowNs + sampleNs;
                samples.add(connection.sample());
            }
        } else if (status == 204) {
            noBids++;
            missedBids += expectBid ? 1 : 0;
        } else {
            otherStatus++;
            if (evidence.size() < EVIDENCE_MAX) {
                evidence.add(connection.sample());
            }
        }
    }

    private void waited(long ns) {
        latency.recordValue(Math.clamp(ns, 0, HIGHEST_NS));
        timeOuts += ns > tmaxNs ? 1 : 0;
        over += ns > limitNs ? 1 : 0;
    }

    /** A request was lost with its connection. */
    void failed(long dueNs, long nowNs) {
        if (counts(dueNs)) {
            errors++;
            lost(dueNs, nowNs);
        }
    }

    /** A request was sent, and the run ended before its answer. */
    void unanswered(long dueNs, long nowNs) {
        if (counts(dueNs)) {
            lost(dueNs, nowNs);
        }
    }

    /** A request was due and will not be sent. */
    void notSent(long dueNs, long nowNs) {
        if (counts(dueNs)) {
            notSent++;
            lost(dueNs, nowNs);
        }
    }

    /* What was lost has failed its tmax, however soon that was clear. */
    private void lost(long dueNs, long nowNs) {
        waited(Math.max(nowNs - dueNs, tmaxNs + 1));
    }

    /** The server retired a connection. */
    void reconnected() {
        reconnects++;
    }

    /**
     * Whether the limit is out of reach.
     *
     * @param nextDueNs the oldest request that has not been sent
     */
    boolean beyondLimit(long nextDueNs, long nowNs) {
        double waiting = Math.max(0, nowNs - limitNs - Math.max(fromNs, nextDueNs)) / 1e9 * plan.rate();
        return over + waiting > overMax;
    }

    LoadResult result(boolean endedEarly, long stoppedNs) {
        samples.addAll(evidence);
        double seconds = (Math.min(endNs, stoppedNs) - fromNs) / 1e9;
        return new LoadResult(plan, Math.max(seconds, 1e-9), latency.getTotalCount(), sent, answered, completed,
                goodBids, bids, noBids, missedBids, strayBids, otherStatus, errors, timeOuts, notSent, reconnects,
                latency, bidLatency, lateness, cpuNs / 1e9, endedEarly, samples);
    }
}
