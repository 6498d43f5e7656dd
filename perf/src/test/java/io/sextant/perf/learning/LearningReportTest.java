package io.sextant.perf.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.perf.engine.Machine;
import io.sextant.standalone.Freshness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningReportTest {
    private static final Machine MACHINE = new Machine("processor", 2, 1, "jvm", "", "os", "plain", 0);

    @Test
    void shouldMeetItsTargetsAtTheirBoundsAndMissThemBelow() throws IOException {
        LearningReport met = report(throughput(50_000, 0.7));
        assertThat(met.met()).isTrue();
        assertThat(met.text()).contains("50,000", "70.0 %", "met").doesNotContain("missed");
        JsonNode json = new ObjectMapper().readTree(met.json());
        assertThat(json.get("examples_per_second").doubleValue()).isEqualTo(50_000);
        assertThat(json.get("share_of_bare_mlp").doubleValue()).isEqualTo(0.7);
        assertThat(json.get("speedup_vs_plain_gather").doubleValue()).isEqualTo(1.5);
        assertThat(json.get("met").booleanValue()).isTrue();

        assertThat(report(throughput(49_999, 0.7)).met()).isFalse();
        assertThat(report(throughput(60_000, 0.69)).text()).contains("69.0 %", "missed");
    }

    private static ThroughputFigures throughput(double examples, double share) {
        return new ThroughputFigures(2, 1_024, examples, 70_000, 100_000, 30_000, 18, share, 1.5);
    }

    private static LearningReport report(ThroughputFigures throughput) {
        return new LearningReport("./sextant bench learning", 1, MACHINE, throughput, null, null);
    }

    @Test
    void shouldMeetItsTargetOnlyIfTheMedianClickIsServedInTime() throws IOException {
        assertThat(freshness(29.9).met()).isTrue();
        assertThat(freshness(30).met()).isFalse();
        assertThat(freshness(Double.POSITIVE_INFINITY).met()).isFalse();
        LearningReport endless = freshness(Double.NaN);
        assertThat(endless.met()).isFalse();
        assertThat(endless.text()).contains("none", "missed", "6,000,000", "0.125");
        JsonNode json = new ObjectMapper().readTree(endless.json());
        assertThat(json.get("click_to_served_seconds_p50").isNull()).isTrue();
        assertThat(json.get("delta_bytes_share").doubleValue()).isEqualTo(0.125);
    }

    private static LearningReport freshness(double p50Seconds) {
        return new LearningReport("./sextant bench learning", 1, MACHINE, null,
                FreshnessFigures.of(new Freshness(40, 1, p50Seconds, 20, 25, 30, 25, 750_000, 6_000_000)), null);
    }

    @Test
    void shouldCallMemoryFlatOnlyIfNothingGrowsAndNothingFades() {
        assertThat(memory(100, 500, 1_000, 0.7).flat()).isTrue();
        assertThat(memory(111, 500, 1_000, 0.7).flat()).isFalse();
        assertThat(memory(100, 551, 1_000, 0.7).flat()).isFalse();
        assertThat(memory(100, 500, 1_101, 0.7).flat()).isFalse();
        assertThat(memory(100, 500, 1_000, 0.67).flat()).isFalse();
        assertThat(new LearningReport("", 1, MACHINE, null, null, memory(111, 500, 1_000, 0.7)).text())
                .contains("NOT flat", "1,000", "0.7000");
    }

    private static MemoryFigures memory(double heap, double resident, int rows, double auc) {
        var standard = new MemoryFigures.Quarter(100, 500, 1_000, 0.7);
        return new MemoryFigures(1_000, 400, 0.1, "a net", new ArrayList<>(List.of(standard, standard, standard,
                new MemoryFigures.Quarter(heap, resident, rows, auc))));
    }

    @Test
    void shouldForgetIdsThatAreGoneAndGoOnLearningWhileTheyChange() throws IOException {
        MemoryFigures figures = new MemoryPart(200_000, 1, 3).measure(_ -> {});

        assertThat(figures.quarters()).hasSize(4);
        // 8 fields; 5,000 ids in use each, a tenth new each hour, gone ones kept for a day
        assertThat(figures.quarters().get(3).liveRows()).isBetween(1_000, 8 * 20_000);
        assertThat(figures.quarters().get(3).auc()).isGreaterThan(0.55);
        assertThat(figures.quarters().get(3).heapMb()).isCloseTo(figures.quarters().get(1).heapMb(), within(60.0));
    }
}
