package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** The index against {@link NaiveMatcher}, on catalogues and requests drawn from small vocabularies, so that they meet. */
class CampaignIndexPropertyTest {
    private static final FeatureEncoder ENCODER = new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(16));
    private static final String[] EXCHANGES = {"adx", "bidswitch", "openx"};
    private static final String[] COUNTRIES = {"USA", "DEU", "FRA"};
    private static final String[] REGIONS = {"CA", "NY"};
    private static final String[] CATEGORIES = {"IAB1", "IAB1-3", "IAB1-3-7", "IAB2", "IAB2-1", "IAB21", "IAB2-11"};
    private static final String[] SITES = {"news.example", "sport.news.example", "games.example", "com.game.app"};
    private static final String[] DOMAINS = {"brand.example", "shop.brand.example", "mybrand.example"};
    private static final String[] SIZES = {"300x250", "320x50", "728x90", "160x600"};
    private static final String[] MIMES = {"video/mp4", "video/webm"};
    private static final String[] ZONES = {"UTC", "America/New_York", "Asia/Kolkata"};
    private static final long HALF_YEAR_MS = 182L * 24 * 60 * 60 * 1000;

    @Property(tries = 400, seed = "1")
    void shouldFindWhatANaiveScanFinds(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var index = new CampaignIndex(new Catalogue("", catalogue(random)), ENCODER);
        var scratch = new MatchScratch();

        for (int i = 0; i < 8; i++) {
            NativeRequest layout = random.nextBoolean() ? layout(random) : null;
            BidRequest request = request(random, layout);
            String exchange = pick(random, EXCHANGES);
            long nowMs = 1_760_000_000_000L + random.nextLong(HALF_YEAR_MS);

            assertThat(match(index, request, layout, exchange, nowMs, scratch))
                    .as("request %s on %s at %d", request, exchange, nowMs)
                    .containsExactlyElementsOf(scan(index, request, layout, exchange, nowMs));
        }
    }

    private static List<Integer> match(CampaignIndex index, BidRequest request, @Nullable NativeRequest layout,
            String exchange, long nowMs, MatchScratch scratch) {
        NoBidReason reason = index.matchRequest(request, exchange, nowMs, scratch);
        if (reason == NoBidReason.NONE) {
            reason = index.match(request, request.getImp(0), layout, 0, index.size(), scratch);
        }
        int[] found = new int[index.size()];
        int size = reason == NoBidReason.NONE ? index.emit(scratch, found) : 0;
        return Arrays.stream(found, 0, size).boxed().toList();
    }

    private static List<Integer> scan(CampaignIndex index, BidRequest request, @Nullable NativeRequest layout,
            String exchange, long nowMs) {
        return IntStream.range(0, index.size()).filter(
                ad -> NaiveMatcher.fits(index.ad(ad), request, request.getImp(0), layout, exchange, nowMs)).boxed()
                .toList();
    }

    private static List<Campaign> catalogue(SplittableRandom random) {
        List<Campaign> campaigns = new ArrayList<>();
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            String[] deals = some(random, 4, "deal-1", "deal-2");
            var campaign = CampaignBuilder.campaign("c" + i).domains(pick(random, DOMAINS))
                    .categories(1 + random.nextInt(2), some(random, 2, CATEGORIES)).seat("seat-" + random.nextInt(3))
                    .language(random.nextInt(3) == 0 ? pick(random, "en", "de") : null)
                    .deals(deals.length > 0 && random.nextBoolean(), deals).targeting(targeting(random));
            if (random.nextInt(4) == 0) {
                campaign.appBundle("app-" + random.nextInt(2));
            }
            if (random.nextInt(3) == 0) {
                campaign.hours(pick(random, ZONES),
                        random.ints(60, 0, Schedule.HOURS).sorted().distinct().boxed().toArray(Integer[]::new));
            }
            int creatives = 1 + random.nextInt(3);
            for (int j = 0; j < creatives; j++) {
                campaign.creative(creative(random, "c" + i + "-" + j));
            }
            campaigns.add(campaign.build());
        }
        return campaigns;
    }

    private static Targeting targeting(SplittableRandom random) {
        return new TargetingBuilder().exchanges(some(random, 5, EXCHANGES)).countries(some(random, 5, COUNTRIES))
                .regions(random.nextInt(4) == 0 ? new String[]{"USA/" + pick(random, REGIONS)} : new String[0])
                .devices(random.nextInt(4) == 0
                        ? new DeviceType[]{pick(random, DeviceType.PC, DeviceType.PHONE)}
                        : new DeviceType[0])
                .categories(some(random, 5, CATEGORIES)).blockedCategories(some(random, 5, CATEGORIES))
                .taxonomy(random.nextInt(4) == 0 ? 2 : 1).sites(some(random, 5, SITES))
                .blockedSites(some(random, 5, SITES))
                .interstitial(random.nextInt(4) == 0 ? pick(random, Targeting.Interstitial.values())
                        : Targeting.Interstitial.ANY)
                .build();
    }

    private static Creative creative(SplittableRandom random, String id) {
        return switch (random.nextInt(4)) {
            case 0 -> CampaignBuilder.video(id, pick(random, "640x360", "1280x720"), pick(random, MIMES),
                    pick(random, 15, 30), 0, pick(random, 7, 2));
            case 1 -> CampaignBuilder.nativeAd(id, "x".repeat(10 + random.nextInt(30)),
                    random.nextBoolean() ? new Creative.Image("https://cdn.example/i.png", 600, 314) : null,
                    random.nextBoolean() ? Map.of(2, "Words") : Map.of());
            default -> CampaignBuilder.banner(id, pick(random, 2, 3),
                    random.nextInt(3) == 0 ? List.of(1 + random.nextInt(3)) : List.of(),
                    random.nextInt(4) == 0 ? List.of(5) : List.of(), random.nextInt(4) > 0,
                    random.nextBoolean() ? new String[]{pick(random, SIZES)} : new String[]{"300x250", "600x500"});
        };
    }

    private static BidRequest request(SplittableRandom random, @Nullable NativeRequest layout) {
        var request = BidRequest.newBuilder().setId("r").addImp(imp(random, layout)).setCattax(1 + random.nextInt(2));
        var geo = BidRequest.Geo.newBuilder().setCountry(pick(random, COUNTRIES));
        if (random.nextBoolean()) {
            geo.setRegion(random.nextBoolean() ? pick(random, REGIONS) : "US-" + pick(random, REGIONS));
        }
        if (random.nextInt(5) == 0) {
            request.setUser(BidRequest.User.newBuilder().setGeo(geo));
        } else {
            request.setDevice(BidRequest.Device.newBuilder().setGeo(geo).setDevicetype(pick(random, 2, 4)));
        }
        channel(random, request);
        if (random.nextInt(3) == 0) {
            request.addAllBcat(List.of(some(random, 1, CATEGORIES)));
        } else if (random.nextInt(4) == 0) {
            request.addAllAcat(List.of(some(random, 1, CATEGORIES)));
        }
        request.addAllBadv(List.of(some(random, 4, DOMAINS))).addAllBapp(List.of(some(random, 4, "app-0", "app-1")))
                .addAllWseat(List.of(some(random, 5, "seat-0", "seat-1")))
                .addAllBseat(List.of(some(random, 5, "seat-1", "seat-2")))
                .addAllWlang(List.of(some(random, 5, "en", "de")));
        if (random.nextInt(6) == 0) {
            request.addWlangb("de-AT");
        }
        return request.build();
    }

    private static void channel(SplittableRandom random, BidRequest.Builder request) {
        List<String> categories = List.of(some(random, 1, CATEGORIES));
        switch (random.nextInt(3)) {
            case 0 -> request.setApp(BidRequest.App.newBuilder().setBundle(pick(random, "com.game.app", "com.other"))
                    .setDomain(pick(random, SITES)).addAllCat(categories));
            case 1 -> request.setSite(BidRequest.Site.newBuilder().addAllPagecat(categories)
                    .setPage("https://" + pick(random, SITES) + pick(random, "", "/a.html", ":8443/", "?q=.x")));
            default -> request.setSite(BidRequest.Site.newBuilder().addAllCat(categories)
                    .setDomain(pick(random, "NEWS.example", "m.sport.news.example", "games.example", "other.example"))
                    .setCattax(1 + random.nextInt(2)));
        }
    }

    private static BidRequest.Imp imp(SplittableRandom random, @Nullable NativeRequest layout) {
        var imp = BidRequest.Imp.newBuilder().setId("1").setInstl(random.nextInt(3) == 0)
                .setSecure(random.nextInt(3) == 0);
        if (random.nextInt(4) > 0) {
            imp.setBanner(banner(random));
        }
        if (random.nextBoolean()) {
            imp.setVideo(video(random));
        }
        if (layout != null) {
            imp.setNative(BidRequest.Native.newBuilder().setRequestNative(layout));
        }
        if (random.nextInt(3) == 0) {
            var pmp = BidRequest.Pmp.newBuilder().setPrivateAuction(random.nextBoolean());
            for (String id : some(random, 1, "deal-1", "deal-2")) {
                pmp.addDeals(BidRequest.Deal.newBuilder().setId(id)
                        .addAllWseat(List.of(some(random, 2, "seat-0", "seat-1")))
                        .addAllWadomain(List.of(some(random, 2, DOMAINS))));
            }
            imp.setPmp(pmp);
        }
        return imp.build();
    }

    private static BidRequest.Banner banner(SplittableRandom random) {
        var banner = BidRequest.Banner.newBuilder();
        switch (random.nextInt(4)) {
            case 0 -> banner.setW(300).setH(250);
            case 1 -> banner.addFormat(BidRequest.Format.newBuilder().setW(728).setH(90))
                    .addFormat(BidRequest.Format.newBuilder().setW(300).setH(250));
            case 2 -> banner.addFormat(BidRequest.Format.newBuilder().setWratio(6).setHratio(5).setWmin(400));
            default -> banner.setWmin(100).setWmax(400).setHmin(40).setHmax(300);
        }
        if (random.nextInt(4) == 0) {
            banner.addBattr(1 + random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
            banner.addBtype(pick(random, 2, 3));
        }
        return random.nextBoolean() ? banner.addApi(5).build() : banner.build();
    }

    private static BidRequest.Video video(SplittableRandom random) {
        var video = BidRequest.Video.newBuilder().addMimes(pick(random, MIMES));
        switch (random.nextInt(3)) {
            case 0 -> video.setMinduration(10).setMaxduration(20);
            case 1 -> video.addRqddurs(30).setMaxduration(20);
            default -> video.setW(800).setH(600).setLinearity(pick(random, 1, 2));
        }
        return random.nextBoolean() ? video.addProtocols(7).build() : video.build();
    }

    private static NativeRequest layout(SplittableRandom random) {
        var layout = NativeRequest.newBuilder();
        if (random.nextInt(8) > 0) {
            layout.addAssets(NativeRequest.Asset.newBuilder().setId(1).setRequired(true)
                    .setTitle(NativeRequest.Title.newBuilder().setLen(25)));
        }
        if (random.nextBoolean()) {
            layout.addAssets(NativeRequest.Asset.newBuilder().setId(2).setRequired(random.nextBoolean())
                    .setImg(NativeRequest.Image.newBuilder().setType(3).setWmin(pick(random, 300, 900))));
        }
        if (random.nextBoolean()) {
            layout.addAssets(NativeRequest.Asset.newBuilder().setId(3).setRequired(random.nextBoolean())
                    .setData(NativeRequest.Data.newBuilder().setType(2)));
        }
        return layout.build();
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // read only
    private static <T> T pick(SplittableRandom random, T... values) {
        return values[random.nextInt(values.length)];
    }

    /** None with a probability that grows with {@code rarity}, else one or two of the values. */
    private static String[] some(SplittableRandom random, int rarity, String... values) {
        if (random.nextInt(rarity + 1) > 0) {
            return rarity == 1 ? new String[]{pick(random, values)} : new String[0];
        }
        return new String[]{pick(random, values), pick(random, values)};
    }
}
