package io.sextant.bidder.campaign;

import static io.sextant.bidder.campaign.CampaignBuilder.banner;
import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static io.sextant.bidder.campaign.CampaignBuilder.video;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CampaignIndexTest {
    private static final FeatureEncoder ENCODER = new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(16));
    /** A Wednesday, 12:00 UTC. */
    private static final long WEDNESDAY_NOON = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("exchange", c -> c.targeting(new TargetingBuilder().exchanges("openx").build()), _ -> {},
                        NoBidReason.NO_CAMPAIGN),
                rule("country", c -> c.targeting(new TargetingBuilder().countries("FRA").build()), _ -> {},
                        NoBidReason.NO_CAMPAIGN),
                rule("region stands in for country",
                        c -> c.targeting(new TargetingBuilder().countries("FRA").regions("DEU/BE").build()),
                        r -> r.getDeviceBuilder().getGeoBuilder().setRegion("DE-BE"), NoBidReason.NONE),
                rule("subdomain of a blocked site",
                        c -> c.targeting(new TargetingBuilder().blockedSites("news.example").build()), _ -> {},
                        NoBidReason.NO_CAMPAIGN),
                rule("a name that only ends alike is another site",
                        c -> c.targeting(new TargetingBuilder().blockedSites("ews.example").build()), _ -> {},
                        NoBidReason.NONE),
                rule("interstitial", c -> c.targeting(
                        new TargetingBuilder().interstitial(Targeting.Interstitial.ONLY).build()), _ -> {},
                        NoBidReason.NO_CAMPAIGN),
                rule("bcat blocks what lies under it", c -> c.categories(1, "IAB7-39"), r -> r.addBcat("IAB7"),
                        NoBidReason.BLOCKED_CATEGORY),
                rule("bcat of a part leaves the whole", c -> c.categories(1, "IAB7"), r -> r.addBcat("IAB7-39"),
                        NoBidReason.NONE),
                rule("bcat is no text prefix", c -> c.categories(1, "IAB21"), r -> r.addBcat("IAB2"),
                        NoBidReason.NONE),
                rule("bcat holds in its own taxonomy only", c -> c.categories(2, "210"), r -> r.addBcat("210"),
                        NoBidReason.NONE),
                rule("bcat in taxonomy 2", c -> c.categories(2, "210"), r -> r.addBcat("210").setCattax(2),
                        NoBidReason.BLOCKED_CATEGORY),
                rule("taxonomy 2 has no parts", c -> c.categories(2, "210-1"), r -> r.addBcat("210").setCattax(2),
                        NoBidReason.NONE),
                rule("acat must list every category", c -> c.categories(1, "IAB1", "IAB3-1"),
                        r -> r.addAcat("IAB1").addAcat("IAB3"), NoBidReason.NONE),
                rule("acat refuses the rest", c -> c.categories(1, "IAB1", "IAB4"), r -> r.addAcat("IAB1"),
                        NoBidReason.BLOCKED_CATEGORY),
                rule("badv", c -> c.domains("www.brand.example"), r -> r.addBadv("Brand.example"),
                        NoBidReason.BLOCKED_ADVERTISER),
                rule("bapp", c -> c.appBundle("com.brand"), r -> r.addBapp("com.brand"),
                        NoBidReason.BLOCKED_ADVERTISER),
                rule("wseat", _ -> {}, r -> r.addWseat("seat-2"), NoBidReason.BLOCKED_ADVERTISER),
                rule("bseat", _ -> {}, r -> r.addBseat("seat-1"), NoBidReason.BLOCKED_ADVERTISER),
                rule("private auction without our deal", c -> c.deals(false, "deal-1"),
                        r -> r.getImpBuilder(0).getPmpBuilder().setPrivateAuction(true).addDealsBuilder()
                                .setId("deal-2"),
                        NoBidReason.NO_DEAL),
                rule("private auction with our deal", c -> c.deals(false, "deal-1"),
                        r -> r.getImpBuilder(0).getPmpBuilder().setPrivateAuction(true).addDealsBuilder()
                                .setId("deal-1"),
                        NoBidReason.NONE),
                rule("deal for another seat", c -> c.deals(true, "deal-1"),
                        r -> r.getImpBuilder(0).getPmpBuilder().addDealsBuilder().setId("deal-1").addWseat("seat-9"),
                        NoBidReason.NO_DEAL),
                rule("deal for our domain", c -> c.deals(true, "deal-1").domains("shop.brand.example"),
                        r -> r.getImpBuilder(0).getPmpBuilder().addDealsBuilder().setId("deal-1")
                                .addWadomain("brand.example"),
                        NoBidReason.NONE),
                rule("deals only", c -> c.deals(true, "deal-1"), _ -> {}, NoBidReason.NO_DEAL),
                rule("size", c -> c.creative(banner("b", "728x90")), _ -> {}, NoBidReason.NO_CREATIVE),
                rule("audio", _ -> {},
                        r -> r.getImpBuilder(0).clearBanner().getAudioBuilder().addMimes("audio/mp4"),
                        NoBidReason.NO_CREATIVE),
                rule("secure", c -> c.creative(banner("b", 2, List.of(), List.of(), false, "300x250")),
                        r -> r.getImpBuilder(0).setSecure(true), NoBidReason.NO_CREATIVE),
                rule("framework that is not there",
                        c -> c.creative(banner("b", 2, List.of(), List.of(5), true, "300x250")), _ -> {},
                        NoBidReason.NO_CREATIVE),
                rule("language", c -> c.language("de"), r -> r.addWlang("en"), NoBidReason.NO_CREATIVE),
                rule("battr", c -> c.creative(banner("b", 2, List.of(6), List.of(), true, "300x250")),
                        r -> r.getImpBuilder(0).getBannerBuilder().addBattr(6), NoBidReason.BLOCKED_ATTRIBUTE),
                rule("battr of another format", c -> c.creative(banner("b", 2, List.of(6), List.of(), true, "300x250")),
                        r -> r.getImpBuilder(0).getVideoBuilder().addBattr(6), NoBidReason.NONE),
                rule("btype", _ -> {}, r -> r.getImpBuilder(0).getBannerBuilder().addBtype(2),
                        NoBidReason.BLOCKED_ATTRIBUTE),
                rule("video too long", c -> c.creative(video("v", "640x360", "video/mp4", 30, 0, 7)),
                        r -> r.getImpBuilder(0).clearBanner().getVideoBuilder().addMimes("video/mp4")
                                .setMaxduration(15),
                        NoBidReason.NO_CREATIVE),
                rule("video of 2.5 style protocol", c -> c.creative(video("v", "640x360", "video/mp4", 30, 0, 7)),
                        r -> r.getImpBuilder(0).clearBanner().getVideoBuilder().addMimes("video/mp4").setProtocol(7),
                        NoBidReason.NONE),
                rule("the first stage that leaves nothing is told",
                        c -> c.categories(1, "IAB7").creative(banner("b", "728x90")), r -> r.addBcat("IAB7"),
                        NoBidReason.BLOCKED_CATEGORY));
    }

    private static Arguments rule(String name, Consumer<CampaignBuilder> campaign,
            Consumer<BidRequest.Builder> request, NoBidReason reason) {
        return Arguments.of(name, campaign, request, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void shouldTellTheReason(String name, Consumer<CampaignBuilder> change, Consumer<BidRequest.Builder> ask,
            NoBidReason expected) {
        CampaignBuilder campaign = campaign("c");
        change.accept(campaign);
        CampaignIndex index = index(campaign.build());
        BidRequest.Builder request = plainRequest();
        ask.accept(request);

        assertThat(reason(index, request.build(), WEDNESDAY_NOON, new MatchScratch())).as(name).isEqualTo(expected);
    }

    @Test
    void shouldFollowTheCampaignsClockWhenDaylightSavingChanges() {
        // Wednesday 14:00 to 14:59 in Berlin: 12:xx UTC in summer, 13:xx UTC in winter.
        CampaignIndex index = index(campaign("c").hours("Europe/Berlin", 2 * 24 + 14).build());
        var scratch = new MatchScratch();
        long winter = Instant.parse("2026-01-07T13:59:59Z").toEpochMilli();

        assertThat(reason(index, plainRequest().build(), WEDNESDAY_NOON, scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(reason(index, plainRequest().build(), WEDNESDAY_NOON - 1, scratch))
                .isEqualTo(NoBidReason.NO_CAMPAIGN);
        assertThat(reason(index, plainRequest().build(), winter, scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(reason(index, plainRequest().build(), winter + 1000, scratch)).isEqualTo(NoBidReason.NO_CAMPAIGN);
    }

    @Test
    void shouldNumberAdsByCreativeIdAndKeepTheSizesOrder() {
        CampaignIndex index = index(campaign("x").creative(banner("b2", "728x90", "300x250")).build(),
                campaign("a").creative(banner("b1", "320x50")).creative(banner("b10", "320x50")).build());

        assertThat(IntStream.range(0, index.size()).mapToObj(index::ad)
                .map(ad -> ad.number() + ":" + ad.creative().id() + "/" + ad.w() + "x" + ad.h()))
                .containsExactly("0:b1/320x50", "1:b10/320x50", "2:b2/728x90", "3:b2/300x250");
    }

    @Test
    void shouldTakeARunRoundWhenMoreFitThanThereIsRoomFor() {
        CampaignIndex index = index(IntStream.range(0, 5).mapToObj(i -> campaign("c" + i).build())
                .toArray(Campaign[]::new));
        var scratch = new MatchScratch();
        reason(index, plainRequest().build(), WEDNESDAY_NOON, scratch);

        // 13 mod 5 = 3: the run is 3, 4, 0.
        assertThat(emit(index, 13, 3, scratch)).containsExactly(0, 3, 4);
        assertThat(emit(index, 10, 3, scratch)).containsExactly(0, 1, 2);
        assertThat(emit(index, 13, 5, scratch)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void shouldForgetTheOldCatalogueWhenTheIndexChanges() {
        var scratch = new MatchScratch();
        CampaignIndex large = index(IntStream.range(0, 200).mapToObj(i -> campaign("c" + i).build())
                .toArray(Campaign[]::new));
        CampaignIndex small = index(campaign("c").hours("UTC", 0).build());

        assertThat(reason(large, plainRequest().build(), WEDNESDAY_NOON, scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(reason(small, plainRequest().build(), WEDNESDAY_NOON, scratch)).isEqualTo(NoBidReason.NO_CAMPAIGN);
        assertThat(reason(large, plainRequest().build(), WEDNESDAY_NOON, scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(emit(large, 0, 200, scratch)).hasSize(200);
    }

    private static int[] emit(CampaignIndex index, long start, int room, MatchScratch scratch) {
        int[] ads = new int[room];
        int size = index.emit(start, room, scratch, ads);
        return Arrays.copyOf(ads, size);
    }

    private static NoBidReason reason(CampaignIndex index, BidRequest request, long nowMs, MatchScratch scratch) {
        NoBidReason reason = index.matchRequest(request, "adx", nowMs, 0, BudgetState.UNSPENT, scratch);
        return reason == NoBidReason.NONE ? index.match(request, request.getImp(0), null, scratch) : reason;
    }

    private static CampaignIndex index(Campaign... campaigns) {
        return new CampaignIndex(new Catalogue("", List.of(campaigns)), ENCODER);
    }

    private static BidRequest.Builder plainRequest() {
        var request = BidRequest.newBuilder().setId("r");
        request.addImpBuilder().setId("1").getBannerBuilder().setW(300).setH(250);
        request.getSiteBuilder().setDomain("m.news.example").addCat("IAB12");
        request.getDeviceBuilder().setDevicetype(4).getGeoBuilder().setCountry("DEU");
        return request;
    }
}
