package io.sextant.perf.latency;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Distinct bid requests as exchanges send them to the campaigns of {@link TargetedCampaigns}: every request field of the
 * standard schema is there, users, publishers and sites are popular by Zipf's law, and one in twenty has a floor that no
 * campaign can pay. The same seed gives the same requests.
 */
final class MarketRequests {
    /** One request in so many asks for more than any campaign's cap. */
    static final int DEAR_ONE_IN = 20;
    /** Above the cap of every campaign. */
    static final double DEAR_FLOOR_CPM = 80;
    /** Below what the least campaign pays for the least click probability. */
    private static final double FLOOR_CPM = 0.01;
    private static final int TMAX_MS = 100;
    private static final int USERS = 200_000;
    private static final int SEGMENTS = 2_000;
    private static final int TAGS = 12;
    private static final int PUBLISHER_SITES = 4;
    private static final double ZIPF = 0.75;

    /** A browser on a device. */
    private record Agent(int deviceType, String os, String osv, String make, String model, String ua) {}

    private static final List<Agent> AGENTS = List.of(
            new Agent(2, "Windows", "10", "", "",
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                            + "Chrome/140.0.0.0 Safari/537.36"),
            new Agent(2, "macOS", "14.5", "Apple", "Macintosh",
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                            + "Version/17.5 Safari/605.1.15"),
            new Agent(2, "Linux", "", "", "",
                    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
            new Agent(4, "Android", "14", "Google", "Pixel 8",
                    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
                            + "Version/4.0 Chrome/139.0.0.0 Mobile Safari/537.36"),
            new Agent(4, "iOS", "17.5", "Apple", "iPhone",
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                            + "Version/17.5 Mobile/15E148 Safari/604.1"),
            new Agent(4, "Android", "13", "Samsung", "SM-G991B",
                    "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) "
                            + "Chrome/138.0.0.0 Mobile Safari/537.36"),
            new Agent(5, "iPadOS", "17.4", "Apple", "iPad",
                    "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                            + "Version/17.4 Mobile/15E148 Safari/604.1"),
            new Agent(3, "Tizen", "7.0", "Samsung", "QN90C",
                    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) "
                            + "94.0.4606.31/7.0 TV Safari/537.36"));
    private static final List<String> LANGUAGES = List.of("en", "de", "fr", "es", "zh");

    private final UniformRandomProvider random;
    private final TargetedCampaigns market;
    private final DiscreteSampler user;
    private final DiscreteSampler segment;

    private MarketRequests(long seed) {
        this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        this.market = new TargetedCampaigns(seed + 1);
        this.user = RejectionInversionZipfSampler.of(random, USERS, ZIPF);
        this.segment = RejectionInversionZipfSampler.of(random, SEGMENTS, ZIPF);
    }

    /** Draws requests with ids {@code request-0} and so on; none depends on how many follow. */
    static List<BidRequest> draw(int count, long seed) {
        var drawing = new MarketRequests(seed);
        return IntStream.range(0, count).mapToObj(drawing::request).toList();
    }

    private BidRequest request(int number) {
        BidRequest.Builder request = market.request(number).toBuilder().setTmax(TMAX_MS).addCur("USD");
        Agent agent = agent(request.getDevice().getDevicetype());
        request.getDeviceBuilder().setUa(agent.ua).setOs(agent.os).setOsv(agent.osv).setMake(agent.make)
                .setModel(agent.model).setIp("192.0.2." + random.nextInt(256)).setJs(true)
                .setLanguage(LANGUAGES.get(random.nextInt(LANGUAGES.size())))
                .setConnectiontype(agent.deviceType == 2 ? 1 : 2);
        request.getDeviceBuilder().getGeoBuilder().setUtcoffset(60 * (random.nextInt(24) - 11)).setType(2);
        supply(request);
        int who = user.sample();
        request.setUser(BidRequest.User.newBuilder().setId("user-" + who).setBuyeruid("buyer-" + who)
                .addData(BidRequest.Data.newBuilder().setId("provider-1").setName("Provider")
                        .addSegment(BidRequest.Segment.newBuilder().setId("segment-" + segment.sample()))));
        imp(request.getImpBuilder(0), request);
        if (number % DEAR_ONE_IN == DEAR_ONE_IN - 1) {
            request.getImpBuilder(0).setBidfloor(DEAR_FLOOR_CPM);
        }
        return request.build();
    }

    private Agent agent(int deviceType) {
        List<Agent> fitting = AGENTS.stream().filter(agent -> agent.deviceType == deviceType).toList();
        return fitting.get(random.nextInt(fitting.size()));
    }

    /** Four sites or apps in a row are one publisher's. */
    private void supply(BidRequest.Builder request) {
        if (request.hasSite()) {
            String domain = request.getSite().getDomain();
            int publisher = number(domain) / PUBLISHER_SITES;
            request.getSiteBuilder().setId("site-" + number(domain)).setPage("https://" + domain + "/today/"
                    + random.nextInt(10_000) + ".html").setRef("https://search.example/")
                    .setPublisher(publisher(publisher));
        } else {
            String bundle = request.getApp().getBundle();
            int publisher = number(bundle) / PUBLISHER_SITES;
            request.getAppBuilder().setId("app-" + number(bundle)).setName("App " + number(bundle)).setVer("4.2")
                    .setStoreurl("https://apps.example/" + bundle).setPublisher(publisher(publisher));
            request.getDeviceBuilder().setIfa(String.format(Locale.ROOT, "%08x-0000-4000-8000-%012x",
                    random.nextInt(), random.nextLong() & 0xffff_ffff_ffffL));
        }
    }

    private static BidRequest.Publisher.Builder publisher(int number) {
        return BidRequest.Publisher.newBuilder().setId("publisher-" + number).setName("Publisher " + number)
                .setDomain("publisher" + number + ".example");
    }

    private void imp(BidRequest.Imp.Builder imp, BidRequest.Builder request) {
        String place = request.hasSite() ? request.getSite().getId() : request.getApp().getId();
        imp.setBidfloor(FLOOR_CPM).setBidfloorcur("USD").setTagid(place + "/" + random.nextInt(TAGS));
        if (imp.hasBanner()) {
            imp.getBannerBuilder().setPos(random.nextInt(8));
        } else {
            imp.getVideoBuilder().setPos(random.nextInt(8)).setPlcmt(1).setLinearity(1);
        }
    }

    /** The number in a name such as www.site17.example. */
    private static int number(String name) {
        return Integer.parseInt(name.replaceAll("\\D", ""));
    }
}
