/**
 * How often users have seen campaigns, and whether that is enough. {@link io.sextant.bidder.frequency.FrequencyBook#of} and what
 * it returns are hot path: one look into a cache for a request, a few comparisons for a candidate. Counting is cold, on the
 * thread of {@link io.sextant.bidder.frequency.ImpressionFollower}, which reads every impression of the fleet from Kafka, so
 * that all bidders count the same.
 */
@NullMarked
package io.sextant.bidder.frequency;

import org.jspecify.annotations.NullMarked;
