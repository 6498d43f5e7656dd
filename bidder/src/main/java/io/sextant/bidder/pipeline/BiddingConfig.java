package io.sextant.bidder.pipeline;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How much work an impression may be; key {@code bidding}.
 *
 * @param candidatesMax most ads that are scored for an impression, 1 to 1000 (default 200); where more fit, a run of them
 *                      is taken, another one for each impression
 */
public record BiddingConfig(@Min(1) @Max(Limits.CANDIDATES_MAX) int candidatesMax) {}
