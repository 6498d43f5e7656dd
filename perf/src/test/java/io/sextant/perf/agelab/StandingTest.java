package io.sextant.perf.agelab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.perf.agelab.PolicyRun.FreshItems;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static PolicyRun run(LabPolicy policy, long seed, long clicks) {
        return new PolicyRun("tuned", policy.word(), 1, seed, 1000, clicks, clicks, 100, 0, 0, 0, 0, 0, 1, 0, false, 1,
                new FreshItems(0, 0, 0, 0, 0), List.of());
    }

    @Test
    void shouldCompareSeedBySeedWithTheTablesReference() {
        List<PolicyRun> runs = List.of(run(LabPolicy.DNN_GREEDY, 1, 100), run(LabPolicy.AGE_TS, 1, 110),
                run(LabPolicy.AGE_TS, 2, 242), run(LabPolicy.DNN_GREEDY, 2, 200), run(LabPolicy.AGE_TS_FGM, 1, 99),
                run(LabPolicy.AGE_TS_FGM, 2, 121));

        List<Standing> standings = Standing.of(runs, "tuned", 1);

        assertThat(standings).extracting(Standing::policy).containsExactly(LabPolicy.DNN_GREEDY, LabPolicy.AGE_TS,
                LabPolicy.AGE_TS_FGM);
        assertThat(standings.get(0).difference()).isNaN();
        assertThat(standings.get(0).clicks()).isEqualTo(150);
        assertThat(standings.get(0).sd()).isEqualTo(Math.sqrt(5000));
        assertThat(standings.get(1).difference()).isCloseTo((Math.log(1.1) + Math.log(1.21)) / 2, within(1e-12));
        assertThat(standings.get(1).low()).isLessThan(standings.get(1).difference());
        assertThat(standings.get(2).difference()).isCloseTo((Math.log(0.9) + Math.log(0.5)) / 2, within(1e-12));
    }

    @Test
    void shouldPrintThePapersImprovementsMisprintCorrected() {
        assertThat(published(LabPolicy.AGE_TS, false)).isCloseTo(0.2800, within(5e-5));
        assertThat(published(LabPolicy.AGE_UCB, true)).isCloseTo(0.1911, within(5e-5));
        assertThat(published(LabPolicy.RANDOM, false)).isCloseTo(-0.3304, within(5e-5));
        assertThat(published(LabPolicy.GP_TS, true)).isCloseTo(0.0533, within(5e-5));
        assertThat(published(LabPolicy.AGE_TS_NO_DELTA, false)).isCloseTo(-0.0885, within(5e-5));
        assertThat(published(LabPolicy.AGE_UCB_NO_GATE, false)).isCloseTo(-0.199, within(5e-4));
        assertThat(standing(LabPolicy.AGE_TS_ROWS).published(false)).isNull();
        assertThat(standing(LabPolicy.DNN_GREEDY).published(false)).isNull();
    }

    private static @Nullable Double published(LabPolicy policy, boolean half) {
        return standing(policy).published(half);
    }

    private static Standing standing(LabPolicy policy) {
        return new Standing(policy, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    }
}
