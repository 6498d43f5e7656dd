package io.sextant.bidder.event;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * What the bidder tells the fleet.
 *
 * @param ringCapacity   impressions a loop may have waiting for the publisher; more are dropped and counted
 * @param queueCapacity  messages that may wait for Kafka; more are dropped and counted
 * @param sampleCapacity sampled decisions that may wait for Kafka; more are dropped and counted
 * @param sampleShare    share of requests whose decisions are logged whole
 * @param lossCapacity   lost auctions that may wait for their second's count; more are dropped and counted
 * @param lossSamples    lost auctions an arm and second that are sent whole
 * @param units          which units of allocation are told
 */
public record EventConfig(@Min(64) @Max(4_194_304) int ringCapacity, @Min(16) @Max(1_000_000) int queueCapacity,
        @Min(16) @Max(1_000_000) int sampleCapacity, @DecimalMin("0") @DecimalMax("1") double sampleShare,
        @Min(16) @Max(10_000_000) int lossCapacity, @Min(0) @Max(1000) int lossSamples,
        @NotNull @Valid UnitSampling units) {}
