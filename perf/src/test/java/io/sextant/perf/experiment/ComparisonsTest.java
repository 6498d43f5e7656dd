package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.perf.engine.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
    private static ArmRun arm(String name, double spend, double neutralAuc) {
        PhaseFigures phase = FrontierTest.figures(spend, 100);
        List<SliceFigures> slices = List.of(slice(SliceFigures.NEUTRAL, neutralAuc), slice(SliceFigures.CONTROL, 0.6),
                slice(SliceFigures.UNION, 0.6));
        return new ArmRun(name, 1, phase, phase, null, slices, 0.01, 3, 0, 100, List.of(), List.of());
    }

    private static SliceFigures slice(String name, double auc) {
        return new SliceFigures(name, 100, auc, 0.1, auc, 0.1, 1, 0.7, 0.09);
    }

    private static Comparison found(List<RunResult> runs, String phase, Measure measure) {
        return Comparisons.of(runs, List.of("control", "arm"), List.of("control")).stream()
                .filter(each -> each.phase().equals(phase) && each.measure().equals(measure.label())).findFirst()
                .orElseThrow();
    }

    /** Log ratios of 0.01, 0.02 and 0.03: mean 0.02, sd 0.01, t(0.975, 2) = 4.302653 (tables), so 0.02 ± 0.024841. */
    @Test
    void shouldTakeThePairedDifferencesOfRunsAsItsSample() {
        List<RunResult> runs = IntStream.rangeClosed(1, 3).mapToObj(seed -> new RunResult(seed, 1,
                List.of(arm("control", 10 * seed, 0.6),
                        arm("arm", 10 * seed * Math.exp(0.01 * seed), 0.6 + 0.01 * seed)),
                List.of(), List.of())).toList();

        Comparison spend = found(runs, Comparison.EXPLOIT, Measure.SPEND);
        Comparison auc = found(runs, Comparison.OFFLINE, Measure.NEUTRAL_AUC);

        assertThat(spend.mean()).isCloseTo(0.02, within(1e-12));
        assertThat(spend.sd()).isCloseTo(0.01, within(1e-12));
        assertThat(spend.low()).isCloseTo(0.02 - 0.024841, within(1e-6));
        assertThat(spend.high()).isCloseTo(0.02 + 0.024841, within(1e-6));
        assertThat(spend.significant()).isFalse();
        assertThat(spend.logRatio()).isTrue();
        assertThat(auc.mean()).as("AUCs are compared by their difference").isCloseTo(0.02, within(1e-12));
        assertThat(auc.logRatio()).isFalse();
    }

    @Test
    void shouldGiveNoIntervalForASingleRun() {
        List<RunResult> runs = List.of(
                new RunResult(1, 1, List.of(arm("control", 10, 0.6), arm("arm", 11, 0.6)), List.of(), List.of()));

        Comparison spend = found(runs, Comparison.ONLINE, Measure.SPEND);

        assertThat(spend.mean()).isCloseTo(Math.log(1.1), within(1e-12));
        assertThat(spend.low()).isNaN();
        assertThat(spend.runsNeeded()).isZero();
        assertThat(spend.significant()).isFalse();
    }

    @Test
    void shouldReadBackWhatItWroteAsJson() throws Exception {
        List<RunResult> runs = List.of(
                new RunResult(1, 1, List.of(arm("control", 10, 0.6), arm("arm", 11, 0.6)), List.of(), List.of()));
        var result = new ExperimentResult("x", "./sextant", "paired", false, 1,
                Machine.here("plain"), Map.of("a", "b"), Map.of("online", 5L),
                "control", List.of(), runs, Comparisons.of(runs, List.of("control", "arm"), List.of("control")));
        Path file = Files.createTempFile("experiment", ".json");

        Files.writeString(file, ExperimentJson.text(result));

        assertThat(ExperimentJson.read(file)).isEqualTo(result);
        assertThat(result.comparison(Comparison.ONLINE, "spend", "arm", "control")).isPresent();
        assertThat(result.comparison(Comparison.ONLINE, "spend", "control", "control")).isEqualTo(Optional.empty());
        Files.delete(file);
    }
}
