package io.sextant.perf.latency;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests that were due in the measured time. Histograms are in nanoseconds and not to be changed.
 *
 * @param plan                what was sent
 * @param seconds             measured time
 * @param due                 requests that were due in it
 * @param sent                of these, written to a connection
 * @param answered            of these, answered before the run ended
 * @param completed           answers that came in the measured time, to whatever request
 * @param goodBids            of these, bids that were not later than {@code tmax}
 * @param bids                answered 200
 * @param noBids              answered 204
 * @param missedBids          answered 204 where a bid was expected
 * @param strayBids           answered 200 where no bid was expected
 * @param otherStatus         answered otherwise
 * @param errors              lost with their connection
 * @param timeOuts            answered later than {@code tmax}, lost, given up, or never answered
 * @param notSent             given up, or still waiting for a connection when the run ended
 * @param reconnects          connections that the server had retired
 * @param latency             from the moment a request was due to its answer's last byte, of all requests that were due; of
 *                            one that was not answered, the time that it had waited when that was clear
 * @param bidLatency          the same of those answered 200
 * @param lateness            how much later than it could a request was sent, by the sender's own fault: after it was due
 *                            and a connection was free
 * @param generatorCpuSeconds processor time of the sending thread
 * @param endedEarly          whether the limit was out of reach, so that the run was ended
 * @param samples             answers, to be checked whole
 */
record LoadResult(LoadPlan plan, double seconds, long due, long sent, long answered, long completed,
        long goodBids, long bids, long noBids, long missedBids, long strayBids, long otherStatus, long errors,
        long timeOuts, long notSent, long reconnects,
        Histogram latency, Histogram bidLatency, Histogram lateness, double generatorCpuSeconds, boolean endedEarly,
        List<Sample> samples) {
    /** Above this at the 99th percentile, the sender itself was too late. */
    private static final double LATE_MS = 2;

    /**
     * An answer as it came.
     *
     * @param template place in the traffic
     * @param number   of the request; its id if it is one that is patched
     * @param head     status line and headers
     * @param body     as sent
     */
    @SuppressWarnings("ArrayRecordComponent") // as it came; never changed
    record Sample(int template, long number, String head, byte[] body) {}

    /** Answers that came a second. */
    double answersPerSecond() {
        return completed / seconds;
    }

    /** Bids in time that came a second. */
    double goodputPerSecond() {
        return goodBids / seconds;
    }

    /** Latency at a percentile, 0 to 100, in milliseconds. */
    double latencyMs(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e6;
    }

    /** Processor time of the sender, as a share of one core. */
    double generatorShare() {
        return generatorCpuSeconds / seconds;
    }

    /** Whether the sender fell behind its own schedule so far that its lateness, and not the server, makes the figures. */
    boolean generatorLate() {
        return lateness.getValueAtPercentile(99) / 1e6 > LATE_MS;
    }

    /** Whether a limit was held: nothing lost, and all of the load sent. */
    boolean holds(LoadPlan.Limit limit) {
        return !endedEarly && errors == 0 && otherStatus == 0
                && latency.getValueAtPercentile(limit.percentile()) <= limit.atMost().toNanos();
    }
}
