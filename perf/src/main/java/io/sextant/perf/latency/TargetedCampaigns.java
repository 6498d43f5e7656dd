package io.sextant.perf.latency;

import com.google.protobuf.ByteString;
import io.sextant.bidder.campaign.AdFormat;
import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.DeviceType;
import io.sextant.bidder.campaign.Schedule;
import io.sextant.bidder.campaign.Targeting;
import io.sextant.protocol.openrtb.BidRequest;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Catalogues whose campaigns target as buyers do, and the requests that meet them: a market of 60 countries with 20 regions
 * each, 20,000 sites and 5,000 apps, all popular by Zipf's law.
 *
 * <p>
 * The same seed gives the same catalogue and the same requests. Threading: one thread at a time.
 */
/*
 * What campaigns name, and how often, is an assumption, not a measurement; it is meant to put work into every stage of
 * retrieval. The part of campaigns that are bound to single regions decides how many match a request: a catalogue of fifty
 * thousand is mostly local business.
 */
final class TargetedCampaigns {
    private static final List<String> COUNTRIES = List.of("USA", "CHN", "IND", "JPN", "DEU", "GBR", "FRA", "BRA", "CAN",
            "KOR", "ITA", "ESP", "MEX", "AUS", "IDN", "NLD", "TUR", "POL", "CHE", "SWE", "THA", "BEL", "ARG", "AUT",
            "NOR",
            "IRL", "ISR", "DNK", "ZAF", "SGP", "MYS", "PHL", "VNM", "EGY", "NGA", "FIN", "CHL", "COL", "PRT", "CZE",
            "ROU",
            "NZL", "GRC", "HUN", "UKR", "PER", "SAU", "ARE", "PAK", "BGD", "KEN", "MAR", "SVK", "BGR", "HRV", "SRB",
            "LTU",
            "SVN", "LVA", "EST");
    private static final List<ZoneId> ZONES = IntStream.range(0, 12)
            .mapToObj(i -> ZoneId.of(i == 0 ? "Etc/GMT" : "Etc/GMT" + (i % 2 == 0 ? "+" : "-") + i)).toList();
    private static final int REGIONS = 20;
    private static final int SITES = 20_000;
    private static final int APPS = 5_000;
    private static final int CATEGORIES = 26;
    private static final int SUBCATEGORIES = 20;
    private static final int ADVERTISERS = 5_000;
    private static final int CREATIVES = 3;
    private static final String PREFIX = "campaign-";
    private static final double ZIPF = 0.75;
    private static final List<Size> SIZES = List.of(new Size(300, 250), new Size(320, 50), new Size(728, 90),
            new Size(160, 600), new Size(300, 600), new Size(970, 250), new Size(320, 480), new Size(468, 60));
    private static final List<String> EXCHANGES = List.of("adx", "meridian", "polar", "quay", "reef");
    private static final List<DeviceType> DEVICES = List.of(DeviceType.PHONE, DeviceType.PC, DeviceType.TABLET,
            DeviceType.TV);
    private static final List<String> LANGUAGES = List.of("en", "de", "fr", "es", "zh");
    private static final Creative.Image PICTURE = new Creative.Image("https://cdn.example/main.jpg", 1200, 627);

    private final UniformRandomProvider random;
    private final DiscreteSampler country;
    private final DiscreteSampler region;
    private final DiscreteSampler site;
    private final DiscreteSampler app;
    private final DiscreteSampler category;
    private final DiscreteSampler size;

    TargetedCampaigns(long seed) {
        this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        this.country = zipf(COUNTRIES.size());
        this.region = zipf(REGIONS);
        this.site = zipf(SITES);
        this.app = zipf(APPS);
        this.category = zipf(CATEGORIES);
        this.size = zipf(SIZES.size());
    }

    private DiscreteSampler zipf(int values) {
        return RejectionInversionZipfSampler.of(random, values, ZIPF);
    }

    /**
     * A catalogue of campaigns with one to three creatives; see {@link #catalogue(int, double, int)}.
     */
    Catalogue catalogue(int campaigns, double local) {
        return catalogue(campaigns, local, CREATIVES);
    }

    /**
     * A catalogue.
     *
     * @param campaigns number of campaigns
     * @param local     part of the campaigns, 0 to 1, that are bound to one to three regions; of the rest, every second one
     *                  is bound to one to four countries
     * @param creatives most creatives that a campaign has
     */
    Catalogue catalogue(int campaigns, double local, int creatives) {
        return new Catalogue("0".repeat(64),
                IntStream.range(0, campaigns).mapToObj(i -> campaign(i, local, creatives)).toList(), ByteString.EMPTY);
    }

    /** The campaign with this number; drawn, so that the order of the calls decides what it is. */
    Campaign campaign(int campaign, double local, int creativesMax) {
        String id = PREFIX + "%06d".formatted(campaign);
        String advertiser = "brand-" + random.nextInt(ADVERTISERS);
        List<Creative> creatives = new ArrayList<>();
        int number = 1 + random.nextInt(creativesMax);
        for (int i = 0; i < number; i++) {
            creatives.add(creative(id + "-" + i, advertiser));
        }
        boolean deals = chance(0.03);
        String bundle = chance(0.05) ? "com.example.app" + random.nextInt(APPS) : null;
        String category = category();
        String seat = "seat-" + random.nextInt(200);
        int cpcMicros = 200_000 + random.nextInt(1_300_000);
        String language = chance(0.2) ? LANGUAGES.get(random.nextInt(LANGUAGES.size())) : null;
        List<String> dealIds = deals ? List.of("deal-" + random.nextInt(500)) : List.of();
        boolean dealsOnly = deals && chance(0.5);
        Schedule schedule = chance(0.15) ? officeHours() : Schedule.ALWAYS;
        return new Campaign(id, advertiser, List.of(advertiser + ".example"), bundle, List.of(category), 1, seat,
                cpcMicros, 0.15, 0, 50_000_000, unbounded(schedule), List.of(), language, dealIds, dealsOnly, schedule,
                targeting(local), creatives);
    }

    /** No bound, by days as a catalogue file means them: those of the hours' time zone. */
    private static Budget unbounded(Schedule schedule) {
        ZoneId zone = schedule.activeHours().isEmpty() ? ZoneId.of("UTC") : schedule.zone();
        return new Budget(Budget.UNLIMITED, Budget.UNLIMITED, zone, Budget.Pacing.EVEN, 0, Budget.Bidding.VALUE);
    }

    /** The number in a campaign's id. */
    static int number(String id) {
        return Integer.parseInt(id.substring(PREFIX.length()));
    }

    /** Round the world, so that at every hour as many bid. */
    private Schedule officeHours() {
        return new Schedule(ZONES.get(random.nextInt(ZONES.size())),
                IntStream.range(0, Schedule.HOURS).filter(hour -> hour % 24 >= 6).boxed().toList());
    }

    private Targeting targeting(double local) {
        boolean regional = chance(local);
        boolean national = !regional && chance(0.5);
        return new Targeting(chance(0.2) ? List.of(EXCHANGES.get(random.nextInt(EXCHANGES.size()))) : List.of(),
                national ? some(1 + random.nextInt(4), this::country) : List.of(),
                regional ? some(1 + random.nextInt(3), this::region) : List.of(),
                chance(0.4) ? some(1 + random.nextInt(2), () -> DEVICES.get(random.nextInt(DEVICES.size())))
                        : List.of(),
                chance(0.1) ? some(1 + random.nextInt(5), this::category) : List.of(),
                chance(0.2) ? some(1 + random.nextInt(3), this::category) : List.of(), 1,
                chance(0.05) ? some(20 + random.nextInt(180), this::place) : List.of(),
                chance(0.3) ? some(10 + random.nextInt(190), this::place) : List.of(),
                chance(0.1) ? Targeting.Interstitial.NEVER : Targeting.Interstitial.ANY);
    }

    private Creative creative(String id, String advertiser) {
        String landing = "https://www." + advertiser + ".example/landing";
        double kind = random.nextDouble();
        if (kind < 0.7) {
            Set<Size> sizes = new LinkedHashSet<>();
            for (int i = 0; i <= random.nextInt(2); i++) {
                sizes.add(SIZES.get(size.sample() - 1));
            }
            return new Creative(id, AdFormat.BANNER, List.copyOf(sizes), 2,
                    chance(0.1) ? List.of(1 + random.nextInt(16)) : List.of(), chance(0.05) ? List.of(5) : List.of(),
                    chance(0.95), landing, "https://cdn.example/" + id + ".png", null, null, null);
        }
        if (kind < 0.85) {
            return new Creative(id, AdFormat.VIDEO, List.of(new Size(640, 360)), 0, List.of(), List.of(), true, landing,
                    null, null, new Creative.VideoAd("https://cdn.example/" + id + ".mp4", "video/mp4",
                            chance(0.5) ? 15 : 30, 1_200, List.of(2, 3)),
                    null);
        }
        return new Creative(id, AdFormat.NATIVE, List.of(), 0, List.of(), List.of(), true, landing, null, null, null,
                new Creative.NativeAd("A headline", PICTURE, null, Map.of(1, "Brand", 2, "What it is")));
    }

    /** A request for one banner, or for one video in seven; nine in ten over a site or an app that some campaign names. */
    BidRequest request(int number) {
        var request = BidRequest.newBuilder().setId("request-" + number).setAt(chance(0.6) ? 1 : 2).setTmax(100);
        String country = country();
        request.setDevice(
                BidRequest.Device.newBuilder().setDevicetype(DEVICES.get(random.nextInt(DEVICES.size())).code())
                        .setGeo(BidRequest.Geo.newBuilder().setCountry(country)
                                .setRegion("R" + (region.sample() - 1))));
        if (chance(0.7)) {
            request.setSite(BidRequest.Site.newBuilder().setDomain("www.site" + (site.sample() - 1) + ".example")
                    .addCat(category()).addPagecat(category()));
        } else {
            request.setApp(BidRequest.App.newBuilder().setBundle("com.example.app" + (app.sample() - 1))
                    .addCat(category()));
        }
        some(5 + random.nextInt(10), this::category).forEach(request::addBcat);
        some(5 + random.nextInt(25), () -> "brand-" + random.nextInt(ADVERTISERS) + ".example")
                .forEach(request::addBadv);
        return request.addImp(imp()).build();
    }

    private BidRequest.Imp imp() {
        var imp = BidRequest.Imp.newBuilder().setId("1").setBidfloor(0.05).setSecure(true);
        if (chance(1.0 / 7)) {
            return imp.setVideo(BidRequest.Video.newBuilder().addMimes("video/mp4").setMinduration(5).setMaxduration(30)
                    .addProtocols(2).addProtocols(3).setW(1280).setH(720)).build();
        }
        var banner = BidRequest.Banner.newBuilder();
        some(1 + random.nextInt(3), () -> SIZES.get(size.sample() - 1)).forEach(
                size -> banner.addFormat(BidRequest.Format.newBuilder().setW(size.w()).setH(size.h())));
        if (chance(0.3)) {
            banner.addBattr(1 + random.nextInt(16));
        }
        return imp.setBanner(banner).build();
    }

    private String country() {
        return COUNTRIES.get(country.sample() - 1);
    }

    private String region() {
        return country() + "/R" + (region.sample() - 1);
    }

    private String category() {
        int top = category.sample();
        return chance(0.5) ? "IAB" + top : "IAB" + top + "-" + (1 + random.nextInt(SUBCATEGORIES));
    }

    private String place() {
        return chance(0.8) ? "site" + (site.sample() - 1) + ".example" : "com.example.app" + (app.sample() - 1);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /** So many different ones. */
    private static <T> List<T> some(int count, java.util.function.Supplier<T> draw) {
        Set<T> drawn = new LinkedHashSet<>();
        while (drawn.size() < count) {
            drawn.add(draw.get());
        }
        return List.copyOf(drawn);
    }
}
