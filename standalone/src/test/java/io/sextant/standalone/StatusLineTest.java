package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.report.ArmMetrics;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.ExchangeStatistics;
import io.sextant.protocol.event.ArmMinute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    private static final ExchangeStatistics NOTHING = new ExchangeStatistics(Map.of(), 0, 0, 0);

    @Test
    void shouldTellRateMoneyAndArmsWhenThereIsTraffic() {
        var arms = new ArmMetrics(List.of("control"));
        arms.accept(ArmMinute.newBuilder().setArm("control").setModelVersion(2).setSnapshotVersion(7)
                .setModifierSum(11).setModifierCount(10).build());
        var now = new ExchangeStatistics(Map.of(ExchangeCounter.REQUESTS, 1_500L, ExchangeCounter.BIDS, 900L,
                ExchangeCounter.WINS, 120L, ExchangeCounter.CLICKS, 3L), 2_500_000_000L, 0, 0);
        assertThat(StatusLine.of(Duration.ofSeconds(65), Duration.ofMinutes(3), now, NOTHING, Duration.ofSeconds(5),
                12_300, arms.totals())).isEqualTo("1:05 (1:55 left)  300 req/s  900 bids  120 wins  2.50 USD  3 clicks"
                        + "  p99 12.3 ms  |  control model 2 snapshot 7 modifier 1.100");
    }

    @Test
    void shouldNameOnlyWhatWentWrong() {
        assertThat(StatusLine.trouble(NOTHING)).isEmpty();
        assertThat(StatusLine.trouble(new ExchangeStatistics(
                Map.of(ExchangeCounter.TIMEOUTS, 2L, ExchangeCounter.INVALID_IMP, 1L), 0, 0, 0)))
                .isEqualTo("  2 late  1 invalid");
    }
}
