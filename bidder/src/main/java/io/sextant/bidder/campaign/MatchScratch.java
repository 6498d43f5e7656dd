package io.sextant.bidder.campaign;

import org.jspecify.annotations.Nullable;

/**
 * One event loop's working memory for {@link CampaignIndex}. Fits itself to the index it is used with, so that it allocates only
 * after a change of catalogue, and then only if the new one is larger than any before.
 */
public final class MatchScratch {
    /** So many ads are judged in one go. */
    static final int PLACES = 2_048;
    /** So many ads of a campaign are written down whether it has them or not. */
    static final int ADS_AT_ONCE = 4;

    /** Campaigns that want the request, whatever the impression. */
    CampaignsLeft request = new CampaignsLeft(0);
    /** Campaigns that want the impression. */
    CampaignsLeft impression = new CampaignsLeft(0);
    /** A union that is being collected; good where somebody is left. */
    long[] union = new long[0];
    /** Campaigns that bid in the quarter of an hour {@code activeQuarter}. */
    long[] active = new long[0];
    /** Quarters of an hour since the epoch. */
    long activeQuarter = Long.MIN_VALUE;
    /** What the impression offers. */
    final Slot slot = new Slot();
    /** Ads that fit the impression. */
    final AdSet found = new AdSet();
    /** How many campaigns were left in the words of {@code impression} before each of them; see {@link Sample}. */
    int[] before = new int[0];
    /** Places of the ads of the campaigns that are visited. */
    int[] places = new int[0];
    /** Of {@code found} in rising order, the first that is wanted and how many. */
    int first;
    int wanted;

    private @Nullable CampaignIndex index;

    /** Makes the sets fit this index; those of another one are forgotten. */
    void adopt(CampaignIndex index) {
        if (this.index == index) {
            return;
        }
        this.index = index;
        if (union.length != index.words()) {
            request = new CampaignsLeft(index.words());
            impression = new CampaignsLeft(index.words());
            union = new long[index.words()];
            active = new long[index.words()];
            before = new int[index.words()];
        }
        found.fit(index.size());
        slot.fit(index.rooms(), index.shapes());
        int most = PLACES + Math.max(index.adsMax(), ADS_AT_ONCE);
        places = places.length < most ? new int[most] : places;
        activeQuarter = Long.MIN_VALUE;
    }
}
