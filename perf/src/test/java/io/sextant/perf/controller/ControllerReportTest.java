package io.sextant.perf.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.fixtures.fleet.WindowComparison;
import io.sextant.perf.engine.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerReportTest {
    private static final Machine MACHINE = new Machine("a processor", 2, 1 << 30, "a JVM", "", "an OS", "vector", 0.1);

    private static LoadResult result(Load load, double messages, double cpuShare, long finalLag,
            WindowComparison comparison) {
        // 20 kB in and 5 kB of changelog a message.
        var bytes = new TopicBytes(20_000 * messages, 5_000 * messages, 1_000, 2_000);
        return new LoadResult(load, 60, 300, messages, messages, bytes, cpuShare, 300_000_000, finalLag, finalLag, 36,
                comparison);
    }

    private static ControllerReport report(WindowComparison comparison, long finalLag) {
        Load standard = Load.standard();
        return new ControllerReport("./sextant bench controller", 1, 100, MACHINE, 1, new RecordCost(7.25, 0),
                result(standard, 150, 0.34, finalLag, comparison),
                // A tenth of a core whatever comes, and 1.6 ms a message.
                List.of(result(standard.withBidders(10), 30, 0.148, 0, WindowComparison.NONE),
                        result(standard.withBidders(100), 300, 0.58, 0, WindowComparison.NONE),
                        result(standard.withCells(1000), 150, 0.9, 0, WindowComparison.NONE)));
    }

    @Test
    void shouldScaleByTheLineThroughTheMeasuredLoadsWhenTrafficIsAnother() {
        String text = report(new WindowComparison(1000, 1e-12, 0.001, List.of()), 0).text();

        // 2,000,000 requests/s ÷ 20,000 = 100 bidders, 300 messages/s, 6 MB/s in, 0.1 + 300 × 1.6 ms.
        assertThat(text).containsPattern("2,000,000 \\| +100.0 \\| +300 \\| +6.00 \\| +1.50 \\| +58.00 %")
                .containsPattern("1,000,000 \\| +50.0 \\| +150 \\| +3.00 \\| +0.75 \\| +34.00 %")
                .contains("CPU = 10.0 % + messages × 1.60 ms", "in = messages × 20.0 kB", "core 1 for itself")
                .doesNotContain("missed", "Wrong");
    }

    @Test
    void shouldSayWhatIsMissedWhenTheControllerLagsOrIsNotExact() {
        String text = report(new WindowComparison(1000, 2e-9, 0.02, List.of("cell x001: count is 1")), 17).text();

        assertThat(text).containsPattern("error of a mean, 1,000 cells published +\\| +2.0e-09 .*missed")
                .containsPattern("error of a quantile +\\| +2.00 % .*missed")
                .containsPattern("behind at the end +\\| +17 .*missed").contains("Wrong: cell x001: count is 1");
    }

    @Test
    void shouldNameTheFiguresAsAgreedWhenJsonIsWritten() throws Exception {
        var json = new ObjectMapper().readTree(report(new WindowComparison(5, 1e-12, 0.001, List.of()), 0).json());

        assertThat(json.path("max_relative_mean_error").asDouble()).isEqualTo(1e-12);
        assertThat(json.path("max_relative_quantile_error").asDouble()).isEqualTo(0.001);
        assertThat(json.path("final_lag").asLong(-1)).isZero();
        assertThat(json.path("messages_per_second").asDouble()).isEqualTo(150);
        assertThat(json.path("bytes_per_second").asDouble()).isCloseTo(150 * 25_000 + 3_000, within(1e-6));
        assertThat(json.path("controller_cpu_share").asDouble()).isEqualTo(0.34);
        assertThat(json.path("record_ns").asDouble()).isEqualTo(7.25);
        assertThat(json.path("loads")).hasSize(4);
        assertThat(json.path("loads").path(0).path("load").path("bidders").asInt()).isEqualTo(50);
    }

    @Test
    void shouldMeasureEveryRequestInOneArmOnlyWhenALoadIsMade() {
        // 20,000 requests in three arms over 200 cells: 33 a cell; 2 % of that is less than one, and every cell has one.
        assertThat(Load.standard().shape().perCell()).containsEntry("uncertainty", 33).containsEntry("control", 1)
                .containsEntry("random", 1);
        assertThat(Load.standard().messages()).isEqualTo(150);
    }
}
