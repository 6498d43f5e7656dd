package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdTermsTest {
    @Test
    void shouldTellOfEveryAdWhatItsCampaignAndCreativeSay() {
        Campaign plain = CampaignBuilder.campaign("plain").cpc(0.37).creative(CampaignBuilder.banner("a", "300x250",
                "728x90")).build();
        Campaign dealing = CampaignBuilder.campaign("dealing").cpc(1.25).deals(false, "d1").creative(
                CampaignBuilder.banner("b", "300x250")).build();
        Campaign video = CampaignBuilder.campaign("video").creative(
                CampaignBuilder.video("c", "640x360", "video/mp4", 15, 0, 7)).build();
        Ad[] ads = AdNumbering.number(new Catalogue("", List.of(video, plain, dealing), ByteString.EMPTY));
        var terms = new AdTerms(ads, Map.of("video", 0, "plain", 1, "dealing", 2));

        assertThat(ads).hasSize(4);
        for (Ad ad : ads) {
            assertThat(terms.cpcMicros(ad.number())).isEqualTo(ad.campaign().cpcMicros());
            assertThat(terms.bidCapCpmMicros(ad.number())).isEqualTo(ad.campaign().bidCapCpmMicros());
            assertThat(terms.margin(ad.number(), true)).isEqualTo(0.15);
            assertThat(terms.margin(ad.number(), false)).isZero();
            assertThat(terms.isPlain(ad.number())).isEqualTo(ad.campaign().id().equals("plain"));
            assertThat(terms.campaign(ad.number()))
                    .isEqualTo(List.of("video", "plain", "dealing").indexOf(ad.campaign().id()));
        }
        assertThat(terms.cpcMicros(0)).isEqualTo(370_000);
        assertThat(terms.cpcMicros(2)).isEqualTo(1_250_000);
    }
}
