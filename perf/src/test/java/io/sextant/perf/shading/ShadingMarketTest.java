package io.sextant.perf.shading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShadingMarketTest {
    @Test
    void shouldEarnMoreByShadingAndChangeNothingInSecondPriceAuctions() {
        List<ShadingBidder> bidders = ShadingMarket.run(7, 20_000);

        Bought value = ShadingMarket.of(bidders, Bidding.VALUE).firstPrice();
        Bought told = ShadingMarket.of(bidders, Bidding.TOLD).firstPrice();
        Bought blind = ShadingMarket.of(bidders, Bidding.BLIND).firstPrice();
        assertThat(value.auctions()).isGreaterThan(5_000);
        assertThat(told.surplusUsd()).isGreaterThan(value.surplusUsd());
        assertThat(blind.surplusUsd()).isGreaterThan(value.surplusUsd());
        assertThat(told.wins()).isLessThan(value.wins());
        assertThat(told.costPerClickUsd()).isLessThan(value.costPerClickUsd());
        assertThat(bidders).extracting(ShadingBidder::secondPrice)
                .containsOnly(ShadingMarket.of(bidders, Bidding.VALUE).secondPrice());
    }
}
