package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    @Test
    void shouldCountAClickThatNoModelLearnedFromAsEndless() {
        Freshness freshness = Freshness.of(List.of(12.0, Double.POSITIVE_INFINITY, 8.0, 10.0), 7,
                List.of(900L, 1_100L, 1_000L), 10_000);

        assertThat(freshness.clicks()).isEqualTo(4);
        assertThat(freshness.unserved()).isEqualTo(1);
        assertThat(freshness.p50Seconds()).isEqualTo(10);
        assertThat(freshness.p90Seconds()).isInfinite();
        assertThat(freshness.deltas()).isEqualTo(3);
        assertThat(freshness.deltaBytesShare()).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void shouldSayThatNothingIsKnownWhenThereWereNoClicks() {
        Freshness freshness = Freshness.of(List.of(), 0, List.of(), 10_000);

        assertThat(freshness.p50Seconds()).isNaN();
        assertThat(freshness.deltaBytesShare()).isNaN();
    }
}
