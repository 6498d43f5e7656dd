package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private static final ServerMetrics EARLIER = ServerMetrics.parse("""
            # HELP bidder_requests_total Bid requests by how they were answered.
            # TYPE bidder_requests_total counter
            bidder_requests_total{outcome="bid"} 100.0
            bidder_step_seconds_count{step="allocate"} 10
            bidder_step_seconds_sum{step="allocate"} 1.0E-5
            bidder_step_seconds_sum{step="age"} 0.001
            bidder_step_seconds_count{step="age"} 2
            bidder_allocated_bytes_total 1.0E9
            bidder_snapshot_age_seconds{arm="control"} NaN
            """);
    private static final ServerMetrics LATER = ServerMetrics.parse("""
            bidder_requests_total{outcome="bid"} 350.0
            bidder_requests_total{outcome="shed"} 7.0
            bidder_step_seconds_count{step="allocate"} 30
            bidder_step_seconds_sum{step="allocate"} 5.0E-5
            bidder_step_seconds_sum{step="age"} 0.002
            bidder_step_seconds_count{step="age"} 12
            bidder_allocated_bytes_total 1.5E9
            bidder_latency_seconds_count 4
            bidder_latency_seconds_sum 0.002
            bidder_latency_seconds_bucket{le="+Inf"} 4
            """);

    @Test
    void shouldTellWhatWasAddedWhenAskedTwice() {
        // when
        ServerMetrics added = LATER.since(EARLIER);

        // then
        assertThat(added.requests("bid")).isEqualTo(250);
        assertThat(added.requests("shed")).isEqualTo(7);
        assertThat(added.allocatedBytes()).isEqualTo(5e8);
        assertThat(added.ownLatencyUs()).isEqualTo(500);
    }

    @Test
    void shouldShareAStepAmongAllRequestsWhenNotAllTakeIt() {
        // when
        ServerMetrics added = LATER.since(EARLIER);

        // then: 20 requests, half of which took a step of 100 µs
        assertThat(added.stepUs("allocate")).isCloseTo(2, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(added.stepUs("age")).isCloseTo(100, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(added.stepUsPerRequest("age")).isCloseTo(50, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(added.stepUs("score")).isZero();
    }

    @Test
    void shouldLeaveOutWhatIsNoNumberWhenItReads() {
        assertThat(EARLIER.values()).hasSize(6).doesNotContainValue(Double.NaN);
        assertThat(EARLIER.value("bidder_snapshot_age_seconds{arm=\"control\"}")).isZero();
    }
}
