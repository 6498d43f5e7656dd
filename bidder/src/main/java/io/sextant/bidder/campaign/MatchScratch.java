package io.sextant.bidder.campaign;

import org.jspecify.annotations.Nullable;

/**
 * One event loop's working memory for {@link CampaignIndex}. Fits itself to the index it is used with, so that it
 * allocates only after a change of catalogue.
 */
public final class MatchScratch {
    private static final int KEY_LENGTH = 64;

    /** Campaigns that want the request, whatever the impression. */
    long[] request = new long[0];
    /** Campaigns that want the impression, whatever their creatives. */
    long[] impression = new long[0];
    /** A union that is being collected. */
    long[] union = new long[0];
    /** Ads that fit the impression: numbers, the first {@code foundCount} of them. */
    int[] found = new int[0];
    int foundCount;
    /** What {@link CreativeShapes} has found out about the impression. */
    byte[] verdicts = new byte[0];
    /** Campaigns that bid in the quarter of an hour {@code activeQuarter}. */
    long[] active = new long[0];
    /** Quarters of an hour since the epoch. */
    long activeQuarter = Long.MIN_VALUE;
    /** Where texts to be looked up are put together. */
    final StringBuilder key = new StringBuilder(KEY_LENGTH);

    private @Nullable CampaignIndex index;

    /** Makes the sets fit this index; those of another one are forgotten. */
    void adopt(CampaignIndex index) {
        if (this.index == index) {
            return;
        }
        this.index = index;
        request = new long[index.words()];
        impression = new long[index.words()];
        union = new long[index.words()];
        active = new long[index.words()];
        found = new int[index.size()];
        foundCount = 0;
        verdicts = new byte[index.shapes()];
        activeQuarter = Long.MIN_VALUE;
    }
}
