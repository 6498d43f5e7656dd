package io.sextant.bidder.frequency;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How impressions of users are counted; key {@code frequency}. Campaigns without frequency caps are not concerned.
 *
 * @param unknownUser  what campaigns with caps do about requests without a user's or device's id (default no-bid)
 * @param unknownCount what they do while impressions are being read back, or Kafka is silent (default no-bid)
 * @param silenceMax   Kafka is silent after so long without an answer (default 1m)
 * @param lookBackMax  impressions are read back no further than this (default 7d)
 * @param usersMax     users that are counted at once; above it those seen the longest ago are forgotten (default 200000)
 */
public record FrequencyConfig(@NotNull Policy unknownUser, @NotNull Policy unknownCount,
        @NotNull @DurationMin(seconds = 1) Duration silenceMax, @NotNull @DurationMin(seconds = 1) Duration lookBackMax,
        @Min(1) long usersMax) {
    /** What to do where nobody can know whether a cap is reached. */
    public enum Policy {
        /** Bid as if nothing had been seen, or no more than is known. */
        BID,
        /** Do not bid: a cap is a promise, and what cannot be counted cannot be promised. */
        NO_BID
    }
}
