package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.perf.engine.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyReportTest {
    private static LatencyReport report() {
        Map<String, PartResult> parts = new LinkedHashMap<>();
        parts.put("throughput", new PartResult(List.of(LatencyFigure.atLeast("throughput_ratio_10", 0.4, 0.35, "ratio"),
                LatencyFigure.atMost("p99_ms_at_70", 2.5, 2, "p99"),
                LatencyFigure.atMost("p999_ms_at_70", Double.NaN, 5, "p99.9"),
                LatencyFigure.of("rate", 12_345.6, "rate")),
                List.of("a table"), Map.of("rounds", List.of(1, 2))));
        return new LatencyReport("./sextant bench latency", true, 12.5, Machine.here("vector"), parts,
                "The sender kept to its schedule.", List.of("something"));
    }

    @Test
    void shouldTellFiguresUnderTheirNamesWhenItWritesJson() throws Exception {
        JsonNode json = new ObjectMapper().readTree(report().json());

        assertThat(json.get("throughput_ratio_10").doubleValue()).isEqualTo(0.4);
        assertThat(json.get("p999_ms_at_70").isNull()).isTrue();
        assertThat(json.get("missed")).extracting(JsonNode::textValue).containsExactly("p99_ms_at_70", "p999_ms_at_70");
        assertThat(json.get("wrong").get(0).textValue()).isEqualTo("something");
        assertThat(json.at("/parts/throughput/rounds/1").intValue()).isEqualTo(2);
    }

    @Test
    void shouldSayWhatWasMetAndWhatMissedWhenItWritesTables() {
        String text = report().text();

        assertThat(text.lines().filter(line -> line.contains("throughput_ratio_10"))).first().asString()
                .contains("0.4000").contains("≥ 0.35").contains(" met ");
        assertThat(text.lines().filter(line -> line.contains("p99_ms_at_70"))).first().asString().contains("≤ 2")
                .contains("missed");
        assertThat(text.lines().filter(line -> line.contains("p999_ms_at_70"))).first().asString()
                .contains("not measured").contains("missed");
        assertThat(text).contains("The sender kept").contains("12,346").contains("A quick run");
    }
}
