package io.sextant.abtesting.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.abtesting.report.ConfidenceInterval;

/**
 * One estimator's answer: rewards a decision.
 *
 * @param estimator what computed it
 * @param value     the estimate; NaN where nothing is left to estimate from
 * @param normal    interval by the delta method over rounds, the target policy taken as given
 * @param bootstrap interval by drawing rounds anew, those that the target policy is known from too
 */
public record PolicyEstimate(@JsonProperty("estimator") Estimator estimator, @JsonProperty("value") double value,
        @JsonProperty("normal") ConfidenceInterval normal,
        @JsonProperty("bootstrap") ConfidenceInterval bootstrap) {}
