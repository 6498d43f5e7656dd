package io.sextant.perf.shading;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What came of bids in auctions of one type.
 *
 * @param auctions   that were bid in
 * @param wins       auctions won
 * @param clicks     expected of what was won: the sum of its true click probabilities, which has no luck in it
 * @param spendUsd   paid
 * @param surplusUsd true value of what was won, less what was paid
 */
record Bought(@JsonProperty("auctions") long auctions, @JsonProperty("wins") long wins,
        @JsonProperty("clicks") double clicks, @JsonProperty("spend_usd") double spendUsd,
        @JsonProperty("surplus_usd") double surplusUsd) {
    static final Bought NOTHING = new Bought(0, 0, 0, 0, 0);

    Bought plus(Bought other) {
        return new Bought(auctions + other.auctions, wins + other.wins, clicks + other.clicks,
                spendUsd + other.spendUsd, surplusUsd + other.surplusUsd);
    }

    double winRate() {
        return (double) wins / auctions;
    }

    double ctr() {
        return clicks / wins;
    }

    double costPerClickUsd() {
        return spendUsd / clicks;
    }
}
