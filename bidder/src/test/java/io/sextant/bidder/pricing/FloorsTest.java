package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.Creative;
import io.sextant.protocol.openrtb.BidRequest;
import org.junit.jupiter.api.Test;

class FloorsTest {
    private final Creative banner = CampaignBuilder.banner("b", "300x250");
    private final Creative video = CampaignBuilder.video("v", "640x360", "video/mp4", 15, 0, 7);

    @Test
    void shouldPutTheDealsFloorInPlaceOfTheImpressions() {
        var imp = BidRequest.Imp.newBuilder().setBidfloor(2).setBidfloorcur("EUR").build();
        var lower = BidRequest.Deal.newBuilder().setBidfloor(1).build();
        var silent = BidRequest.Deal.newBuilder().build();

        assertThat(Floors.open(imp, banner)).isEqualTo(2);
        assertThat(Floors.deal(imp, lower, banner)).isEqualTo(1);
        assertThat(Floors.currency(imp, lower)).isEqualTo("USD");
        assertThat(Floors.deal(imp, silent, banner)).isEqualTo(2);
        assertThat(Floors.currency(imp, silent)).isEqualTo("EUR");
    }

    @Test
    void shouldTakeAVideosFloorByItsLength() {
        var player = BidRequest.Video.newBuilder()
                .addDurfloors(BidRequest.DurFloors.newBuilder().setMaxdur(14).setBidfloor(3))
                .addDurfloors(BidRequest.DurFloors.newBuilder().setMindur(15).setMaxdur(30).setBidfloor(6));
        var imp = BidRequest.Imp.newBuilder().setBidfloor(2);

        assertThat(Floors.open(imp.setVideo(player).build(), video)).isEqualTo(6);
        assertThat(Floors.open(imp.setVideo(player).build(), banner)).isEqualTo(2);
        // 0.5 a second for 15 seconds.
        assertThat(Floors.open(imp.setVideo(player.setMincpmpersec(0.5)).build(), video)).isEqualTo(7.5);
    }

    @Test
    void shouldTakeANegativeFloorForNone() {
        assertThat(Floors.open(BidRequest.Imp.newBuilder().setBidfloor(-1).build(), banner)).isZero();
        assertThat(Floors.open(BidRequest.Imp.newBuilder().setBidfloor(Double.NaN).build(), banner)).isZero();
    }
}
