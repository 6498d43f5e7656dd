package io.sextant.bidder.http;

import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.abtesting.allocation.UnitSelector;
import io.sextant.bidder.campaign.Ad;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.bidder.campaign.DeviceType;
import io.sextant.bidder.campaign.Targeting;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Bid requests that the catalogue has something for, as exchanges send them: as JSON and protobuf, some of them gzipped,
 * for every arm and for ads from all over the catalogue. They are made for a bidder to warm up by, and say nothing about
 * any traffic.
 */
final class RehearsalRequests {
    /** Ads that requests are made for, spread over the catalogue. */
    private static final int ADS_MAX = 96;
    /** Draws of a user until one falls into the arm that is wanted; an arm with a share of 1 % is missed once in 10^4. */
    private static final int DRAWS_MAX = 1000;
    private static final long SEED = 0x5e87a27L;
    private static final String NATIVE_LAYOUT = """
            {"ver":"1.2","context":1,"plcmttype":1,"assets":[{"id":1,"title":{"len":90}},\
            {"id":2,"img":{"type":3,"wmin":100,"hmin":100}},{"id":3,"data":{"type":1,"len":40}}]}""";
    private static final String[] USER_AGENTS = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
                + "Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile "
                + "Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:141.0) Gecko/20100101 Firefox/141.0"};

    /**
     * One request as it is sent.
     *
     * @param exchange who sends it
     * @param protobuf whether it is protobuf, else JSON
     * @param gzip     whether the body is gzipped
     * @param body     the bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(String exchange, boolean protobuf, boolean gzip, byte[] body) {}

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final OpenRtbCodec codec = new OpenRtbCodec();
    private final ArmAllocator allocator;
    private final List<String> exchanges;
    private final int tmaxMs;

    /**
     * Makes a source of requests.
     *
     * @param allocator puts users into arms
     * @param exchanges who may send requests, at least one
     * @param tmaxMs    the time that the requests give
     */
    RehearsalRequests(ArmAllocator allocator, List<String> exchanges, int tmaxMs) {
        this.allocator = allocator;
        this.exchanges = List.copyOf(exchanges);
        this.tmaxMs = tmaxMs;
    }

    /** Some hundred requests, arms and kinds of body mixed; for an empty catalogue, ones that nothing is bid on. */
    List<Encoded> of(CampaignIndex index) {
        List<Encoded> requests = new ArrayList<>();
        try (var gzip = new GzipEncoder()) {
            int ads = Math.min(index.size(), ADS_MAX);
            int arms = allocator.arms().size();
            for (int i = 0; i < Math.max(1, ads) * arms; i++) {
                Ad ad = ads == 0 ? null : index.ad((int) ((long) (i / arms) * index.size() / ads));
                BidRequest.Builder request = request(i);
                String exchange = exchanges.get(i % exchanges.size());
                if (ad == null) {
                    request.addImp(BidRequest.Imp.newBuilder().setId("1").setBanner(BidRequest.Banner.newBuilder()));
                } else {
                    exchange = aimAt(ad, request, exchange);
                }
                belongTo(i % arms, request);
                boolean protobuf = random.nextInt(10) < 3;
                boolean gzipped = random.nextInt(3) == 0;
                byte[] body = protobuf ? request.build().toByteArray() : codec.write(request.build());
                requests.add(new Encoded(exchange, protobuf, gzipped, gzipped ? gzip.encode(body) : body));
            }
        }
        return requests;
    }

    private BidRequest.Builder request(int number) {
        return BidRequest.newBuilder().setId(new UUID(random.nextLong(), random.nextLong()).toString()).setAt(1)
                .setTmax(tmaxMs).addCur("USD")
                .setDevice(BidRequest.Device.newBuilder().setUa(USER_AGENTS[number % USER_AGENTS.length])
                        .setIp("192.0.2." + random.nextInt(256)).setDevicetype(DeviceType.PHONE.code())
                        .setMake("Google").setModel("Pixel 8").setOs("Android").setOsv("14").setLanguage("en")
                        .setConnectiontype(2).setW(412).setH(915)
                        .setGeo(BidRequest.Geo.newBuilder().setCountry("USA").setRegion("CA").setUtcoffset(-480)))
                .setRegs(BidRequest.Regs.newBuilder().setCoppa(false))
                .setSource(BidRequest.Source.newBuilder().setTid(Long.toHexString(random.nextLong())));
    }

    /** Fits the request to what the ad's campaign wants; returns who is to send it. */
    private String aimAt(Ad ad, BidRequest.Builder request, String exchange) {
        Campaign campaign = ad.campaign();
        Targeting targeting = campaign.targeting();
        var geo = request.getDeviceBuilder().getGeoBuilder();
        if (!targeting.regions().isEmpty()) {
            String[] parts = targeting.regions().getFirst().split("/", 2);
            geo.setCountry(parts[0]).setRegion(parts[1]);
        } else if (!targeting.countries().isEmpty()) {
            geo.setCountry(targeting.countries().getFirst()).clearRegion();
        }
        if (!targeting.devices().isEmpty()) {
            request.getDeviceBuilder().setDevicetype(targeting.devices().getFirst().code());
        }
        String domain = targeting.sites().isEmpty() ? "warm-up.example" : targeting.sites().getFirst();
        var site = BidRequest.Site.newBuilder().setId(domain).setDomain(domain)
                .setPage("https://" + domain + "/warm-up")
                .setCattax(targeting.categoryTaxonomy())
                .setPublisher(BidRequest.Publisher.newBuilder().setId("warm-up").setName("Warm-up"));
        if (!targeting.categories().isEmpty()) {
            site.addCat(targeting.categories().getFirst());
        }
        request.setSite(site).addImp(imp(ad, targeting.interstitial() == Targeting.Interstitial.ONLY));
        if (!campaign.dealIds().isEmpty()) {
            request.getImpBuilder(0).setPmp(BidRequest.Pmp.newBuilder()
                    .addDeals(BidRequest.Deal.newBuilder().setId(campaign.dealIds().getFirst())));
        }
        List<String> wanted = targeting.exchanges();
        return wanted.isEmpty() || wanted.contains(exchange) ? exchange
                : exchanges.stream().filter(wanted::contains).findFirst().orElse(exchange);
    }

    private static BidRequest.Imp.Builder imp(Ad ad, boolean interstitial) {
        Creative creative = ad.creative();
        var imp = BidRequest.Imp.newBuilder().setId("1").setTagid("warm-up").setSecure(creative.secure())
                .setInstl(interstitial).setBidfloor(0.001).setBidfloorcur("USD");
        switch (creative.format()) {
            case BANNER -> imp.setBanner(BidRequest.Banner.newBuilder().setW(ad.w()).setH(ad.h()).setPos(1)
                    .addFormat(BidRequest.Format.newBuilder().setW(ad.w()).setH(ad.h())).addAllApi(creative.apis()));
            case VIDEO -> {
                var player = BidRequest.Video.newBuilder().setW(ad.w()).setH(ad.h()).setPlcmt(1).setLinearity(1)
                        .addAllApi(creative.apis());
                VideoAd video = creative.video();
                if (video != null) {
                    player.addMimes(video.mime()).setMaxduration(video.durationSeconds())
                            .addAllProtocols(video.protocols());
                }
                imp.setVideo(player);
            }
            case NATIVE -> imp.setNative(
                    BidRequest.Native.newBuilder().setRequest(NATIVE_LAYOUT).setVer("1.2").addAllApi(creative.apis()));
            case AUDIO -> throw new IllegalStateException("there are no audio creatives");
        }
        return imp;
    }

    /** Gives the request a user of the arm. */
    private void belongTo(int arm, BidRequest.Builder request) {
        for (int i = 0; i < DRAWS_MAX; i++) {
            request.setUser(BidRequest.User.newBuilder().setId("warm-up-" + Long.toHexString(random.nextLong())));
            BidRequest drawn = request.buildPartial();
            if (allocator.allocate(allocator.unitHash(UnitSelector.unit(drawn, UnitSelector.kind(drawn)))) == arm) {
                return;
            }
        }
    }

    /** The head of the HTTP request that carries it. */
    static byte[] head(Encoded request, String secret) {
        return ("POST /openrtb2/bid HTTP/1.1\r\nHost: warm-up\r\nContent-Type: "
                + (request.protobuf() ? "application/x-protobuf" : "application/json")
                + (request.gzip() ? "\r\nContent-Encoding: gzip" : "") + "\r\nAccept: */*\r\nUser-Agent: warm-up\r\n"
                + "Connection: keep-alive\r\nx-openrtb-version: 2.6\r\n" + Answers.EXCHANGE + ": " + request.exchange()
                + "\r\n" + Answers.WARM_UP + ": " + secret + "\r\nContent-Length: " + request.body().length
                + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
