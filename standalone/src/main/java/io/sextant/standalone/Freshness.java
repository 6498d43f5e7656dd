package io.sextant.standalone;

import java.util.List;

/**
 * How long it took from the notice of a click to the first served model that had learned from it.
 *
 * @param clicks           clicks that were followed
 * @param unserved         of these, clicks that no served model had learned from when the run ended
 * @param p50Seconds       median over the clicks, those never served counted as endless; NaN without clicks
 * @param p90Seconds       the ninth decile
 * @param maxSeconds       the longest
 * @param versions         versions that the bidder served, over all arms, without version 0
 * @param deltas           of the versions announced, those that went out as deltas
 * @param deltaBytesMedian bytes of a delta, the median; NaN without deltas
 * @param fullBytes        bytes of a full artefact
 */
public record Freshness(int clicks, int unserved, double p50Seconds, double p90Seconds, double maxSeconds, int versions,
        int deltas, double deltaBytesMedian, long fullBytes) {

    /** Bytes of a delta over those of a full artefact. */
    public double deltaBytesShare() {
        return deltaBytesMedian / fullBytes;
    }

    static Freshness of(List<Double> seconds, int versions, List<Long> deltaBytes, long fullBytes) {
        List<Double> sorted = seconds.stream().sorted().toList();
        List<Double> bytes = deltaBytes.stream().map(Long::doubleValue).sorted().toList();
        return new Freshness(sorted.size(), (int) sorted.stream().filter(value -> Double.isInfinite(value)).count(),
                quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 1), versions, bytes.size(),
                quantile(bytes, 0.5), fullBytes);
    }

    /* The smallest value that so large a share is not above. */
    private static double quantile(List<Double> sorted, double share) {
        return sorted.isEmpty() ? Double.NaN : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
