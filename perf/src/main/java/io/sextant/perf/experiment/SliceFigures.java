package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How well an arm's frozen model predicts impressions that came after all of its training.
 *
 * @param slice           {@link #NEUTRAL}, {@link #CONTROL} or {@link #UNION}
 * @param impressions     how many
 * @param auc             against the labels
 * @param logLoss         against the labels: mean cross entropy, nats
 * @param expectedAuc     against the true probabilities: each impression counts as a click with its probability
 * @param expectedLogLoss against the true probabilities
 * @param pcoc            sum of predictions over sum of true probabilities
 * @param truthAuc        {@code expectedAuc} of the true probabilities themselves; no model's is higher
 * @param truthLogLoss    {@code expectedLogLoss} of the true probabilities themselves
 */
public record SliceFigures(@JsonProperty("slice") String slice, @JsonProperty("impressions") long impressions,
        @JsonProperty("auc") double auc, @JsonProperty("log_loss") double logLoss,
        @JsonProperty("expected_auc") double expectedAuc, @JsonProperty("expected_log_loss") double expectedLogLoss,
        @JsonProperty("pcoc") double pcoc, @JsonProperty("truth_auc") double truthAuc,
        @JsonProperty("truth_log_loss") double truthLogLoss) {
    /** Primary: a random one of the creatives that fit, bought whatever it costs. */
    public static final String NEUTRAL = "neutral";
    /** What control's frozen model wins. */
    public static final String CONTROL = "control";
    /** What any arm's frozen model wins, each impression and creative once. */
    public static final String UNION = "union";
}
