package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How unsure an arm's last model is of requests on supply that the arm knows about equally well: a tenth of the neutral
 * requests, ordered by how many impressions the arm had learned from on the request's publisher.
 *
 * @param exposuresFrom       fewest impressions in the tenth
 * @param exposuresTo         most
 * @param exposuresMean       mean
 * @param requests            how many
 * @param uncertainty         mean u of the arm's own estimator; NaN where the arm has none
 * @param relativeUncertainty the same over its mean over all tenths; NaN where the arm has none
 * @param monteCarlo          mean u of Monte Carlo dropout on the probability, the same measure for every arm
 * @param modifier            mean natural modifier that the arm's last snapshot gives them; 1 where it explores nothing
 */
public record ExposurePoint(@JsonProperty("exposures_from") long exposuresFrom,
        @JsonProperty("exposures_to") long exposuresTo, @JsonProperty("exposures_mean") double exposuresMean,
        @JsonProperty("requests") long requests, @JsonProperty("uncertainty") double uncertainty,
        @JsonProperty("relative_uncertainty") double relativeUncertainty,
        @JsonProperty("monte_carlo") double monteCarlo, @JsonProperty("modifier") double modifier) {}
