package io.sextant.bidder.pricing;

/** What an impression is worth to a campaign that pays by the click. Hot path: pure functions. */
public final class CpcPricer {
    private static final int SECOND_PRICE = 2;
    private static final int FIXED_PRICE = 3;
    private static final double IMPRESSIONS_PER_CPM = 1000;

    private CpcPricer() {}

    /**
     * {@code cpcMicros × (1 − margin) × pctr × 1000 × modifier}, to the nearest micro, no higher than the cap.
     *
     * @param cpcMicros    value of a click, micros of USD
     * @param margin       part of the value that is kept, 0 to below 1
     * @param pctr         click probability, 0 to 1
     * @param modifier     bid modifier, above 0
     * @param capCpmMicros highest bid, micros of USD per 1000 impressions
     * @return micros of USD per 1000 impressions
     */
    public static long cpmMicros(long cpcMicros, double margin, double pctr, double modifier, long capCpmMicros) {
        return Math.min(capCpmMicros, Math.round(cpcMicros * (1 - margin) * pctr * IMPRESSIONS_PER_CPM * modifier));
    }

    /**
     * Whether the winner pays its own bid: not in second-price auctions, nor for a deal's fixed price. An auction type that only
     * the exchange knows counts as first-price, which never pays too much.
     *
     * @param auctionType {@code at} of request or deal
     */
    public static boolean isFirstPrice(int auctionType) {
        return auctionType != SECOND_PRICE && auctionType != FIXED_PRICE;
    }
}
