package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.fixtures.request.RequestMutator;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutatedRequestsTest {
    private static final int REQUESTS = 2_000;

    @TempDir
    private static Path directory;

    @Test
    void shouldAnswerEveryMutatedRequestAndKeepServing() throws IOException {
        var json = new ObjectMapper();
        var codec = new OpenRtbCodec();
        var mutator = new RequestMutator(20260101);
        List<String> names = BidRequestFixtures.names();
        try (RunningBidder bidder = RunningBidder.start(directory, Map.of("http.event-loops", "1"))) {
            int refused = 0;
            for (int i = 0; i < REQUESTS; i++) {
                String name = names.get(i % names.size());
                boolean protobuf = i % 2 == 1;
                byte[] body = protobuf ? mutator.mutateProtobuf(BidRequestFixtures.request(name).toByteArray())
                        : mutator.mutateJson(BidRequestFixtures.json(name));

                HttpResponse<byte[]> answer = protobuf
                        ? bidder.bid(body, "content-type", "application/x-protobuf")
                        : bidder.bid(body);

                assertThat(answer.statusCode()).as("request %d, %s", i, name).isIn(200, 204, 400);
                if (answer.statusCode() == 400) {
                    refused++;
                    JsonNode error = json.readTree(answer.body());
                    assertThat(error.at("/error").asText()).as("request %d, %s", i, name).isNotEmpty();
                    assertThat(error.at("/field").isTextual()).isTrue();
                }
            }

            assertThat(refused).isBetween(REQUESTS / 4, REQUESTS - REQUESTS / 20);
            assertThat(bidder.count("bidder.requests", "outcome", "bad_request")).isEqualTo(refused);
            assertThat(bidder.count("bidder.requests", "outcome", "internal_error")).isZero();
            assertThat(bidder.gauge("bidder.journal.size")).isZero();
            assertThat(bidder.bid(codec.write(BidRequestFixtures.banner().setTmax(3_000).build())).statusCode())
                    .isEqualTo(200);
        }
    }
}
