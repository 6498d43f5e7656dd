package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.AttributionConfig.WaitingConfig;
import io.sextant.controller.state.FeedbackHistory;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeedbackVarianceTest {
    private static final long PANE_MS = 60_000;
    private static final long START_MS = 1_000_000 * PANE_MS;

    private final FeedbackVariance variance = new FeedbackVariance(new WaitingConfig(Duration.ZERO, 2, 20,
            Duration.ofMillis(PANE_MS), Duration.ofMinutes(30)));
    private final FeedbackHistory.Builder history = FeedbackHistory.newBuilder();

    @Test
    void shouldComputeWhatIsComputedByHandWhenPanesClose() {
        // given 2,000 impressions and 40 clicks in the past, which is a rate of 0.02
        pane(0, 2000, 40);
        // when the next pane has 100 and 6, where 2 are expected and 1.96 is what chance makes of their square
        pane(1, 100, 6);
        variance.impression(history, START_MS + 2 * PANE_MS);

        // then both panes have faded by what a minute of thirty makes, the first one twice
        double kept = Math.pow(0.5, 1.0 / 30);
        double rate = 40 * kept / (2000 * kept);
        assertThat(history.getDeviation()).isCloseTo((6 - 100 * rate) * (6 - 100 * rate) * kept, within(1e-9));
        assertThat(history.getChance()).isCloseTo(100 * rate * (1 - rate) * kept, within(1e-9));
        assertThat(history.getPastImpressions()).isCloseTo(2000 * kept * kept + 100 * kept, within(1e-9));
        assertThat(history.getPastClicks()).isCloseTo(40 * kept * kept + 6 * kept, within(1e-9));
        assertThat(history.getImpressions()).isEqualTo(1);
    }

    @Test
    void shouldFadeByTheTimeThatPassedWhenPanesAreEmpty() {
        pane(0, 1000, 20);
        variance.impression(history, START_MS + 30 * PANE_MS);

        assertThat(history.getPastClicks()).isCloseTo(10, within(1e-9));
        assertThat(variance.faded(history.build(), START_MS + 30 * PANE_MS)).isFalse();
        assertThat(variance.faded(history.build(), START_MS + (30 + 601) * PANE_MS)).isTrue();
    }

    @Test
    void shouldCallFeedbackSteadyWhenClicksComeOneByOne() {
        var random = new SplittableRandom(5);
        int steadyFrom = -1;
        for (int minute = 0; minute < 240; minute++) {
            pane(minute, 200, binomial(random, 200, 0.03));
            if (steadyFrom < 0 && variance.steady(history)) {
                steadyFrom = minute;
            }
            // once there is enough to tell, it stays told: 2 lies five deviations above 1 here
            assertThat(variance.steady(history)).isEqualTo(steadyFrom >= 0);
        }
        // 20 clicks of the past and then as many to judge by, at 6 a minute
        assertThat(steadyFrom).isBetween(6, 12);
        // 43 panes' worth of weight: the mean of as many squared deviations lies within 3 sqrt(2 / 43) of 1
        assertThat(FeedbackVariance.dispersion(history)).isBetween(0.35, 1.65);
    }

    @Test
    void shouldCallFeedbackUnsteadyWhenTheSameClicksAreReportedTogether() {
        for (int minute = 0; minute < 240; minute++) {
            pane(minute, 200, minute % 20 == 19 ? 20 * 6 : 0);
            assertThat(variance.steady(history)).isFalse();
        }
        assertThat(FeedbackVariance.dispersion(history)).isGreaterThan(20);
    }

    @Test
    void shouldWaitAgainWhenSteadyFeedbackBursts() {
        var random = new SplittableRandom(6);
        for (int minute = 0; minute < 120; minute++) {
            pane(minute, 200, binomial(random, 200, 0.03));
        }
        variance.impression(history, START_MS + 120 * PANE_MS);
        assertThat(variance.steady(history)).isTrue();

        pane(120, 200, 60);
        variance.impression(history, START_MS + 121 * PANE_MS);

        assertThat(variance.steady(history)).isFalse();
    }

    private void pane(int minute, int impressions, int clicks) {
        long timeMs = START_MS + minute * PANE_MS;
        for (int i = 0; i < impressions; i++) {
            variance.impression(history, timeMs);
        }
        for (int i = 0; i < clicks; i++) {
            variance.click(history, timeMs + 30_000);
        }
    }

    private static int binomial(SplittableRandom random, int n, double p) {
        int hits = 0;
        for (int i = 0; i < n; i++) {
            hits += random.nextDouble() < p ? 1 : 0;
        }
        return hits;
    }
}
