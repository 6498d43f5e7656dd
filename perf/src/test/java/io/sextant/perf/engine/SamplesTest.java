package io.sextant.perf.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void shouldInterpolateQuantilesWhenTheyFallBetweenIterations() {
        Samples samples = new Samples();
        for (double ns : new double[]{4_000, 1_000, 2_000, 3_000}) {
            samples.add(ns, Map.of());
        }

        assertThat(samples.medianNs()).isCloseTo(2_500, within(1e-9));
        assertThat(samples.medianMicros()).isCloseTo(2.5, within(1e-9));
        assertThat(samples.quantileMicros(0)).isCloseTo(1, within(1e-9));
        assertThat(samples.quantileMicros(0.9)).isCloseTo(3.7, within(1e-9));
        assertThat(samples.iterations()).isEqualTo(4);
        assertThat(samples.callNs()).containsExactly(4_000.0, 1_000.0, 2_000.0, 3_000.0);
    }

    @Test
    void shouldSumEventsWhenIterationsCountThem() {
        Samples samples = new Samples();
        samples.add(1, Map.of("bytes", 16.0));
        samples.add(1, Map.of("bytes", 24.0, "requests", 2.0));

        assertThat(samples.count("bytes")).isEqualTo(40);
        assertThat(samples.count("requests")).isEqualTo(2);
        assertThat(samples.count("misses")).isZero();
    }

    @Test
    void shouldRefuseWhenNothingWasMeasured() {
        assertThatThrownBy(() -> new Samples().medianNs()).isInstanceOf(IllegalStateException.class);
    }
}
