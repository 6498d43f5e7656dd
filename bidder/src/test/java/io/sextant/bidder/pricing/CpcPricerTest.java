package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpcPricerTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            # cpc micros, margin, pctr, modifier, cap,          by hand
            500000,       0,      0.02, 1,        1000000000,   10000000
            500000,       0.15,   0.02, 1,        1000000000,   8500000
            500000,       0.15,   0.02, 1.5,      1000000000,   12750000
            500000,       0.15,   0.02, 1.5,      12000000,     12000000
            123457,       0.15,   0.0137, 0.9,    1000000000,   1293891
            500000,       0,      0,    2,        1000000000,   0
            """)
    void shouldPriceByTheFormula(long cpcMicros, double margin, double pctr, double modifier, long cap, long expected) {
        assertThat(CpcPricer.cpmMicros(cpcMicros, margin, pctr, modifier, cap)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, false", "501, true"})
    void shouldTakeUnknownAuctionsForFirstPrice(int auctionType, boolean firstPrice) {
        assertThat(CpcPricer.isFirstPrice(auctionType)).isEqualTo(firstPrice);
    }

    @Test
    void shouldKeepTheClickPriceWhenTheBidIsPaidInFull() {
        // One click in 1/pctr impressions: what they cost must be the CPC less the margin.
        Campaign campaign = CampaignBuilder.campaign("c").cpc(0.37).build();
        double pctr = 0.013;
        long cpm = CpcPricer.cpmMicros(campaign.cpcMicros(), 0.15, pctr, 1, campaign.bidCapCpmMicros());

        assertThat(cpm / 1000.0 / pctr).isCloseTo(0.85 * 370_000, offset(0.1));
    }
}
