package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void shouldBeReadyWhenWarmAndHaveCountedNothing() throws IOException {
        try (RunningBidder bidder = RunningBidder.start(directory, Map.of("http.warm-up-max", "3s",
                "http.connection-requests-max", "1000000", "events.sample-share", "1"))) {
            await().atMost(PATIENCE).until(bidder.process::ready);

            assertThat(bidder.get(bidder.uri("/readyz").toString()).statusCode()).isEqualTo(200);
            Collection<FunctionCounter> counters = bidder.process.registry().find("bidder.requests").functionCounters();
            assertThat(counters).isNotEmpty().allSatisfy(counter -> assertThat(counter.count()).isZero());
            assertThat(bidder.process.registry().find("bidder.impressions").functionCounters())
                    .allSatisfy(counter -> assertThat(counter.count()).isZero());
            assertThat(bidder.process.registry().get("bidder.latency").timer().count()).isZero();
            assertThat(bidder.gauge("bidder.outbox.size", "outbox", "samples")).isZero();
            // Who guesses the header is a client like any other.
            byte[] body = new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(3_000).build());
            assertThat(bidder.bid(body, "x-sextant-warm-up", "00000000000000000000000000000000").statusCode())
                    .isEqualTo(200);
            assertThat(bidder.count("bidder.requests", "outcome", "bid")).isEqualTo(1);
        }
    }

    @Test
    void shouldSayThatItIsWarmingUpAndAnswerMeanwhile() throws IOException {
        try (RunningBidder bidder = RunningBidder.start(directory, Map.of("http.warm-up-max", "1h",
                "http.connection-requests-max", "1000000"))) {
            HttpResponse<byte[]> page = bidder.get(bidder.uri("/readyz").toString());
            HttpResponse<byte[]> bid = bidder
                    .bid(new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(3_000).build()));

            // On a quick machine it may be over; what matters is that the page and the process agree.
            assertThat(new String(page.body(), StandardCharsets.UTF_8)).isIn("warming up\n", "ready\n");
            assertThat(bid.statusCode()).isEqualTo(200);
            assertThat(bidder.count("bidder.requests", "outcome", "bid")).isEqualTo(1);
        }
    }

    @Test
    void shouldNotWarmUpWhereItIsSwitchedOff() throws IOException {
        try (RunningBidder bidder = RunningBidder.start(directory, Map.of("http.warm-up-max", "0s"))) {
            await().atMost(PATIENCE).until(bidder.process::ready);
        }
    }
}
