package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoticeServerTest {
    private static final Pattern CLICK = Pattern.compile("href=\"([^\"]*/c\\?t=[^\"]*)\"");
    private static final Pattern PIXEL = Pattern.compile("src=\"([^\"]*/i\\?t=[^\"]*)\"");

    @TempDir
    private static Path directory;

    private final OpenRtbCodec codec = new OpenRtbCodec();
    private RunningBidder bidder;

    @SuppressWarnings("NullAway.Init")
    NoticeServerTest() {}

    @BeforeAll
    void start() throws IOException {
        bidder = RunningBidder.start(directory, Map.of());
    }

    @AfterAll
    void stop() {
        bidder.close();
    }

    @Test
    void shouldAnswerWinsAndBillsOnceTheyAreOnDiskAndDropDuplicates() {
        Bid bid = bid();
        double size = bidder.gauge("bidder.journal.size");

        assertThat(bidder.get(priced(bid.getNurl(), "0.5")).statusCode()).isEqualTo(200);
        assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size + 1);
        assertThat(bidder.send(HttpRequest.newBuilder(java.net.URI.create(priced(bid.getBurl(), "0.5")))
                .POST(HttpRequest.BodyPublishers.ofString("ignored"))).statusCode()).isEqualTo(200);
        assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size + 2);

        double duplicates = bidder.count("bidder.notices.journal", "kind", "win", "outcome", "duplicate");
        assertThat(bidder.get(priced(bid.getNurl(), "0.5")).statusCode()).isEqualTo(200);
        assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size + 2);
        assertThat(bidder.count("bidder.notices.journal", "kind", "win", "outcome", "duplicate"))
                .isEqualTo(duplicates + 1);
    }

    @Test
    void shouldRefuseATokenOfAnotherKindAndJournalNothing() {
        Bid bid = bid();
        double size = bidder.gauge("bidder.journal.size");

        assertThat(bidder.get(priced(bid.getNurl(), "0.5").replace("/n/win", "/n/bill")).statusCode()).isEqualTo(400);
        assertThat(bidder.get(click(bid).replace("/c?", "/n/win?")).statusCode()).isEqualTo(400);
        assertThat(bidder.get(bidder.uri("/n/win").toString()).statusCode()).isEqualTo(400);
        assertThat(bidder.get(bidder.uri("/n/bill?t=garbage").toString()).statusCode()).isEqualTo(400);
        String doubled = priced(bid.getNurl(), "0.5");
        assertThat(bidder.get(doubled + "&" + doubled.substring(doubled.indexOf("t="))).statusCode()).isEqualTo(400);

        assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size);
        assertThat(bidder.count("bidder.notices", "kind", "bill", "token", "rejected")).isPositive();
        assertThat(bidder.count("bidder.notices", "kind", "bill", "token", "malformed")).isPositive();
    }

    @Test
    void shouldKeepTheEventAndDropThePriceThatCannotBe() {
        for (String[] each : new String[][]{{"99", "out_of_range"}, {"%24%7BAUCTION_PRICE%7D", "unresolved"},
            {"%2524%257BAUCTION_PRICE%257D", "unresolved"}, {"", "absent"}, {"1&p=1", "doubled"},
            {"MC41", "accepted"}, {"cheap", "malformed"}}) {
            Bid bid = bid();
            double size = bidder.gauge("bidder.journal.size");
            double before = bidder.count("bidder.notices.price", "kind", "win", "price", each[1]);

            assertThat(bidder.get(priced(bid.getNurl(), each[0])).statusCode()).as(each[0]).isEqualTo(200);

            assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size + 1);
            assertThat(bidder.count("bidder.notices.price", "kind", "win", "price", each[1])).as(each[0])
                    .isEqualTo(before + 1);
        }
    }

    @Test
    void shouldAlwaysShowThePixelAndJournalItOnlyForAGoodToken() {
        Bid bid = bid();
        double size = bidder.gauge("bidder.journal.size");

        HttpResponse<byte[]> bad = bidder.get(bidder.uri("/i?t=garbage").toString());
        HttpResponse<byte[]> good = bidder.get(priced(link(PIXEL, bid), "0.5"));

        assertThat(bad.statusCode()).isEqualTo(200);
        assertThat(Arrays.copyOf(bad.body(), 6))
                .isEqualTo("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(good.body()).isEqualTo(bad.body());
        assertThat(good.headers().firstValue("content-type")).hasValue("image/gif");
        assertThat(good.headers().firstValue("cache-control")).hasValue("no-store");
        await().atMost(Duration.ofSeconds(10)).until(() -> bidder.gauge("bidder.journal.size") == size + 1);
    }

    @Test
    void shouldLeadAClickOnlyToTheCataloguesPage() {
        Bid bid = bid();
        String page = bid.getCrid().equals("summer-banner") ? "https://brand.example/summer?a=1&b=2"
                : "https://brand.example/other";

        HttpResponse<byte[]> good = bidder.get(click(bid) + "&to=https://evil.example&landing=https://evil.example");
        HttpResponse<byte[]> bad = bidder.get(bidder.uri("/c?t=garbage&to=https://evil.example").toString());

        assertThat(good.statusCode()).isEqualTo(302);
        assertThat(good.headers().firstValue("location")).hasValue(page);
        assertThat(good.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(bad.statusCode()).isEqualTo(404);
        assertThat(bad.headers().firstValue("location")).isEmpty();
    }

    @Test
    void shouldCountLossesAndJournalNone() {
        Bid bid = bid();
        double size = bidder.gauge("bidder.journal.size");
        String url = bid.getLurl().replace("${AUCTION_LOSS}", "102").replace("${AUCTION_MIN_TO_WIN}", "1.7");

        assertThat(bidder.get(url).statusCode()).isEqualTo(200);
        assertThat(bidder.get(bid.getLurl().replace("${AUCTION_LOSS}", "x").replace("${AUCTION_MIN_TO_WIN}", ""))
                .statusCode()).isEqualTo(200);
        assertThat(bidder.get(url.replace("/n/loss", "/n/win")).statusCode()).isEqualTo(400);
        assertThat(bidder.gauge("bidder.journal.size")).isEqualTo(size);
    }

    @Test
    void shouldKeepAnsweredNoticesOverARestartWithTheSameKeys() throws IOException {
        Path place = directory.resolve("restarted");
        java.nio.file.Files.createDirectories(place);
        Map<String, String> keys = Map.of("notices.ephemeral-key", "false", "notices.keys",
                "1:AAECAwQFBgcICQoLDA0ODw==");
        String billed;
        try (RunningBidder first = RunningBidder.start(place, keys)) {
            Bid bid = bid(first);
            assertThat(first.get(priced(bid.getNurl(), "0.5")).statusCode()).isEqualTo(200);
            billed = java.net.URI.create(priced(bid.getBurl(), "0.5")).getRawPath() + "?"
                    + java.net.URI.create(priced(bid.getBurl(), "0.5")).getRawQuery();
        }
        try (RunningBidder second = RunningBidder.start(place, keys)) {
            assertThat(second.gauge("bidder.journal.size")).isEqualTo(1);
            assertThat(second.get(second.uri(billed).toString()).statusCode()).isEqualTo(200);
            assertThat(second.gauge("bidder.journal.size")).isEqualTo(2);
        }
    }

    @Test
    void shouldGiveBackWhatALostBidHadReservedOnce() throws IOException {
        Path place = java.nio.file.Files.createDirectories(directory.resolve("leased"));
        java.nio.file.Files.writeString(place.resolve("campaigns.yaml"), """
                campaigns:
                  - id: summer
                    seat: seat-1
                    advertiser-id: adv-1
                    advertiser-domains: [brand.example]
                    cpc: 2
                    daily-budget: 100
                    creatives:
                      - id: summer-banner
                        format: banner
                        sizes: [300x250, 320x50, 728x90]
                        image-url: https://cdn.example/1.png
                        landing-page: https://brand.example/summer
                """);
        try (RunningBidder leased = RunningBidder.start(place, Map.of("budget.leases", "ledger"))) {
            leased.hearTheLedger();
            byte[] request = codec.write(BidRequestFixtures.banner().setTmax(3_000).build());
            assertThat(leased.bid(request).statusCode()).as("nothing is leased yet").isEqualTo(204);
            leased.lease(wanted -> LeaseGrant.newBuilder().setGrantedNanos(wanted.getWantNanos()).setPass(1)
                    .setExpiresMs(wanted.getTimeMs() + 60_000));
            Bid bid = bid(leased);
            assertThat(leased.gauge("bidder.reservations.open")).isEqualTo(1);
            assertThat(bid.getBurl()).hasSizeLessThan(1_024);
            for (int more = 0; more < 3; more++) {
                assertThat(bid(leased).getBurl()).isNotEqualTo(bid.getBurl());
            }
            assertThat(leased.bid(request).statusCode()).as("four bids' worth").isEqualTo(204);

            String lost = bid.getLurl().replace("${AUCTION_LOSS}", "102").replace("${AUCTION_MIN_TO_WIN}", "");
            assertThat(leased.get(lost).statusCode()).isEqualTo(200);
            assertThat(leased.gauge("bidder.reservations.open")).isEqualTo(3);
            assertThat(leased.get(lost).statusCode()).as("told again").isEqualTo(200);

            assertThat(leased.count("bidder.reservations", "event", "released")).isEqualTo(1);
            assertThat(leased.count("bidder.reservations", "event", "unknown")).isEqualTo(1);
            assertThat(bid(leased)).isNotNull();
            assertThat(leased.bid(request).statusCode()).isEqualTo(204);
        }
    }

    private Bid bid() {
        return bid(bidder);
    }

    private Bid bid(RunningBidder from) {
        HttpResponse<byte[]> answer = from.bid(codec.write(BidRequestFixtures.banner().setTmax(3_000).build()));
        assertThat(answer.statusCode()).isEqualTo(200);
        return codec.readBidResponse(answer.body()).getSeatbid(0).getBid(0);
    }

    private static String priced(String url, String price) {
        return url.replace("${AUCTION_PRICE}", price);
    }

    private static String click(Bid bid) {
        return link(CLICK, bid);
    }

    private static String link(Pattern pattern, Bid bid) {
        Matcher matcher = pattern.matcher(bid.getAdm());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1).replace("&amp;", "&");
    }
}
