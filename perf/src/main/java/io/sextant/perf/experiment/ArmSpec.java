package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What an arm is, for a reader of the results.
 *
 * @param name        its name
 * @param label       a few words for tables
 * @param share       of the traffic in {@code split} mode; 1 in {@code paired} mode, where every arm sees everything
 * @param pctr        how the predicted click probability is chosen
 * @param exploration how the modifier is chosen
 * @param estimator   how uncertainty is measured; empty where it decides nothing
 * @param scale       what it is measured on; empty where it decides nothing
 */
public record ArmSpec(@JsonProperty("name") String name, @JsonProperty("label") String label,
        @JsonProperty("share") double share, @JsonProperty("pctr") String pctr,
        @JsonProperty("exploration") String exploration, @JsonProperty("estimator") String estimator,
        @JsonProperty("scale") String scale) {}
