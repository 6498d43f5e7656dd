package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One arm over a stretch of the online phase.
 *
 * @param hours          when the stretch ends, hours of the market since the online phase began
 * @param wins           impressions bought in it
 * @param ctr            observed clicks an impression
 * @param expectedCtr    expected clicks an impression
 * @param spendUsd       paid in it
 * @param profitUsd      expected value less spend
 * @param premium        share of the spend, 0 to 1
 * @param modifierOfBids mean applied modifier
 * @param gain           the fleet's gain at its end, 0 to 1
 * @param capped         whether the guard had turned exploration off at its end
 */
public record CurvePoint(@JsonProperty("hours") double hours, @JsonProperty("wins") long wins,
        @JsonProperty("ctr") double ctr, @JsonProperty("expected_ctr") double expectedCtr,
        @JsonProperty("spend_usd") double spendUsd, @JsonProperty("profit_usd") double profitUsd,
        @JsonProperty("premium") double premium, @JsonProperty("modifier_of_bids") double modifierOfBids,
        @JsonProperty("gain") double gain, @JsonProperty("capped") boolean capped) {}
