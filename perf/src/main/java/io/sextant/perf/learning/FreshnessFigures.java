package io.sextant.perf.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.standalone.Freshness;
import org.jspecify.annotations.Nullable;

/**
 * How soon a click is bid with in the demo's settings, and what it takes to bring a version to a bidder.
 *
 * @param clicks           clicks that were followed
 * @param unserved         of these, clicks that no served model had learned from at the end
 * @param p50Seconds       from a click's notice to a served model that learned from it, median; null if it never was
 * @param p90Seconds       the same of nine clicks in ten
 * @param versions         versions that came to be served, all arms
 * @param deltaBytesMedian bytes of a delta; null without deltas
 * @param fullBytes        bytes of a full artefact
 * @param deltaBytesShare  one over the other; null without deltas
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record FreshnessFigures(@JsonProperty("clicks") int clicks, @JsonProperty("clicks_unserved") int unserved,
        @JsonProperty("click_to_served_seconds_p50") @Nullable Double p50Seconds,
        @JsonProperty("click_to_served_seconds_p90") @Nullable Double p90Seconds,
        @JsonProperty("versions_served") int versions, @JsonProperty("delta_bytes") @Nullable Double deltaBytesMedian,
        @JsonProperty("full_bytes") long fullBytes,
        @JsonProperty("delta_bytes_share") @Nullable Double deltaBytesShare) {
    /** Target, seconds. */
    static final double P50_SECONDS_MAX = 30;

    static FreshnessFigures of(Freshness seen) {
        return new FreshnessFigures(seen.clicks(), seen.unserved(), finite(seen.p50Seconds()),
                finite(seen.p90Seconds()), seen.versions(), finite(seen.deltaBytesMedian()), seen.fullBytes(),
                finite(seen.deltaBytesShare()));
    }

    /* JSON knows no number that is not finite. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** Whether the median click is served in time. */
    boolean met() {
        return p50Seconds != null && p50Seconds < P50_SECONDS_MAX;
    }
}
