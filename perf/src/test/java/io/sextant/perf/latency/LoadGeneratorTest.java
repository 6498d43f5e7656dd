package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {
    private static final List<BidRequest> REQUESTS = IntStream.range(0, 50)
            .mapToObj(i -> BidRequestFixtures.banner()
                    .setUser(BidRequest.User.newBuilder().setId("user-" + i)).build())
            .toList();

    private static Traffic traffic() {
        return Traffic.encode(REQUESTS, i -> i % 10 != 0, 7);
    }

    private static LoadPlan plan(double rate, int millis) {
        return LoadPlan.of(rate, Duration.ZERO, Duration.ofMillis(millis), 1)
                .withArrivals(LoadPlan.Arrivals.CONSTANT).withConnections(4);
    }

    @Test
    void shouldCountTheWaitOfEveryRequestThatWasDueWhenTheServerStallsOnce() throws Exception {
        // given: one connection, one stall of 400 ms; at 1,000 a second, 400 requests are due in it
        var seen = new AtomicInteger();
        HandMadeServer.Answer stalling = (_, _) -> {
            if (seen.incrementAndGet() == 300) {
                Thread.sleep(400);
            }
            return HandMadeServer.noBid();
        };
        try (var server = new HandMadeServer(stalling)) {
            // when
            LoadResult result = new LoadGenerator(server.port(), traffic())
                    .run(plan(1_000, 1_500).withConnections(1), _ -> {});

            // then: those due in the first half of the stall waited for at least its second half, which is 200 of them;
            // whoever waits for each answer before the next request is timed would have seen one
            long slow = result.latency().getCountBetweenValues(200_000_000, result.latency().getMaxValue());
            assertThat(slow).isGreaterThanOrEqualTo(195);
            assertThat(result.latencyMs(100)).isGreaterThanOrEqualTo(395);
            assertThat(result.due()).isBetween(1_498L, 1_501L);
            assertThat(result.answered()).isEqualTo(result.due());
            assertThat(result.timeOuts()).isGreaterThanOrEqualTo(295);
        }
    }

    @Test
    void shouldSendEachRequestWithAnIdOfItsOwnWhenItIsPlain() throws Exception {
        // given
        Queue<String> plain = new ConcurrentLinkedQueue<>();
        Set<String> compressed = ConcurrentHashMap.newKeySet();
        try (var server = new HandMadeServer((head, body) -> {
            boolean gzip = head.contains("Content-Encoding: gzip");
            (gzip ? compressed : plain).add(read(head, gzip ? inflated(body) : body).getId());
            return HandMadeServer.noBid();
        })) {
            // when
            LoadResult result = new LoadGenerator(server.port(), traffic()).run(plan(2_000, 500), _ -> {});

            // then
            assertThat(result.errors()).isZero();
            assertThat(result.answered()).isEqualTo(result.due());
            assertThat(plain).doesNotHaveDuplicates().allMatch(id -> id.length() == Traffic.ID_CHARS);
            assertThat(compressed).hasSizeBetween(5, 30);
            assertThat(plain).contains(Traffic.id(firstPlain() + REQUESTS.size()));
        }
    }

    @Test
    void shouldTellAnswersApartWhenTheyDiffer() throws Exception {
        // given: 200 to every request but the third of each ten, which gets 500
        var number = new AtomicInteger();
        try (var server = new HandMadeServer((_, _) -> number.incrementAndGet() % 10 == 3
                ? HandMadeServer.with(500, "", "broken")
                : HandMadeServer.with(200, "Content-Type: application/json\r\n", "{}"))) {
            // when: one request in ten expects no bid
            LoadResult result = new LoadGenerator(server.port(), traffic())
                    .run(plan(1_000, 500).withConnections(1), _ -> {});

            // then
            assertThat(result.otherStatus()).isEqualTo(number.get() / 10 + (number.get() % 10 >= 3 ? 1 : 0));
            assertThat(result.bids()).isEqualTo(result.answered() - result.otherStatus());
            assertThat(result.strayBids()).isBetween(result.due() / 10 - 1, result.due() / 10 + 1);
            assertThat(result.noBids()).isZero();
            assertThat(result.samples()).anyMatch(sample -> sample.head().startsWith("HTTP/1.1 500"))
                    .anyMatch(sample -> new String(sample.body(), StandardCharsets.UTF_8).equals("{}"));
        }
    }

    @Test
    void shouldConnectAgainWhenTheServerRetiresAConnection() throws Exception {
        // given
        try (var server = new HandMadeServer((_, _) -> HandMadeServer.with(204, "Connection: close\r\n", ""))) {
            // when
            LoadResult result = new LoadGenerator(server.port(), traffic()).run(plan(200, 500), _ -> {});

            // then
            assertThat(result.errors()).isZero();
            assertThat(result.answered()).isEqualTo(result.due());
            assertThat(result.reconnects()).isGreaterThanOrEqualTo(result.due());
        }
    }

    @Test
    void shouldCountAnErrorWhenAConnectionEndsWithoutAnAnswer() throws Exception {
        // given
        var number = new AtomicInteger();
        try (var server = new HandMadeServer(
                (_, _) -> number.incrementAndGet() == 50 ? new byte[0] : HandMadeServer.noBid())) {
            // when
            LoadResult result = new LoadGenerator(server.port(), traffic()).run(plan(500, 400), _ -> {});

            // then: the lost one is in the histogram with at least its tmax
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.answered()).isEqualTo(result.due() - 1);
            assertThat(result.timeOuts()).isGreaterThanOrEqualTo(1);
            assertThat(result.latency().getTotalCount()).isEqualTo(result.due());
            assertThat(result.latencyMs(100)).isGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void shouldEndEarlyWhenTheLimitIsOutOfReach() throws Exception {
        // given: 20 ms an answer on one connection hold 50 a second at most
        try (var server = new HandMadeServer((_, _) -> {
            Thread.sleep(20);
            return HandMadeServer.noBid();
        })) {
            // when: ten times as many for a minute
            LoadResult result = new LoadGenerator(server.port(), traffic()).run(
                    plan(500, 60_000).withConnections(1).withStopEarly(LoadPlan.Limit.THROUGHPUT), _ -> {});

            // then: 1 % of 30,000 are late within a second or so
            assertThat(result.endedEarly()).isTrue();
            assertThat(result.seconds()).isLessThan(30);
            assertThat(result.holds(LoadPlan.Limit.THROUGHPUT)).isFalse();
        }
    }

    @Test
    void shouldGiveUpWhatWaitedTooLongWhenAsked() throws Exception {
        // given
        try (var server = new HandMadeServer((_, _) -> {
            Thread.sleep(50);
            return HandMadeServer.noBid();
        })) {
            // when: 20 a second are possible, 200 are due
            LoadResult result = new LoadGenerator(server.port(), traffic()).run(
                    plan(200, 1_000).withConnections(1).withGiveUpAfter(Duration.ofMillis(100)), _ -> {});

            // then
            assertThat(result.notSent()).isGreaterThanOrEqualTo(150);
            assertThat(result.sent() + result.notSent()).isEqualTo(result.due());
            assertThat(result.timeOuts()).isGreaterThanOrEqualTo(result.notSent());
        }
    }

    @Test
    void shouldSayWhoDoesNotAnswerWhenNobodyListens() throws Exception {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        assertThatThrownBy(() -> new LoadGenerator(port, traffic()).run(plan(10, 100), _ -> {}))
                .isInstanceOf(IOException.class).hasMessageContaining(String.valueOf(port))
                .hasMessageContaining("does not take connections");
    }

    private static int firstPlain() {
        Traffic traffic = traffic();
        return IntStream.range(0, traffic.size()).filter(i -> traffic.template(i).patched()).findFirst().orElseThrow();
    }

    private static BidRequest read(String head, byte[] body) {
        try {
            return head.contains("application/x-protobuf") ? BidRequest.parseFrom(body)
                    : new OpenRtbCodec().readBidRequest(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] inflated(byte[] body) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
