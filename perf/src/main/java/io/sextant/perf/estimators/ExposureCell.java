package io.sextant.perf.estimators;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Requests that training has seen about equally often.
 *
 * @param from      exposures, at least
 * @param to        exposures, below; infinite in the last cell
 * @param requests  how many; over all runs together, where runs are summed up
 * @param predicted their mean predicted click probability
 * @param relative  their mean uncertainty over that of all requests; NaN without requests
 * @param fixedCtr  the same within tenths by predicted click probability, averaged over the tenths; NaN without requests
 */
record ExposureCell(@JsonProperty("from") double from, @JsonProperty("to") double to,
        @JsonProperty("requests") long requests, @JsonProperty("predicted") double predicted,
        @JsonProperty("relative") double relative, @JsonProperty("relative_at_fixed_ctr") double fixedCtr) {}
