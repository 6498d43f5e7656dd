package io.sextant.bidder.frequency;

import java.util.Arrays;

/** When a user saw a campaign: the newest impressions, as many as its caps look at. Immutable. */
final class Sightings {
    private static final long[] NO_TIMES = {};
    private static final int[] NO_BIDS = {};

    private final String campaignId;
    /** Times of the bids, milliseconds since the epoch, rising. */
    private final long[] timesMs;
    /** Hashes of their ids, in the same order. */
    private final int[] bids;

    private Sightings(String campaignId, long[] timesMs, int[] bids) {
        this.campaignId = campaignId;
        this.timesMs = timesMs;
        this.bids = bids;
    }

    /** Of a campaign that was not seen yet. */
    static Sightings none(String campaignId) {
        return new Sightings(campaignId, NO_TIMES, NO_BIDS);
    }

    /**
     * With one more impression; this, if it is known already or too old to be looked at.
     *
     * @param kept    impressions that are kept, 1 or more
     * @param afterMs those up to this time are forgotten
     */
    Sightings with(long timeMs, int bid, int kept, long afterMs) {
        for (int known : bids) {
            if (known == bid) {
                return this;
            }
        }
        if (timeMs <= afterMs || (timesMs.length >= kept && timeMs <= timesMs[timesMs.length - kept])) {
            return this;
        }
        int from = Math.max(0, timesMs.length + 1 - kept);
        while (from < timesMs.length && timesMs[from] <= afterMs) {
            from++;
        }
        int place = timesMs.length;
        while (place > from && timesMs[place - 1] > timeMs) {
            place--;
        }
        int size = timesMs.length - from + 1;
        long[] times = Arrays.copyOfRange(timesMs, from, from + size);
        int[] ids = Arrays.copyOfRange(bids, from, from + size);
        System.arraycopy(timesMs, place, times, place - from + 1, timesMs.length - place);
        System.arraycopy(bids, place, ids, place - from + 1, bids.length - place);
        times[place - from] = timeMs;
        ids[place - from] = bid;
        return new Sightings(campaignId, times, ids);
    }

    /** Whether there are at least so many impressions later than {@code afterMs}; {@code impressions} is 1 or more. */
    boolean atLeast(int impressions, long afterMs) {
        return timesMs.length >= impressions && timesMs[timesMs.length - impressions] > afterMs;
    }

    /** The campaign that was seen. */
    String campaignId() {
        return campaignId;
    }

    boolean isEmpty() {
        return timesMs.length == 0;
    }

    /** Time of the newest impression; only where there is one. */
    long newestMs() {
        return timesMs[timesMs.length - 1];
    }
}
