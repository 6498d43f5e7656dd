package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidResponse;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.BidResponse.SeatBid;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerCheckTest {
    private static final BidRequest REQUEST = BidRequestFixtures.banner().build();
    private static final Bid BID = Bid.newBuilder().setId("bid-1").setImpid(BidRequestFixtures.IMP_ID).setPrice(0.5)
            .setCrid("creative-1").addAdomain("brand.example").setAdm("<a></a>").setNurl("https://b.example/n/win")
            .setBurl("https://b.example/n/bill").setW(300).setH(250).build();

    private static BidResponse response(Bid bid) {
        return BidResponse.newBuilder().setId("id-1").setCur("USD").addSeatbid(SeatBid.newBuilder().addBid(bid))
                .build();
    }

    @Test
    void shouldSayNothingWhenAnAnswerIsABid() {
        assertThat(AnswerCheck.complaint(REQUEST, "id-1", response(BID))).isNull();
    }

    static Stream<Arguments> wrongBids() {
        return Stream.of(wrong("impid", bid -> bid.setImpid("7")), wrong("floor", bid -> bid.setPrice(0.09)),
                wrong("price", bid -> bid.setPrice(Double.NaN)), wrong("crid", bid -> bid.setCrid("")),
                wrong("adomain", Bid.Builder::clearAdomain), wrong("adm", Bid.Builder::clearAdm),
                wrong("nurl", Bid.Builder::clearNurl), wrong("burl", bid -> bid.setBurl("javascript:")),
                wrong("300x600", bid -> bid.setH(600)));
    }

    private static Arguments wrong(String told, UnaryOperator<Bid.Builder> change) {
        return Arguments.of(told, change.apply(BID.toBuilder()).build());
    }

    @ParameterizedTest
    @MethodSource("wrongBids")
    void shouldSayWhatIsWrongWhenABidIs(String told, Bid bid) {
        assertThat(AnswerCheck.complaint(REQUEST, "id-1", response(bid))).contains(told);
    }

    @Test
    void shouldSayWhatIsWrongWhenTheResponseIs() {
        assertThat(AnswerCheck.complaint(REQUEST, "id-2", response(BID))).contains("id-1").contains("id-2");
        assertThat(AnswerCheck.complaint(REQUEST, "id-1", response(BID).toBuilder().setCur("EUR").build()))
                .contains("EUR");
        assertThat(AnswerCheck.complaint(REQUEST, "id-1", response(BID).toBuilder().clearSeatbid().build()))
                .contains("without a bid");
    }

    @Test
    void shouldReadEveryEncodingWhenItChecksWhatCame() throws IOException {
        // given: all four encodings are among these
        Traffic traffic = Traffic.encode(IntStream.range(0, 40).mapToObj(_ -> REQUEST).toList(), _ -> true, 3);
        var check = new AnswerCheck(traffic);
        for (int i = 0; i < traffic.size(); i++) {
            Traffic.Template template = traffic.template(i);
            String id = template.patched() ? Traffic.id(1_000 + i) : template.request().getId();
            BidResponse response = response(BID).toBuilder().setId(id).build();
            byte[] body = template.protobuf() ? response.toByteArray() : new OpenRtbCodec().write(response);

            // when
            String complaint = check.complaint(new LoadResult.Sample(i, 1_000 + i, head(template),
                    template.gzip() ? compressed(body) : body));

            // then
            assertThat(complaint).isNull();
        }
    }

    @Test
    void shouldQuoteTheAnswerWhenItIsNoBid() {
        var check = new AnswerCheck(Traffic.encode(List.of(REQUEST), _ -> true, 3));

        assertThat(check.complaint(
                new LoadResult.Sample(0, 0, "HTTP/1.1 400 Bad Request\r\n\r\n", "{}".getBytes(StandardCharsets.UTF_8))))
                .contains("400 Bad Request").contains("{}");
        assertThat(check.complaint(
                new LoadResult.Sample(0, 0, "HTTP/1.1 200 OK\r\n\r\n", "{".getBytes(StandardCharsets.UTF_8))))
                .contains("cannot be read");
    }

    private static String head(Traffic.Template template) {
        return "HTTP/1.1 200 OK\r\ncontent-type: "
                + (template.protobuf() ? "application/x-protobuf" : "application/json") + "\r\n"
                + (template.gzip() ? "content-encoding: gzip\r\n" : "") + "\r\n";
    }

    private static byte[] compressed(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
