package io.sextant.perf.pacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.sextant.bidder.campaign.Budget;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.fixtures.pricelog.PriceLog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacingRunTest {
    private static final int BID = 60;

    /* Ten whole hours, quiet then busy, and one that was cut off; prices 40 and 80 in turns. */
    private static HourlyTraffic traffic() {
        var log = new PriceLog.Builder();
        for (int hour = 0; hour <= 10; hour++) {
            for (int auction = 0; auction < (hour == 10 ? 5 : hour < 5 ? 2_000 : 6_000); auction++) {
                log.add(false, auction % 2 == 0 ? 40 : 80, 0.001, hour);
            }
        }
        return HourlyTraffic.of(List.of(log.build()));
    }

    private static List<PacedDay> run(PacingCase wanted, int days) {
        return new PacingRun(wanted, traffic(),
                new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, Map.of()).ledger(),
                PacingCommand.budget(), 5)
                .run(days);
    }

    @Test
    void shouldFillTheDayFromTheHoursThatWereRecorded() {
        HourlyTraffic traffic = traffic();

        assertThat(traffic.auctions(3)).isEqualTo(2_000);
        assertThat(traffic.auctions(9)).isEqualTo(6_000);
        // a straight line from hour 9 to hour 0 of the next day, fifteen hours on
        assertThat(traffic.auctions(10)).isEqualTo(6_000 - 4_000 / 15.0);
        assertThat(traffic.auctions(23)).isEqualTo(2_000 + 4_000 / 15.0);
        assertThat(traffic.wins(BID)).isCloseTo(traffic.auctions() / 2, withinPercentage(0.1));
        assertThat(traffic.cost(BID)).isCloseTo(40 * traffic.wins(BID), withinPercentage(0.001));
        assertThat(traffic.quantile(0.5)).isIn(40, 80);
    }

    @Test
    void shouldSpendAlongThePlanAndNeverMoreThanTheBudget() {
        double demand = traffic().cost(BID) * PacingCase.NANOS;
        for (Budget.Pacing pacing : new Budget.Pacing[]{Budget.Pacing.EVEN, Budget.Pacing.TRAFFIC}) {
            List<PacedDay> days = run(
                    new PacingCase("test", pacing, Math.round(0.4 * demand / 1_000) * 1_000, BID, 60, 1), 3);

            assertThat(days).allSatisfy(day -> {
                assertThat(day.spentShare()).isBetween(0.98, 1.0);
                assertThat(day.mostNanos()).isLessThanOrEqualTo(day.budgetNanos());
                assertThat(day.lateNanos()).isZero();
            });
            assertThat(days.getLast().worstOff()).isLessThan(0.02);
        }
    }
}
