package io.sextant.bidder.frequency;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.FrequencyCap;
import java.util.Arrays;
import java.util.List;

/** What one user has seen of campaigns with caps. Immutable and thread-safe; hot path, allocates nothing. */
public final class FrequencyCounts {
    /** Has seen nothing. */
    public static final FrequencyCounts NOTHING = new FrequencyCounts(new Sightings[0], false);
    /** Whatever it has seen, it is not to be shown campaigns with caps. */
    static final FrequencyCounts UNKNOWN = new FrequencyCounts(new Sightings[0], true);

    private final Sightings[] seen;
    private final boolean unknown;

    private FrequencyCounts(Sightings[] seen, boolean unknown) {
        this.seen = seen;
        this.unknown = unknown;
    }

    /** Whether no campaign is capped, so that none need be asked for. */
    public boolean capsNothing() {
        return seen.length == 0 && !unknown;
    }

    /** Whether one of the campaign's caps is reached: the user is not to be shown it now. */
    public boolean isCapped(Campaign campaign, long nowMs) {
        List<FrequencyCap> caps = campaign.frequencyCaps();
        if (caps.isEmpty()) {
            return false;
        }
        if (unknown) {
            return true;
        }
        for (Sightings each : seen) {
            if (each.campaignId().equals(campaign.id())) {
                return isReached(caps, each, nowMs);
            }
        }
        return false;
    }

    private static boolean isReached(List<FrequencyCap> caps, Sightings seen, long nowMs) {
        for (int i = 0; i < caps.size(); i++) {
            FrequencyCap cap = caps.get(i);
            if (seen.atLeast(cap.impressions(), nowMs - cap.window().toMillis())) {
                return true;
            }
        }
        return false;
    }

    /** With one more impression; this, if that is known already. */
    FrequencyCounts with(String campaignId, long timeMs, int bid, int kept, long afterMs) {
        for (int i = 0; i < seen.length; i++) {
            if (seen[i].campaignId().equals(campaignId)) {
                Sightings more = seen[i].with(timeMs, bid, kept, afterMs);
                if (more == seen[i]) {
                    return this;
                }
                Sightings[] next = seen.clone();
                next[i] = more;
                return new FrequencyCounts(next, false);
            }
        }
        Sightings first = Sightings.none(campaignId).with(timeMs, bid, kept, afterMs);
        if (first.isEmpty()) {
            return this;
        }
        Sightings[] next = Arrays.copyOf(seen, seen.length + 1);
        next[seen.length] = first;
        return new FrequencyCounts(next, false);
    }

    /** Time of the newest impression, milliseconds since the epoch; only where there is one. */
    long newestMs() {
        long newest = Long.MIN_VALUE;
        for (Sightings each : seen) {
            newest = Math.max(newest, each.newestMs());
        }
        return newest;
    }
}
