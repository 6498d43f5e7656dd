package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.perf.latency.FloorMain.CannedAnswers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloorTest {
    private static final Traffic TRAFFIC = Traffic.encode(
            IntStream.range(0, 60).mapToObj(_ -> BidRequestFixtures.banner().build()).toList(), _ -> true, 5);
    private static final LoadPlan PLAN = LoadPlan.of(200, Duration.ZERO, Duration.ofSeconds(1), 1)
            .withArrivals(LoadPlan.Arrivals.CONSTANT).withConnections(4);

    @Test
    void shouldAnswerReadyBidsOfTheAskedKindWhenItRunsInAJvmOfItsOwn(@TempDir Path directory) throws Exception {
        // given
        for (boolean protobuf : new boolean[]{false, true}) {
            for (boolean gzip : new boolean[]{false, true}) {
                Files.writeString(CannedAnswers.file(directory, protobuf, gzip), protobuf + " " + gzip);
            }
        }
        try (ServerJvm floor = ServerJvm.floor(List.of("--answers", directory.toString(), "--no-bids", "0.1"),
                List.of("-Xmx64m"), directory.resolve("log")).awaitReady()) {
            // when
            LoadPoint point = LoadPoint.measure(floor, TRAFFIC, PLAN, null, _ -> {});

            // then: an event loop answers 204 after nine bids
            assertThat(point.wrong()).isEmpty();
            assertThat(point.load().answered()).isEqualTo(point.load().due());
            assertThat(point.load().noBids()).isBetween(point.load().due() / 10 - 3, point.load().due() / 10 + 3);
            assertThat(point.load().samples()).isNotEmpty().allSatisfy(sample -> {
                Traffic.Template sent = TRAFFIC.template(sample.template());
                assertThat(new String(sample.body(), StandardCharsets.UTF_8))
                        .isEqualTo(sent.protobuf() + " " + sent.gzip());
                assertThat(sample.head().contains("content-encoding: gzip")).isEqualTo(sent.gzip());
            });
            // A request's head and body alone are some hundreds of bytes.
            assertThat(point.bytes()).isGreaterThan(500);
            assertThat(point.cpuSeconds()).isPositive();
            assertThat(floor.heapOptions()).contains("-Xmx64m");
            assertThat(floor.readySeconds()).isBetween(0.0, 120.0);
        }
    }

    @Test
    void shouldRefuseWithoutReadingWhenAskedTo(@TempDir Path directory) throws Exception {
        try (ServerJvm floor = ServerJvm.floor(List.of("--refuse"), List.of("-Xmx64m"), directory.resolve("log"))
                .awaitReady()) {
            LoadResult load = new LoadGenerator(floor.port(), TRAFFIC).run(PLAN, _ -> {});

            assertThat(load.noBids()).isEqualTo(load.due()).isEqualTo(load.answered());
            assertThat(load.errors()).isZero();
        }
    }
}
