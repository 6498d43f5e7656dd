package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class KneeSearchTest {
    @Test
    void shouldFindTheRateWhenLatencyHasAKnee() throws Exception {
        // given: saturated at 12,000, the limit holds up to 10,000; the first step is 7,200, the gap up to 12,600 is 5,400
        List<Double> tried = new ArrayList<>();

        // when
        double knee = KneeSearch.find(12_000, 6, rate -> tried.add(rate) && rate <= 10_000);

        // then: 5,400 / 2^6 = 84.4
        assertThat(knee).isLessThanOrEqualTo(10_000).isGreaterThan(10_000 - 84.5);
        assertThat(tried).hasSize(7).startsWith(7_200.0, 9_900.0, 11_250.0);
    }

    @Test
    void shouldGoBelowItsStartWhenThatDoesNotHold() throws Exception {
        // 7,200 and 3,600 and 1,800 fail, 900 holds, the gap of 900 is halved five times
        assertThat(KneeSearch.find(12_000, 5, rate -> rate <= 1_000)).isLessThanOrEqualTo(1_000)
                .isGreaterThan(1_000 - 900 / 32.0);
    }

    @Test
    void shouldSayNoneWhenNoRateHolds() throws Exception {
        List<Double> tried = new ArrayList<>();

        assertThat(KneeSearch.find(12_000, 5, rate -> !tried.add(rate))).isZero();

        assertThat(tried).hasSize(7).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Property(seed = "1")
    void shouldNeverClaimARateThatDidNotHold(@ForAll @DoubleRange(min = 0.001, max = 2) @Scale(6) double knee)
            throws Exception {
        double found = KneeSearch.find(1, 8, rate -> rate <= knee);

        assertThat(found).isLessThanOrEqualTo(knee);
        if (knee >= 0.6 / 64) {
            assertThat(found).isGreaterThan(Math.min(knee, 1.05) - 0.6 / 256);
        }
    }
}
