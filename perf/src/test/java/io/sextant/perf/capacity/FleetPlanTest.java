package io.sextant.perf.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetPlanTest {
    private static final Measured MEASURED = Measured.of(Map.ofEntries(Map.entry("cpu_ms_per_request", 0.2),
            Map.entry("wire_bytes_per_request", 1_250.0), Map.entry("wire_bytes_per_answer", 2_500.0),
            Map.entry("kafka_bytes_per_decision", 2_000.0), Map.entry("controller_bytes_in_per_message", 5_000.0),
            Map.entry("kafka_bytes_per_win", 300.0), Map.entry("kafka_bytes_per_bill", 350.0),
            Map.entry("controller_cpu_base", 0.1), Map.entry("controller_cpu_ms_per_message", 1.0),
            Map.entry("cpu_micros_per_example", 20.0), Map.entry("memory_bytes_per_row_served", 72.0),
            Map.entry("memory_bytes_per_row_trained", 160.0)), "by hand");
    private static final Demand DEMAND = new Demand(100_000, 10, 0.5, 0.1, 0.9, 0.01, 3, 0.01, 1e8, 3, 1);

    @Test
    void shouldPlanAsByHandWhenNumbersAreRound() {
        var plan = new FleetPlan(DEMAND, MEASURED);

        // Ten cores, half used, 0.2 ms each: 25,000 a second; four machines and one that may fail.
        assertThat(plan.requestsPerBidder()).isCloseTo(25_000, within(1e-6));
        assertThat(plan.bidders()).isEqualTo(5);
        // 100,000 × 1,250 × 8 bits, and twice that.
        assertThat(plan.networkIn()).isCloseTo(1, within(1e-9));
        assertThat(plan.networkOut()).isCloseTo(2, within(1e-9));
        // 1,000 decisions × 2,000, 15 messages × 5,000, 9,000 impressions × (300 + 2 × 350).
        assertThat(plan.kafkaBytes()).isCloseTo(2_000_000 + 75_000 + 9_000_000, within(1e-3));
        // 3.15 MB/s of bills.
        assertThat(plan.partitions()).isEqualTo(4);
        assertThat(plan.controllerCores()).isCloseTo(0.115, within(1e-9));
        assertThat(plan.trainerCores()).isCloseTo(0.18, within(1e-9));
        assertThat(plan.servedBytes()).isCloseTo(4 * 72e8, within(1e-3));
        assertThat(plan.trainedBytes()).isCloseTo(160e8, within(1e-3));
    }

    @Test
    void shouldTakeNumbersAndTheLineOfTheControllerFromFiles(@TempDir Path directory) throws IOException {
        Path controller = directory.resolve("controller.json");
        // Two loads on the line 0.1 + 0.002 x, one that lagged, one of other cells.
        Files.writeString(controller,
                """
                        {"command": "./sextant bench controller", "messages_per_second": 150, "bytes_per_second": 3000,
                         "loads": [{"load": {"cells": 200}, "messages_per_second": 50, "controller_cpu_share": 0.2, "final_lag": 0},
                                   {"load": {"cells": 200, "bidders": 50}, "messages_per_second": 150, "controller_cpu_share": 0.4, "final_lag": 0,
                                    "bytes_per_second": {"in": 3000}},
                                   {"load": {"cells": 200}, "messages_per_second": 300, "controller_cpu_share": 0.9, "final_lag": 7},
                                   {"load": {"cells": 20}, "messages_per_second": 150, "controller_cpu_share": 0.05, "final_lag": 0}]}
                        """);

        Measured measured = Measured.read(List.of(controller)).orElse(MEASURED);

        assertThat(measured.get("controller_cpu_base")).isCloseTo(0.1, within(1e-12));
        assertThat(measured.get("controller_cpu_ms_per_message")).isCloseTo(2, within(1e-12));
        assertThat(measured.get("controller_bytes_in_per_message")).isCloseTo(20, within(1e-12));
        assertThat(measured.source("controller_cpu_base")).isEqualTo("./sextant bench controller");
        assertThat(measured.get("cpu_ms_per_request")).isEqualTo(0.2);
    }

    @Test
    void shouldNameTheCommandWhenANumberWasNotMeasured() {
        assertThatThrownBy(() -> Measured.of(Map.of(), "nothing").get("cpu_ms_per_request"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cpu_ms_per_request")
                .hasMessageContaining("bench latency");
    }

    @Test
    void shouldReplaceWhatStandsBetweenTheMarksOnly() {
        String tables = CapacityCommand.tables(MEASURED, List.of(DEMAND));
        String page = """
                before
                <!-- tables of ./sextant bench capacity: begin -->
                old
                <!-- tables of ./sextant bench capacity: end -->
                after
                """;

        String once = CapacityCommand.updated(page, tables);

        assertThat(once).startsWith("before\n").endsWith("after\n").doesNotContain("old")
                .contains("| bidder machines | 5 |").contains("| `cpu_ms_per_request` | 0.2000 | `by hand` |");
        assertThat(CapacityCommand.updated(once, tables)).isEqualTo(once);
    }
}
