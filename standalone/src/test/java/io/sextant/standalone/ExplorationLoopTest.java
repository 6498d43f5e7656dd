package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.standalone.ExplorationLoop.Decision;
import io.sextant.standalone.ExplorationLoop.Supply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What exploration does in the circle of bidder and controller. */
class ExplorationLoopTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int MINUTE = 60;
    private static final int WINDOW = 5 * MINUTE;
    private static final Supply[] OLD = {new Supply("adx/banner", 0.5, 0.010), new Supply("adx/video", 0.2, 0.014),
        new Supply("bidco/banner", 0.3, 0.008)};

    @TempDir
    Path directory;

    @Test
    void shouldGiveAllExploringArmsTheSameModifiers() {
        double share = 0.6;
        try (var loop = loop(1, 1500, 0,
                Map.of("exploration.explore-share", "" + share, "exploration.modifier-min", "0.8",
                        "exploration.window", "2m",
                        "exploration.premium-target", "1", "exploration.premium-cap", "1"))) {
            loop.supply(OLD);
            loop.run(3 * MINUTE);
            loop.recording = true;

            loop.run(2 * MINUTE);

            double[] found = applied(loop, decision -> decision.arm().equals("uncertainty") && decision.inShare());
            double[] drawn = applied(loop, decision -> decision.arm().equals("random") && decision.inShare());
            double[] ranked = applied(loop, decision -> decision.arm().equals("placebo") && decision.inShare());
            double[] same = applied(loop, decision -> decision.arm().equals("uniform") && decision.inShare());
            assertThat(found).hasSizeGreaterThan(100_000);
            assertThat(mean(drawn)).isCloseTo(mean(found), within(0.01 * mean(found)));
            assertThat(mean(ranked)).isCloseTo(mean(found), within(0.01 * mean(found)));
            assertThat(mean(same)).isCloseTo(mean(found), within(0.01 * mean(found)));
            // Only as much as the window moves.
            assertThat(same[same.length - 1] - same[0]).isLessThan(0.02);
            assertThat(mean(found)).as("worth the comparison").isGreaterThan(1.03);
            for (int decile = 1; decile <= 9; decile++) {
                double expected = found[decile * found.length / 10];
                assertThat(drawn[decile * drawn.length / 10]).as("decile %d", decile)
                        .isCloseTo(expected, within(0.01 * expected));
                assertThat(ranked[decile * ranked.length / 10]).as("decile %d", decile)
                        .isCloseTo(expected, within(0.01 * expected));
            }
            assertThat(loop.decisions).allMatch(decision -> decision.applied() >= 0.8 && decision.applied() <= 2);
            assertThat(loop.decisions).filteredOn(decision -> !decision.inShare()).isNotEmpty()
                    .allMatch(decision -> decision.applied() == 1);
            assertThat(loop.decisions).filteredOn(
                    decision -> decision.arm().equals("uncertainty") && !decision.inBand()).isNotEmpty()
                    .allMatch(decision -> decision.applied() == 1);
            assertThat(loop.decisions).filteredOn(decision -> decision.arm().equals("control"))
                    .allMatch(decision -> decision.applied() == 1);
            for (String arm : ExplorationLoop.ARMS.keySet()) {
                List<Decision> bids = loop.decisions.stream().filter(decision -> decision.arm().equals(arm)).toList();
                double explored = (double) bids.stream().filter(Decision::inShare).count() / bids.size();
                // Five standard deviations of a binomial share.
                assertThat(explored).isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / bids.size())));
            }
        }
    }

    /**
     * After six minutes a new exchange brings a third of the requests, twice as uncertain as the old ones.
     */
    @Test
    void shouldFollowNewSupplyAndKeepToItsBudget() {
        double cap = 0.06;
        try (var loop = loop(2, 150, 15, Map.of("exploration.premium-cap", "" + cap))) {
            loop.supply(OLD);
            loop.run(6 * MINUTE);
            double meanBefore = loop.snapshot("uncertainty").getCell(0).getMean();
            assertThat(meanBefore).isCloseTo(loop.meanUncertainty(), within(0.01 * meanBefore));

            Supply fresh = new Supply("newx/banner", 0.5, 2 * loop.meanUncertainty());
            loop.supply(OLD[0], OLD[1], OLD[2], fresh);
            loop.recording = true;
            double excessMax = excess(loop, cap, WINDOW);
            // The divisor follows within the window, and what a snapshot takes: pane, grace, publication, travel.
            loop.run(20);
            excessMax = Math.max(excessMax, excess(loop, cap, WINDOW));
            assertThat(loop.snapshot("uncertainty").getCell(0).getMean())
                    .isCloseTo(loop.meanUncertainty(), within(0.015 * loop.meanUncertainty()));
            excessMax = Math.max(excessMax, excess(loop, cap, 8 * MINUTE - 20));
            for (int minute = 6; minute < 19; minute++) {
                int from = minute * MINUTE;
                Predicate<Decision> bids = decision -> decision.arm().equals("uncertainty")
                        && decision.second() >= from && decision.second() < from + MINUTE;
                assertThat(mean(natural(loop, bids.and(decision -> decision.supply().equals(fresh)))))
                        .as("minute %d", minute)
                        .isGreaterThan(
                                mean(natural(loop, bids.and(decision -> !decision.supply().equals(fresh)))) + 0.1);
            }

            double secondNanos = loop.spendNanos("uncertainty", 0, loop.second) / loop.second;
            // One pane, and the bids whose notices had not come, for half a minute at most.
            assertThat(excessMax).isLessThan((10 + 30) * secondNanos);
            int settled = 6 * MINUTE + 5 * MINUTE;
            loop.run(2 * MINUTE);
            for (int from = settled; from + 10 * MINUTE <= loop.second; from += 10) {
                assertThat(loop.premiumNanos("uncertainty", from, from + 10 * MINUTE)
                        / loop.spendNanos("uncertainty", from, from + 10 * MINUTE)).as("from second %d", from)
                        .isBetween(0.025, 0.035);
            }
            assertThat(loop.snapshots).allMatch(snapshot -> snapshot.getGain() >= 0 && snapshot.getGain() <= 1);
            assertThat(loop.metrics.value(ControllerCounter.FAILED)).isZero();
            assertThat(loop.snapshots).map(UncertaintySnapshot::getPremium).filteredOn(premium -> premium > 0)
                    .isNotEmpty();
        }
    }

    /** Runs, and returns the most that the premium of five minutes was above the cap, in nanos. */
    private static double excess(ExplorationLoop loop, double cap, int seconds) {
        double most = Double.NEGATIVE_INFINITY;
        for (int end = loop.second + seconds; loop.second < end;) {
            loop.run(1);
            int from = loop.second - WINDOW;
            most = Math.max(most, loop.premiumNanos("uncertainty", from, loop.second)
                    - cap * loop.spendNanos("uncertainty", from, loop.second));
        }
        return most;
    }

    private ExplorationLoop loop(long seed, int bidsASecond, int auctionsASecond, Map<String, String> overrides) {
        return new ExplorationLoop(directory, overrides, bidsASecond, auctionsASecond, seed, START);
    }

    private static double[] applied(ExplorationLoop loop, Predicate<Decision> bids) {
        return loop.decisions.stream().filter(bids).mapToDouble(Decision::applied).sorted().toArray();
    }

    private static double[] natural(ExplorationLoop loop, Predicate<Decision> bids) {
        return loop.decisions.stream().filter(bids).mapToDouble(Decision::natural).toArray();
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }
}
