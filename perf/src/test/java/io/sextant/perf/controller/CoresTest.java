package io.sextant.perf.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoresTest {
    @Test
    void shouldReadEveryCoreWhenTheSystemListsRanges() {
        assertThat(Cores.parse("0-3,6,8-9")).containsExactly(0, 1, 2, 3, 6, 8, 9);
        assertThat(Cores.parse("5")).containsExactly(5);
    }

    @Test
    void shouldNameTheControllersCoreWhenItsCommandIsMade() {
        assertThat(new Cores(3, List.of(0, 1, 2)).prefix()).containsExactly("taskset", "-c", "3");
    }
}
