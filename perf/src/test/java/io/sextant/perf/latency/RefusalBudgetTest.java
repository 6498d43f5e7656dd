package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RefusalBudgetTest {
    @Test
    void shouldLeaveWhatRefusalsAndTheSenderDoNotTakeWhenMoreIsAskedFor() {
        // At its peak 1,000 × (1.0 + 0.1) ms = 1.1 cores. Asked for 2,000: sending takes 0.2; of the 0.9 left, x bids and
        // 2,000 - x refusals of 0.05 ms: x × 0.95 = 900 - 100.
        var budget = new RefusalBudget(0.001, 0.00005, 0.0001);

        assertThat(budget.left(1_000, 2_000)).isCloseTo(800 / 0.95, within(1e-6));
    }

    @Test
    void shouldLeaveThePeakWhenNoMoreIsAskedFor() {
        var budget = new RefusalBudget(0.001, 0.00005, 0.0001);

        assertThat(budget.left(1_000, 1_000)).isCloseTo(1_000, within(1e-6));
    }

    @Test
    void shouldLeaveNothingWhenRefusingAloneTakesAllCores() {
        var budget = new RefusalBudget(0.001, 0.0005, 0.0001);

        assertThat(budget.left(1_000, 5_000)).isZero();
    }
}
