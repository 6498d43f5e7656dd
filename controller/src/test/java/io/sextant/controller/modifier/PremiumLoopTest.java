package io.sextant.controller.modifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guard in a market: publisher, modifier tables, auctions and late charges, on a clock of its own. */
class PremiumLoopTest {
    private static final int MINUTE = 60;
    private static final int TEN_MINUTES = 600;
    private static final int SETTLED = 8 * MINUTE;
    private static final double TARGET = 0.03;
    private static final double CAP = 0.06;

    @TempDir
    Path directory;

    private PublisherDriver publisher() {
        return new PublisherDriver(directory, Map.of("exploration.modifier-max", "10", "exploration.premium-target",
                "" + TARGET, "exploration.premium-cap", "" + CAP));
    }

    /** Seed, natural premium at gain 1, shortest and longest delay of a notice in seconds. */
    @ParameterizedTest
    @CsvSource({"1, 0.04, 0, 0", "2, 0.04, 60, 60", "3, 0.06, 0, 60", "4, 0.06, 60, 60", "5, 0.15, 0, 0",
        "6, 0.15, 30, 60", "7, 0.4, 0, 10", "8, 0.4, 60, 60"})
    void shouldKeepThePremiumAtItsTargetWhateverExplorationWouldCost(long seed, double natural, double delayMin,
            double delayMax) {
        try (PublisherDriver publisher = publisher()) {
            var market = new GuardedMarket(publisher, seed, delayMin, delayMax);
            market.naturalPremium(natural);

            market.run(32 * MINUTE);

            for (int from = SETTLED; from + TEN_MINUTES <= market.second; from += 10) {
                assertThat(market.premium("uncertainty", from, from + TEN_MINUTES)).as("from second %d", from)
                        .isBetween(0.025, 0.035);
                assertThat(market.premium("random", from, from + TEN_MINUTES)).as("the arm that explores blindly")
                        .isBetween(0.025, 0.035);
            }
            assertThat(market.premiumNanos("control", 0, market.second)).isZero();
            assertThat(publisher.metrics.value(ControllerCounter.PREMIUM_CAP_REACHED)).isZero();
            assertThat(publisher.state().getGain()).isGreaterThan(0).isLessThan(1);
        }
    }

    @Test
    void shouldExploreFullyWhereThatCostsLessThanTheTarget() {
        try (PublisherDriver publisher = publisher()) {
            var market = new GuardedMarket(publisher, 1, 0, 30);
            market.naturalPremium(0.02);

            market.run(20 * MINUTE);

            assertThat(publisher.state().getGain()).isEqualTo(1);
            assertThat(market.premium("uncertainty", TEN_MINUTES, market.second)).isCloseTo(0.02, within(0.003));
        }
    }

    /** At minute 15 exploration becomes ten times as expensive, from 4 % to 40 %; notices take up to a minute. */
    @Test
    void shouldTurnExplorationOffAtTheCapAndComeBackWithoutPassingItAgain() {
        try (PublisherDriver publisher = publisher()) {
            var market = new GuardedMarket(publisher, 5, 0, 60);
            market.naturalPremium(0.04);
            market.run(15 * MINUTE);
            market.naturalPremium(0.4);

            double excessMax = 0;
            int cappedSeconds = 0;
            for (int end = market.second + 30 * MINUTE; market.second < end;) {
                market.run(1);
                cappedSeconds += publisher.state().getCapped() ? 1 : 0;
                // The guard's window, by what has happened, not by what it has heard.
                int from = market.second - 5 * MINUTE;
                excessMax = Math.max(excessMax, market.premiumNanos("uncertainty", from, market.second)
                        - CAP * market.spendNanos("uncertainty", from, market.second));
            }

            double secondNanos = market.spendNanos("uncertainty", 0, market.second) / market.second;
            // One pane, and the bids that were in flight when the cap was reached, for a minute at most.
            assertThat(excessMax).isLessThan((10 + 60) * secondNanos);
            assertThat(publisher.metrics.value(ControllerCounter.PREMIUM_CAP_REACHED)).isEqualTo(1);
            assertThat(cappedSeconds).isBetween(30, 6 * MINUTE);
            int again = 15 * MINUTE + cappedSeconds + 2 * MINUTE + SETTLED;
            for (int from = again; from + TEN_MINUTES <= market.second; from += 10) {
                assertThat(market.premium("uncertainty", from, from + TEN_MINUTES)).as("from second %d", from)
                        .isBetween(0.025, 0.035);
            }
        }
    }

    /** Nothing explores while snapshots are too old; what is not spent then must not be made up for. */
    @Test
    void shouldNotMakeUpForAnOutage() {
        try (PublisherDriver publisher = publisher()) {
            var market = new GuardedMarket(publisher, 6, 0, 20);
            market.naturalPremium(0.15);
            market.run(15 * MINUTE);
            double before = publisher.state().getGain();

            market.controllerUp(false);
            market.run(10 * MINUTE);
            market.controllerUp(true);
            market.run(30);

            assertThat(market.premium("uncertainty", 17 * MINUTE, 25 * MINUTE)).isLessThan(0.001);
            assertThat(publisher.state().getGain()).isCloseTo(before, within(0.3 * before));
            market.run(15 * MINUTE);
            assertThat(market.premium("uncertainty", 27 * MINUTE, 37 * MINUTE)).isBetween(0.025, 0.035);
            assertThat(publisher.metrics.value(ControllerCounter.PREMIUM_CAP_REACHED)).isZero();
        }
    }

    /** Ten times as many requests are explored from one minute to the next. */
    @Test
    void shouldMakeRoomForSettingsThatLetMoreBeExplored() {
        try (PublisherDriver publisher = publisher()) {
            var market = new GuardedMarket(publisher, 7, 0, 60);
            market.exploreShare(0.1);
            market.naturalPremium(0.04);
            market.run(15 * MINUTE);
            assertThat(market.premium("uncertainty", 5 * MINUTE, 15 * MINUTE)).isBetween(0.025, 0.035);

            market.exploreShare(1);
            market.run(20 * MINUTE);

            for (int from = 15 * MINUTE; from + 5 * MINUTE <= market.second; from += 10) {
                assertThat(market.premium("uncertainty", from, from + 5 * MINUTE)).as("from second %d", from)
                        .isBetween(0.015, 0.045);
            }
            assertThat(market.premium("uncertainty", 23 * MINUTE, 33 * MINUTE)).isBetween(0.025, 0.035);
            assertThat(publisher.metrics.value(ControllerCounter.PREMIUM_CAP_REACHED)).isZero();
        }
    }
}
