package io.sextant.bidder.notice;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;

/**
 * The local journal of notices.
 *
 * @param directory       where it lies; on a disk that survives a restart
 * @param queueCapacity   notices that may wait for their commit; more are answered 503
 * @param batchMax        notices committed together at most
 * @param entriesMax      notices that may wait for Kafka; more are answered 503, none is ever dropped
 * @param rememberedMax   recent notices remembered to drop duplicates quickly
 */
public record JournalConfig(Path directory, @Min(16) @Max(1_000_000) int queueCapacity,
        @Min(1) @Max(10_000) int batchMax,
        @Min(1000) long entriesMax, @Min(0) @Max(100_000_000) long rememberedMax) {}
