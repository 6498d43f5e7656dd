package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.Creative;
import io.sextant.protocol.openrtb.BidRequest;
import org.junit.jupiter.api.Test;

class FloorsTest {
    private final Creative video = CampaignBuilder.video("v", "640x360", "video/mp4", 15, 0, 7);

    @Test
    void shouldPutTheDealsFloorInPlaceOfTheImpressions() {
        var imp = BidRequest.Imp.newBuilder().setBidfloor(2).setBidfloorcur("EUR").build();
        var lower = BidRequest.Deal.newBuilder().setBidfloor(1).build();
        var silent = BidRequest.Deal.newBuilder().build();

        assertThat(Floors.open(imp, null)).isEqualTo(2);
        assertThat(Floors.deal(imp, lower, null)).isEqualTo(1);
        assertThat(Floors.currency(imp, lower)).isEqualTo("USD");
        assertThat(Floors.deal(imp, silent, null)).isEqualTo(2);
        assertThat(Floors.currency(imp, silent)).isEqualTo("EUR");
    }

    @Test
    void shouldTakeAVideosFloorByItsLength() {
        var player = BidRequest.Video.newBuilder()
                .addDurfloors(BidRequest.DurFloors.newBuilder().setMaxdur(14).setBidfloor(3))
                .addDurfloors(BidRequest.DurFloors.newBuilder().setMindur(15).setMaxdur(30).setBidfloor(6));
        var imp = BidRequest.Imp.newBuilder().setBidfloor(2);

        assertThat(Floors.open(imp.setVideo(player).build(), video.video())).isEqualTo(6);
        assertThat(Floors.open(imp.setVideo(player).build(), null)).isEqualTo(2);
        // 0.5 a second for 15 seconds.
        assertThat(Floors.open(imp.setVideo(player.setMincpmpersec(0.5)).build(), video.video())).isEqualTo(7.5);
    }

    @Test
    void shouldTakeANegativeFloorForNone() {
        assertThat(Floors.open(BidRequest.Imp.newBuilder().setBidfloor(-1).build(), null)).isZero();
        assertThat(Floors.open(BidRequest.Imp.newBuilder().setBidfloor(Double.NaN).build(), null)).isZero();
    }
}
