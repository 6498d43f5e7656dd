package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An arm against control that simply bids more or less: at the arm's spend, how many clicks would control have bought?
 *
 * @param extraSpendUsd  the arm's spend less control's
 * @param extraClicks    the arm's expected clicks less control's
 * @param frontierClicks expected clicks of control at the arm's spend, between its bid levels; beyond the outermost, along
 *                       the line of the outermost two
 * @param controlClicks  expected clicks of control
 * @param extrapolated   whether the spend lies beyond the outermost bid level
 */
public record Efficiency(@JsonProperty("extra_spend_usd") double extraSpendUsd,
        @JsonProperty("extra_clicks") double extraClicks, @JsonProperty("frontier_clicks") double frontierClicks,
        @JsonProperty("control_clicks") double controlClicks, @JsonProperty("extrapolated") boolean extrapolated) {
    /** Extra clicks an extra USD; meaningless where the spend is the same. */
    public double clicksPerUsd() {
        return extraClicks / extraSpendUsd;
    }

    /** What control gets an extra USD between its own spend and the arm's. */
    public double frontierClicksPerUsd() {
        return (frontierClicks - controlClicks) / extraSpendUsd;
    }

    /** Natural logarithm of the arm's clicks over the frontier's at the same spend; above 0 is better than bidding more. */
    public double logRatio() {
        return Math.log((controlClicks + extraClicks) / frontierClicks);
    }
}
