package io.sextant.bidder.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopClockTest {
    private static final long QUICK_NS = LoopClock.WAITED_NS / 2;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private long nowNs = 1_000 * MS;
    private final LoopClock clock = new LoopClock(() -> nowNs);

    @Test
    void shouldTakeRequestsThatTheLoopHadToWaitForAsJustCome() {
        cycle(30 * MS, 0);

        assertThat(clock.arrivalNs()).isEqualTo(1_030 * MS);
    }

    @Test
    void shouldCountFromTheLastTimeThatTheLoopAskedWhenItWasBusySince() {
        cycle(30 * MS, 12 * MS);
        long readNs = clock.arrivalNs();

        cycle(QUICK_NS, 0);

        // The loop read at 1,030 ms and worked until 1,042 ms; what it finds at once may have come since the former.
        assertThat(readNs).isEqualTo(1_030 * MS);
        assertThat(clock.arrivalNs()).isEqualTo(1_030 * MS);
        assertThat(clock.nowNs() - clock.arrivalNs()).isEqualTo(12 * MS + QUICK_NS);
    }

    @Test
    void shouldCountNoFurtherBackThanTheLastCycle() {
        cycle(30 * MS, 12 * MS);
        cycle(QUICK_NS, 7 * MS);
        cycle(QUICK_NS, 0);

        // Not from 1,030 ms: the second cycle would have read what was there at 1,042 ms.
        assertThat(clock.arrivalNs()).isEqualTo(1_042 * MS + QUICK_NS);
    }

    @Test
    void shouldForgetTheLagOnceTheLoopHasBeenIdle() {
        cycle(QUICK_NS, 300 * MS);
        cycle(QUICK_NS, 0);
        cycle(5 * MS, 0);

        assertThat(clock.nowNs() - clock.arrivalNs()).isZero();
    }

    @Test
    void shouldGiveAllRequestsOfACycleTheSameArrival() {
        cycle(QUICK_NS, 0);
        long first = clock.arrivalNs();

        nowNs += 3 * MS;

        assertThat(clock.arrivalNs()).isEqualTo(first);
    }

    /** Asks, gets an answer after so long, works so long. */
    private void cycle(long waitNs, long workNs) {
        clock.asks();
        nowNs += waitNs;
        clock.reads();
        nowNs += workNs;
    }
}
