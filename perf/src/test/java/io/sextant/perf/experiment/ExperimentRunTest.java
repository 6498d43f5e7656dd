package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Small nets and few requests; what is asked for is sameness, not quality. */
class ExperimentRunTest {
    private static final Map<String, String> SMALL = Map.ofEntries(Map.entry("requests.warm-up", "3000"),
            Map.entry("requests.online", "4000"), Map.entry("requests.exploit", "1500"),
            Map.entry("requests.offline", "1000"), Map.entry("candidates", "3"), Map.entry("model.hidden", "[8, 4]"),
            Map.entry("model.embedding-size", "2"), Map.entry("model.gate-hidden", "2"),
            Map.entry("model.rows-factor", "0.02"), Map.entry("model.batch-size", "64"),
            // More wins of fewer requests.
            Map.entry("market.rivals.median-cpm", "15"),
            Map.entry("trainer", "{publish.margin: \"1\", publish.pcoc-low: \"0.01\", publish.pcoc-high: \"100\"}"),
            Map.entry("controller", "{attribution.window: 3m}"));

    private static Experiment experiment(String... more) {
        var settings = new HashMap<>(SMALL);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return Experiment.load(null, settings);
    }

    private static ArmRun renamed(ArmRun run, String name) {
        return new ArmRun(name, run.bidLevel(), run.online(), run.exploit(), run.efficiency(), run.offline(),
                run.meanUncertainty(), run.versions(), run.refused(), run.learned(), run.curve(), run.exposure());
    }

    /** A second control, and control at a bid level of as good as 1, are the same to the last digit. */
    @Test
    void shouldGiveTheSameFiguresOnAnyNumberOfThreadsAndToArmsThatDoTheSame() throws Exception {
        Experiment experiment = experiment("arms",
                "[{name: control, pctr: plain, exploration: none}, {name: twin, pctr: plain, exploration: none}, "
                        + "{name: uncertainty, pctr: plain, exploration: uncertainty}]",
                "frontier", "[1.5]");
        var work = new AtomicLong();

        RunResult alone = ExperimentRun.run(experiment, 3, 1, work::addAndGet);
        RunResult together = ExperimentRun.run(experiment, 3, 2, _ -> {});

        // Not isEqualTo: what would be printed is megabytes.
        assertThat(together.arms().equals(alone.arms())).isTrue();
        assertThat(together.frontier().equals(alone.frontier())).isTrue();
        assertThat(together.units().equals(alone.units())).isTrue();
        ArmRun control = alone.arm("control");
        assertThat(renamed(alone.arm("twin"), "control").equals(control)).as("the twin is control").isTrue();
        assertThat(work.get()).isBetween(ExperimentRun.work(experiment.config()),
                ExperimentRun.work(experiment.config()) * 3 / 2);

        ArmRun uncertainty = alone.arm("uncertainty");
        assertThat(control.online().modifierOfBids()).isEqualTo(1);
        assertThat(control.online().premium()).isZero();
        assertThat(control.versions()).isGreaterThan(2);
        assertThat(control.learned()).isPositive();
        assertThat(uncertainty.online().modifierOfBids()).isBetween(1.01, 2.0);
        assertThat(uncertainty.online().premium()).isPositive();
        assertThat(uncertainty.exploit().modifierOfBids()).isEqualTo(1);
        assertThat(uncertainty.exploit()).as("it learned something else").isNotEqualTo(control.exploit());
        assertThat(alone.frontier().getFirst().online().expected().spendUsd())
                .isGreaterThan(control.online().expected().spendUsd());
        assertThat(alone.frontier().getFirst().exploit().requests()).isEqualTo(control.exploit().requests());
        assertThat(control.slice(SliceFigures.NEUTRAL).truthAuc())
                .isGreaterThan(control.slice(SliceFigures.NEUTRAL).expectedAuc());
        assertThat(control.slice(SliceFigures.UNION).impressions())
                .isGreaterThan(control.slice(SliceFigures.CONTROL).impressions());
        assertThat(control.exposure()).hasSize(10);
        assertThat(uncertainty.exposure()).allSatisfy(tenth -> assertThat(tenth.uncertainty()).isPositive());
    }

    @Test
    void shouldDivideTheTrafficInSplitModeAndLetEveryArmExploitTheSameRequests() throws Exception {
        RunResult run = ExperimentRun.run(experiment("mode", "split"), 5);

        List<PhaseFigures> online = run.arms().stream().map(ArmRun::online).toList();
        assertThat(online.stream().mapToLong(PhaseFigures::requests).sum()).isBetween(4000L, 4480L);
        assertThat(online).allSatisfy(phase -> assertThat(phase.requests()).isBetween(1000L, 2000L));
        assertThat(run.arms()).extracting(arm -> arm.exploit().requests()).containsOnly(1500L);
        assertThat(run.arms()).allSatisfy(arm -> assertThat(arm.efficiency()).isNull());
    }
}
