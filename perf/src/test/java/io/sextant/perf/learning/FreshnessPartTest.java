package io.sextant.perf.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.standalone.Freshness;
import org.junit.jupiter.api.Test;

class FreshnessPartTest {
    @Test
    void shouldMeetItsTargetOnlyWhenTheMedianClickIsServedInTime() {
        assertThat(FreshnessPart.figures(seen(29.9))).allMatch(LearningFigure::met);
        assertThat(FreshnessPart.figures(seen(30))).filteredOn(figure -> !figure.met())
                .extracting(LearningFigure::key).containsExactly("click_to_served_seconds_p50");
        assertThat(FreshnessPart.figures(seen(Double.POSITIVE_INFINITY))).anyMatch(figure -> !figure.met());
        assertThat(FreshnessPart.figures(seen(Double.NaN))).anyMatch(figure -> !figure.met());
    }

    @Test
    void shouldShowEveryFigureWithItsTarget() {
        String table = LearningCommand.table(FreshnessPart.figures(seen(12.5)));

        assertThat(table).contains("click_to_served_seconds_p50", "12.50", "below 30", "delta_bytes_share", "0.1250",
                "6,000,000");
    }

    private static Freshness seen(double p50Seconds) {
        return new Freshness(40, 1, p50Seconds, 20, 25, 30, 25, 750_000, 6_000_000);
    }
}
