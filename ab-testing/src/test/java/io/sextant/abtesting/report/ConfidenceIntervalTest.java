package io.sextant.abtesting.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfidenceIntervalTest {
    /** Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, score method. */
    @ParameterizedTest
    @CsvSource({"81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0.0000, 0.1611",
        "1, 29, 0.0061, 0.1718"})
    void shouldGiveThePublishedIntervals(long successes, long trials, double low, double high) {
        ConfidenceInterval interval = ConfidenceInterval.wilson(successes, trials, 0.95);

        assertThat(interval.low()).isCloseTo(low, within(5e-5));
        assertThat(interval.high()).isCloseTo(high, within(5e-5));
    }

    @Property(seed = "1")
    void shouldHoldTheObservedShare(@ForAll @LongRange(min = 1, max = 1L << 40) long trials,
            @ForAll @LongRange(min = 0, max = 1L << 40) long successes) {
        long hits = Math.min(successes, trials);

        ConfidenceInterval interval = ConfidenceInterval.wilson(hits, trials, 0.95);

        double share = (double) hits / trials;
        assertThat(interval.low()).isBetween(0.0, share + 1e-9);
        assertThat(interval.high()).isBetween(share - 1e-9, 1.0);
    }

    @Test
    void shouldRefuseWhatIsNoShare() {
        assertThatThrownBy(() -> ConfidenceInterval.wilson(2, 1, 0.95))
                .hasMessage("no interval for 2 successes in 1 trials at confidence 0.95");
        assertThatThrownBy(() -> ConfidenceInterval.wilson(0, 0, 0.95)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConfidenceInterval.wilson(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
