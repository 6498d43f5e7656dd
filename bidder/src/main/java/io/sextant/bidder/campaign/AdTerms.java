package io.sextant.bidder.campaign;

import java.util.Map;
import java.util.Objects;

/**
 * What every ad's campaign pays for a click and within which bounds, by ad number: what each of a hundred candidates is priced
 * by, a hundred thousand times a second. Immutable and thread-safe; its methods allocate nothing.
 */
public final class AdTerms {
    /*
     * A row is 64 bytes of one array: one line of the processor's cache or two, and no look-up waits for another, where an ad
     * leads to its campaign, its creative and their members one after the other.
     */
    private static final int STRIDE = 8;
    private static final int CPC = 0;
    private static final int CAP = 1;
    private static final int FIRST_PRICE_MARGIN = 2;
    private static final int OTHER_MARGIN = 3;
    private static final int PLAIN = 4;
    private static final int CAMPAIGN = 5;

    private final long[] rows;

    /**
     * Writes the rows down.
     *
     * @param ads             by their numbers
     * @param campaignNumbers of the campaigns, by their ids
     */
    AdTerms(Ad[] ads, Map<String, Integer> campaignNumbers) {
        this.rows = new long[Math.multiplyExact(ads.length, STRIDE)];
        for (Ad ad : ads) {
            Campaign campaign = ad.campaign();
            int at = ad.number() * STRIDE;
            rows[at + CPC] = campaign.cpcMicros();
            rows[at + CAP] = campaign.bidCapCpmMicros();
            rows[at + FIRST_PRICE_MARGIN] = Double.doubleToRawLongBits(campaign.firstPriceMargin());
            rows[at + OTHER_MARGIN] = Double.doubleToRawLongBits(campaign.secondPriceMargin());
            rows[at + PLAIN] = campaign.dealIds().isEmpty() && ad.creative().video() == null ? 1 : 0;
            rows[at + CAMPAIGN] = Objects.requireNonNull(campaignNumbers.get(campaign.id()));
        }
    }

    /** What a click is worth, micros of USD. */
    public long cpcMicros(int ad) {
        return rows[ad * STRIDE + CPC];
    }

    /** No bid is above this, micros of USD per 1000 impressions. */
    public long bidCapCpmMicros(int ad) {
        return rows[ad * STRIDE + CAP];
    }

    /**
     * The part of a click's value that is kept.
     *
     * @param firstPrice whether the winner pays its bid
     */
    public double margin(int ad, boolean firstPrice) {
        return Double.longBitsToDouble(rows[ad * STRIDE + (firstPrice ? FIRST_PRICE_MARGIN : OTHER_MARGIN)]);
    }

    /** Number of its campaign in the {@link CampaignIndex}. */
    public int campaign(int ad) {
        return (int) rows[ad * STRIDE + CAMPAIGN];
    }

    /** Whether it buys in the open auction alone, and its floor does not depend on its creative. */
    public boolean isPlain(int ad) {
        return rows[ad * STRIDE + PLAIN] != 0;
    }
}
