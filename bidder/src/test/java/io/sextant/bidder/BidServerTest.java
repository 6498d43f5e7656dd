package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidResponse;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BidServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private final OpenRtbCodec codec = new OpenRtbCodec();
    private RunningBidder bidder;

    @SuppressWarnings("NullAway.Init")
    BidServerTest() {}

    @BeforeAll
    void start() throws IOException {
        bidder = RunningBidder.start(directory, Map.of("admin.token", "sesame"));
    }

    @AfterAll
    void stop() {
        bidder.close();
    }

    @Test
    void shouldBidOnABannerWithEverythingThatTheStandardAsksFor() {
        BidRequest request = BidRequestFixtures.banner().setTmax(3_000).setId("r-1").build();

        HttpResponse<byte[]> answer = bidder.bid(codec.write(request));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-openrtb-version")).hasValue("2.6");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        BidResponse response = codec.readBidResponse(answer.body());
        assertThat(response.getId()).isEqualTo("r-1");
        assertThat(response.getCur()).isEqualTo("USD");
        Bid bid = response.getSeatbid(0).getBid(0);
        assertThat(response.getSeatbid(0).getSeat()).isEqualTo("seat-1");
        assertThat(bid.getImpid()).isEqualTo(request.getImp(0).getId());
        assertThat(bid.getPrice()).isGreaterThan(request.getImp(0).getBidfloor());
        assertThat(bid.getMtype()).isEqualTo(1);
        assertThat(bid.getW()).isEqualTo(300);
        assertThat(bid.getH()).isEqualTo(250);
        assertThat(bid.getAdomainList()).containsExactly("brand.example");
        assertThat(bid.getCatList()).containsExactly("IAB2-3");
        assertThat(bid.getCid()).isEqualTo("summer");
        assertThat(bid.getCrid()).startsWith("summer-banner");
        assertThat(bid.getAdid()).isEqualTo(bid.getCrid());
        assertThat(bid.getExp()).isPositive();
        assertThat(List.of(bid.getNurl(), bid.getBurl(), bid.getLurl())).allSatisfy(
                url -> assertThat(url).startsWith(bidder.uri("/n/").toString()).hasSizeLessThan(1024));
        assertThat(bid.getNurl()).contains("/n/win?t=").endsWith("&p=${AUCTION_PRICE}&m=${AUCTION_MIN_TO_WIN}");
        assertThat(bid.getBurl()).contains("/n/bill?t=").endsWith("&p=${AUCTION_PRICE}");
        assertThat(bid.getLurl()).contains("/n/loss?t=").endsWith("&r=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}");
        assertThat(bid.getAdm()).contains("/c?t=").contains("/i?t=").contains("&amp;p=${AUCTION_PRICE}");
    }

    @Test
    void shouldGiveTheSameBidForTheSameRequestAsProtobufAndGzipped() throws IOException {
        BidRequest request = BidRequestFixtures.banner().setTmax(3_000).setId("same").build();
        Bid json = onlyBid(bidder.bid(codec.write(request)));
        Bid gzipped = onlyBid(bidder.bid(gzip(codec.write(request)), "content-encoding", "gzip"));
        Bid sniffed = onlyBid(bidder.bid(gzip(codec.write(request))));
        HttpResponse<byte[]> answer = bidder.bid(request.toByteArray(), "content-type", "application/x-protobuf");
        Bid protobuf = BidResponse.parseFrom(answer.body()).getSeatbid(0).getBid(0);

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-protobuf");
        assertThat(List.of(json, gzipped, sniffed, protobuf)).allSatisfy(bid -> {
            assertThat(bid.getPrice()).isEqualTo(json.getPrice());
            assertThat(bid.getCrid()).isEqualTo(json.getCrid());
        });
        assertThat(List.of(json, gzipped, sniffed, protobuf).stream().map(Bid::getId).distinct()).hasSize(4);
    }

    @Test
    void shouldGzipLargeAnswersForClientsThatTakeIt() throws IOException {
        byte[] body = codec.write(BidRequestFixtures.banner().setTmax(3_000).build());
        HttpResponse<byte[]> answer = bidder.bid(body, "accept-encoding", "gzip, br");
        HttpResponse<byte[]> plain = bidder.bid(body, "accept-encoding", "gzip;q=0");

        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        byte[] inflated = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(codec.readBidResponse(inflated).getSeatbidCount()).isEqualTo(1);
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void shouldAnswerVideoWithVastAndNativeWithItsAssets() throws Exception {
        Bid video = onlyBid(bidder.bid(codec.write(BidRequestFixtures.video().setTmax(3_000).build())));
        Bid nativeAd = onlyBid(bidder.bid(codec.write(BidRequestFixtures.nativeAd().setTmax(3_000).build())));

        assertThat(video.getMtype()).isEqualTo(2);
        var vast = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(video.getAdm())));
        assertThat(vast.getElementsByTagName("MediaFile").item(0).getTextContent())
                .isEqualTo("https://cdn.example/2.mp4");
        assertThat(vast.getElementsByTagName("ClickThrough").item(0).getTextContent()).contains("/c?t=");
        assertThat(nativeAd.getMtype()).isEqualTo(4);
        JsonNode assets = JSON.readTree(nativeAd.getAdm());
        assertThat(assets.at("/link/url").asText()).contains("/c?t=");
        assertThat(assets.at("/assets").size()).isPositive();
    }

    @Test
    void shouldDecideEachImpressionOnItsOwnAndNeverShowACreativeTwice() {
        BidRequest request = BidRequestFixtures.site().setTmax(3_000)
                .addImp(BidRequestFixtures.bannerImp("a", 300, 250))
                .addImp(BidRequestFixtures.bannerImp("b", 300, 250))
                .addImp(BidRequestFixtures.bannerImp("c", 300, 250)).build();

        BidResponse response = codec.readBidResponse(bidder.bid(codec.write(request)).body());

        assertThat(response.getSeatbid(0).getBidList()).extracting(Bid::getImpid).containsExactly("a", "b");
        assertThat(response.getSeatbid(0).getBidList()).extracting(Bid::getCrid).doesNotHaveDuplicates();
    }

    @Test
    void shouldAnswer204WithoutABodyAndTestRequestsWithAReason() {
        BidRequest none = BidRequestFixtures.site().setTmax(3_000).addImp(BidRequestFixtures.bannerImp("1", 13, 13))
                .build();
        double before = bidder.count("bidder.impressions", "reason", "no_creative");

        HttpResponse<byte[]> answer = bidder.bid(codec.write(none));
        HttpResponse<byte[]> test = bidder.bid(codec.write(none.toBuilder().setTest(true).build()));

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("x-openrtb-version")).hasValue("2.6");
        assertThat(test.statusCode()).isEqualTo(200);
        assertThat(codec.readBidResponse(test.body()).getNbr()).isEqualTo(500);
        assertThat(codec.readBidResponse(test.body()).getId()).isEqualTo(none.getId());
        assertThat(bidder.count("bidder.impressions", "reason", "no_creative")).isEqualTo(before + 2);
    }

    @Test
    void shouldKnowTheExchangeByHeaderAndByQuery() {
        BidRequest request = BidRequestFixtures.banner().setTmax(3_000).setTest(true).build();

        HttpResponse<byte[]> header = bidder.bid(codec.write(request), "x-sextant-exchange", "nobody");
        HttpResponse<byte[]> query = bidder.send(HttpRequest.newBuilder(bidder.uri("/openrtb2/bid?exchange=nobody"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(codec.write(request))));

        assertThat(codec.readBidResponse(header.body()).getNbr()).isEqualTo(7);
        assertThat(codec.readBidResponse(query.body()).getNbr()).isEqualTo(7);
    }

    @Test
    void shouldNotBidWhenTmaxLeavesNoTime() {
        BidRequest request = BidRequestFixtures.banner().setTest(true).setTmax(20).build();

        assertThat(codec.readBidResponse(bidder.bid(codec.write(request)).body()).getNbr()).isEqualTo(1);
    }

    @Test
    void shouldNameTheFieldThatIsWrong() throws IOException {
        assertError(bidder.bid(bytes("{\"id\":\"1\",\"imp\":[{\"id\":\"1\",\"banner\":{\"w\":\"wide\"}}]}")), 400,
                "imp[0].banner.w");
        assertError(
                bidder.bid(bytes("{\"id\":\"1\",\"imp\":[{\"id\":\"1\",\"banner\":{}},{\"id\":\"1\",\"banner\":{}}]}")),
                400, "imp[1].id");
        assertError(bidder.bid(bytes("{\"imp\":[]}")), 400, "id");
        assertError(bidder.bid(bytes("")), 400, "");
        byte[] gzip = gzip(bytes("{\"id\":\"1\"}"));
        assertError(bidder.bid(java.util.Arrays.copyOf(gzip, gzip.length - 5)), 400, "");
    }

    @Test
    void shouldRefuseOtherMethodsTypesAndPaths() throws IOException {
        byte[] body = codec.write(BidRequestFixtures.banner().setTmax(3_000).build());

        HttpResponse<byte[]> get = bidder.get(bidder.uri("/openrtb2/bid").toString());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("allow")).hasValue("POST");
        assertError(bidder.bid(body, "content-type", "application/xml"), 415, "content-type");
        assertError(bidder.bid(body, "content-encoding", "br"), 415, "content-encoding");
        assertThat(bidder.bid(body, "content-type", "text/plain; charset=utf-8").statusCode()).isEqualTo(200);
        assertThat(bidder.get(bidder.uri("/nowhere").toString()).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldSurviveAQueryThatIsNotPercentEncoded() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), bidder.process.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(bytes("GET /n/win?t=%zz&p=%1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void shouldRefuseBodiesThatAreTooLargePlainAndInflated() throws IOException {
        assertError(bidder.bid(new byte[131_073]), 413, "");
        byte[] bomb = gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(131_072);
        assertError(bidder.bid(bomb), 413, "");
        assertThat(bidder.bid(codec.write(BidRequestFixtures.banner().setTmax(3_000).build())).statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldKeepAConnectionAndAnswerPipelinedRequestsInOrder() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), bidder.process.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < 3; i++) {
                byte[] body = codec.write(BidRequestFixtures.banner().setTmax(3_000).setId("pipelined-" + i).build());
                out.write(bytes("POST /openrtb2/bid HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length
                        + (i == 2 ? "\r\nconnection: close" : "") + "\r\n\r\n"));
                out.write(body);
            }
            out.flush();

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
            assertThat(answers).containsSubsequence("\"pipelined-0\"", "\"pipelined-1\"", "\"pipelined-2\"");
        }
    }

    @Test
    void shouldSpeakHttp2WithoutTlsAndTakeNoMoreThan64StreamsAtOnce() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var client = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            byte[] body = codec.write(BidRequestFixtures.banner().setTmax(3_000).setId("h2").build());
            for (int i = 0; i < 5; i++) {
                // The body is asked for on the connection's own thread, or it may have passed by before anybody listens.
                var answer = client.request(HttpMethod.POST, bidder.process.port(), "127.0.0.1", "/openrtb2/bid")
                        .compose(request -> request.send(io.vertx.core.buffer.Buffer.buffer(body)).compose(response -> {
                            assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
                            assertThat(response.statusCode()).isEqualTo(200);
                            assertThat(response.request().connection().remoteSettings().getMaxConcurrentStreams())
                                    .isEqualTo(64);
                            return response.body();
                        })).await(10, TimeUnit.SECONDS);
                assertThat(codec.readBidResponse(answer.getBytes()).getId()).isEqualTo("h2");
            }
            var tooLarge = client.request(HttpMethod.POST, bidder.process.port(), "127.0.0.1", "/openrtb2/bid")
                    .compose(request -> request.send(io.vertx.core.buffer.Buffer.buffer(new byte[200_000])))
                    .await(10, TimeUnit.SECONDS);
            assertThat(tooLarge.statusCode()).isEqualTo(413);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldBeHealthyReadyAndMeasured() {
        assertThat(bidder.get(bidder.uri("/healthz").toString()).statusCode()).isEqualTo(200);
        assertThat(bidder.get(bidder.uri("/readyz").toString()).statusCode()).isEqualTo(200);
        String metrics = "http://127.0.0.1:" + bidder.process.adminPort() + "/metrics";
        assertThat(bidder.get(metrics).statusCode()).isEqualTo(401);
        HttpResponse<byte[]> scraped = bidder.send(HttpRequest.newBuilder(java.net.URI.create(metrics))
                .header("authorization", "Bearer sesame"));
        assertThat(scraped.statusCode()).isEqualTo(200);
        assertThat(new String(scraped.body(), StandardCharsets.UTF_8))
                .contains("bidder_requests_total{outcome=\"bid\"}")
                .contains("bidder_model_version{arm=\"control\"} 0.0").contains("bidder_impressions_total{reason=")
                .contains("bidder_latency_seconds_bucket");
    }

    private Bid onlyBid(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return codec.readBidResponse(answer.body()).getSeatbid(0).getBid(0);
    }

    private static void assertError(HttpResponse<byte[]> answer, int status, String field) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.at("/error").asText()).isNotEmpty();
        assertThat(error.at("/field").asText()).isEqualTo(field);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
