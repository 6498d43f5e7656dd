package io.sextant.uncertainty.quantile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.event.SparseHistogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class RollingQuantilesTest {
    private static final Duration PANE = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(3);

    record Event(long timeMs, double u) {}

    @Test
    void shouldCountAPaneOnceItsGraceHasPassed() {
        RollingQuantiles rolling = fiveMinutes();

        rolling.add(1_000, one(0.1));
        rolling.add(12_999, one(0.3));
        assertThat(rolling.count()).isZero();

        rolling.add(13_000, one(0.3));
        assertThat(window(rolling).count()).isEqualTo(1);
        assertThat(window(rolling).mean()).isEqualTo(0.1);
        assertThat(rolling.windowEndMs()).isEqualTo(10_000);
        assertThat(rolling.windowStartMs()).isEqualTo(-290_000);
    }

    @Test
    void shouldDropAndCountWhatComesAfterItsPaneWasClosed() {
        RollingQuantiles rolling = fiveMinutes();

        assertThat(rolling.add(12_999, one(0.3))).isTrue();
        assertThat(rolling.add(9_999, one(0.1))).isTrue();
        assertThat(rolling.add(13_000, one(0.3))).isTrue();
        assertThat(rolling.add(9_999, one(0.1))).isFalse();

        assertThat(rolling.late()).isEqualTo(1);
        assertThat(rolling.count()).isEqualTo(1);
    }

    @Test
    void shouldForgetPanesThatLeaveTheWindowAlsoWhenTheStreamIsQuiet() {
        RollingQuantiles rolling = fiveMinutes();
        rolling.add(5_000, one(0.1));

        rolling.advance(303_000 + 9_999);
        assertThat(rolling.count()).isEqualTo(1);
        rolling.advance(1);
        assertThat(rolling.count()).isEqualTo(1);
        rolling.advance(313_000);
        assertThat(rolling.count()).isZero();
        assertThat(rolling.isEmpty()).isTrue();
    }

    @Property(tries = 200, seed = "1")
    void shouldEqualABruteForceComputationFromTheRawEvents(@ForAll("events") List<Event> events) {
        RollingQuantiles rolling = fiveMinutes();
        long time = Long.MIN_VALUE;
        List<Event> accepted = new ArrayList<>();
        for (Event event : events) {
            time = Math.max(time, event.timeMs());
            // A pane is closed when the time has reached its end plus the grace.
            boolean onTime = time < (event.timeMs() / 10_000 + 1) * 10_000 + 3_000;
            if (onTime) {
                accepted.add(event);
            }
            assertThat(rolling.add(event.timeMs(), one(event.u()))).isEqualTo(onTime);
        }
        assertThat(rolling.late()).isEqualTo(events.size() - accepted.size());

        long end = Math.floorDiv(time - 3_000, 10_000) * 10_000;
        List<Double> expected = accepted.stream().filter(e -> e.timeMs() < end && e.timeMs() >= end - 300_000)
                .map(Event::u).sorted().toList();
        QuantileSketch window = window(rolling);
        assertThat(window.count()).isEqualTo(expected.size());
        if (!expected.isEmpty()) {
            long units = expected.stream().mapToLong(u -> Math.round(u * 1e9)).sum();
            assertThat(window.mean()).isEqualTo(units / 1e9 / expected.size());
            double median = expected.get((expected.size() + 1) / 2 - 1);
            assertThat(window.quantile(0.5)).isCloseTo(median, within(1e-3 * median + 2e-9));
        }
    }

    @Property(tries = 50, seed = "1")
    void shouldGiveTheSameBitsAfterARestart(@ForAll("events") List<Event> events) {
        RollingQuantiles before = fiveMinutes();
        events.forEach(event -> before.add(event.timeMs(), one(event.u())));

        RollingQuantiles after = fiveMinutes();
        before.forEachPane(after::restore);
        after.advance(events.stream().mapToLong(Event::timeMs).max().orElseThrow());

        assertThat(window(after).toSparse()).isEqualTo(window(before).toSparse());
        assertThat(after.add(0, one(1))).isEqualTo(before.add(0, one(1)));
    }

    @Test
    void shouldRefuseAWindowThatPanesDoNotFill() {
        assertThatThrownBy(() -> new RollingQuantiles(PANE, Duration.ofSeconds(25), GRACE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must be a multiple of the pane");
        assertThatThrownBy(() -> fiveMinutes().restore(5, one(1))).hasMessage("no pane of 10000 ms starts at 5 ms");
    }

    /** Fifteen minutes, mostly in order, some events up to half a minute out of it. */
    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Long> times = Arbitraries.longs().between(0, 900_000);
        Arbitrary<Long> delays = Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.just(0L)),
                Tuple.of(2, Arbitraries.longs().between(1, 30_000)));
        Arbitrary<Double> values = Arbitraries.doubles().between(0, 1);
        record Arrival(long atMs, Event event) {}
        return Combinators.combine(times, delays, values)
                .as((time, delay, u) -> new Arrival(time + delay, new Event(time, u))).list().ofMinSize(1)
                .ofMaxSize(120)
                .map(arrivals -> arrivals.stream().sorted(Comparator.comparingLong(Arrival::atMs))
                        .map(Arrival::event).toList());
    }

    private static RollingQuantiles fiveMinutes() {
        return new RollingQuantiles(PANE, WINDOW, GRACE);
    }

    private static SparseHistogram one(double u) {
        var sketch = new QuantileSketch();
        sketch.record(u);
        return sketch.toSparse();
    }

    private static QuantileSketch window(RollingQuantiles rolling) {
        var window = new QuantileSketch();
        rolling.sumInto(window);
        return window;
    }
}
