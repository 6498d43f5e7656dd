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
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
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
    void shouldTakeARunRoundFromADrawnAdWhenMoreFitThanThereIsRoomFor() {
        CampaignIndex index = index(IntStream.range(0, 5).mapToObj(i -> campaign("c" + i).build())
                .toArray(Campaign[]::new));
        var scratch = new MatchScratch();

        for (long key = 0; key < 20; key++) {
            int first = Draws.below(5, key, Purpose.CANDIDATES, 0);

            assertThat(ads(index, key, 3, scratch)).as("decision %d", key)
                    .containsExactly(IntStream.range(first, first + 3).map(i -> i % 5).sorted().toArray());
        }
        assertThat(ads(index, 13, 5, scratch)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void shouldGiveEachAdTheSameChanceWhenCampaignsAreDrawn() {
        // 300 campaigns in three countries, every second one with two ads that fit and one that does not; room for 12.
        CampaignIndex index = index(IntStream.range(0, 300).mapToObj(CampaignIndexTest::uneven)
                .toArray(Campaign[]::new));
        var scratch = new MatchScratch();
        int decisions = 20_000;
        int[] taken = new int[index.size()];
        for (long key = 0; key < decisions; key++) {
            int[] ads = ads(index, key, 12, scratch);

            assertThat(ads).hasSize(12).isSorted().doesNotHaveDuplicates();
            for (int ad : ads) {
                taken[ad]++;
            }
        }

        // Each of the 450 ads that fit is expected 533 times, with a standard deviation of 23; none of the others ever.
        for (int ad = 0; ad < taken.length; ad++) {
            if (index.ad(ad).w() == 300) {
                assertThat(taken[ad]).as(index.ad(ad).creative().id()).isBetween(533 - 115, 533 + 115);
            } else {
                assertThat(taken[ad]).isZero();
            }
        }
    }

    @Test
    void shouldDrawTheSameForTheSameDecision() {
        CampaignIndex index = index(IntStream.range(0, 300).mapToObj(CampaignIndexTest::uneven)
                .toArray(Campaign[]::new));
        var scratch = new MatchScratch();

        int[] first = ads(index, 77, 12, scratch);
        ads(index, 78, 12, scratch);

        assertThat(ads(index, 77, 12, new MatchScratch())).containsExactly(first);
        assertThat(ads(index, 77, 12, scratch)).containsExactly(first);
    }

    @Test
    void shouldFindTheFewThatFitAmongManyThatDoNot() {
        // Enough campaigns to be drawn from, of which three can be shown: too few to be met by chance.
        CampaignIndex index = index(IntStream.range(0, 300).mapToObj(i -> campaign("c%03d".formatted(i))
                .creative(banner("b%03d".formatted(i), 2, List.of(), List.of(), i % 100 == 50, "300x250")).build())
                .toArray(Campaign[]::new));
        BidRequest.Builder request = plainRequest();
        request.getImpBuilder(0).setSecure(true);
        var scratch = new MatchScratch();

        assertThat(reason(index, request.build(), WEDNESDAY_NOON, 12, 5, scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(emit(index, 12, scratch)).containsExactly(50, 150, 250);
    }

    private static Campaign uneven(int number) {
        String id = "c%03d".formatted(number);
        CampaignBuilder campaign = campaign(id)
                .targeting(
                        new TargetingBuilder().countries(number % 3 == 0 ? new String[0] : new String[]{"DEU", "FRA"})
                                .build())
                .creative(banner(id + "-a", "300x250"));
        return number % 2 == 0 ? campaign.build()
                : campaign.creative(banner(id + "-b", "728x90")).creative(banner(id + "-c", "300x250")).build();
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
        assertThat(emit(large, 200, scratch)).hasSize(200);
    }

    private static int[] ads(CampaignIndex index, long decisionKey, int room, MatchScratch scratch) {
        assertThat(reason(index, plainRequest().build(), WEDNESDAY_NOON, room, decisionKey, scratch))
                .isEqualTo(NoBidReason.NONE);
        return emit(index, room, scratch);
    }

    private static int[] emit(CampaignIndex index, int room, MatchScratch scratch) {
        int[] ads = new int[room];
        int size = index.emit(scratch, ads);
        return Arrays.copyOf(ads, size);
    }

    private static NoBidReason reason(CampaignIndex index, BidRequest request, long nowMs, MatchScratch scratch) {
        return reason(index, request, nowMs, index.size(), 0, scratch);
    }

    private static NoBidReason reason(CampaignIndex index, BidRequest request, long nowMs, int room, long decisionKey,
            MatchScratch scratch) {
        NoBidReason reason = index.matchRequest(request, "adx", nowMs, scratch);
        return reason == NoBidReason.NONE
                ? index.match(request, request.getImp(0), null, decisionKey, room, scratch)
                : reason;
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
