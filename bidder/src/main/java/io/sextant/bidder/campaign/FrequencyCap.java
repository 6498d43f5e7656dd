package io.sextant.bidder.campaign;

import java.time.Duration;

/**
 * Most impressions of a campaign that one user sees in a window of time.
 *
 * @param impressions 1 or more
 * @param window      ending now; a second to 31 days
 */
public record FrequencyCap(int impressions, Duration window) {}
