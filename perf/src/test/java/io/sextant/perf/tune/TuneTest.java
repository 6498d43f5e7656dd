package io.sextant.perf.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ExplorationConfig;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.Experiment;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TuneTest {
    private static TuneConfig config(Map<String, String> overrides) {
        return new ConfigurationLoader("tune", Map.of()).load(TuneConfig.class, null, overrides);
    }

    private static ArmEffect effect(double immediate, double learning) {
        return new ArmEffect(TuneSetting.ARM, Effect.of(immediate), Effect.of(0), Effect.of(learning), 0.01);
    }

    /** Settings by explore share alone, in the order of what they cost and teach. */
    private static TuneReport report(double lossMax, double... immediateAndLearning) {
        TuneSetting base = config(Map.of()).base();
        List<TuneSetting> settings = new ArrayList<>();
        List<ArmEffect> effects = new ArrayList<>();
        for (int i = 0; i < immediateAndLearning.length; i += 2) {
            settings.add(base.withExploreShare(i / 10.0));
            effects.add(effect(immediateAndLearning[i], immediateAndLearning[i + 1]));
        }
        return new TuneReport("./sextant tune", Map.of(), false, 1, lossMax, 1, Machine.here("plain"),
                TuneReport.rows(settings, effects));
    }

    @Test
    void shouldTryEachValueWithAllElseAsInTheBaseOrEveryValueWithEveryOther() {
        TuneConfig each = config(Map.of());
        TuneConfig grid = config(Map.of("design", "grid"));

        // The base, 2 shares, 3 bands, 4 ranges and 4 ways to measure; the grid has no base among its values.
        assertThat(each.settings()).hasSize(1 + 2 + 3 + 4 + 4).doesNotHaveDuplicates().startsWith(each.base());
        assertThat(grid.settings()).hasSize(1 + 2 * 3 * 4 * 4).doesNotHaveDuplicates();
    }

    @Test
    void shouldRunControlAgainstOneArmThatExploresSo() {
        TuneSetting setting = config(Map.of("base.explore-share", "0.25", "base.modifier.max", "3")).base();

        Experiment experiment = Experiment.load(null, setting.overrides());

        assertThat(experiment.config().arms()).extracting(arm -> arm.name()).containsExactly("control", "uncertainty");
        assertThat(experiment.config().arms().get(1).estimator()).isEqualTo(Estimator.ROW_INFORMATION);
        assertThat(experiment.config().exploration().exploreShare()).isEqualTo(0.25);
        assertThat(experiment.config().exploration().modifierMax()).isEqualTo(3);
        assertThat(experiment.config().frontier()).isEmpty();
    }

    /** Costs 1 %, teaches 2 %; costs 3 %, teaches 4 %; costs 2 %, teaches 1 %: the first beats the third in both. */
    @Test
    void shouldNameWhatNoOtherBeatsAndChooseWhatTeachesMostForItsCost() {
        TuneReport report = report(0.02, -0.01, 0.02, -0.03, 0.04, -0.02, 0.01);

        assertThat(report.rows()).extracting(TuneReport.Row::pareto).containsExactly(true, true, false);
        assertThat(report.chosen()).isSameAs(report.rows().getFirst());
        assertThat(report(0.05, -0.01, 0.02, -0.03, 0.04).chosen().effect().learning().mean()).isEqualTo(0.04);
        assertThat(report(0.001, -0.01, 0.02, -0.03, 0.04).conclusion()).contains("Every setting costs more");
        assertThat(report.conclusion()).contains("is not shown to be above none");
    }

    @Test
    void shouldHaveAnEmptyParetoSetWhereNotExploringIsBetterInBoth() {
        TuneReport report = report(0.02, -0.01, -0.02, -0.03, 0);

        assertThat(report.rows()).extracting(TuneReport.Row::pareto).containsExactly(false, false);
        assertThat(report.conclusion()).startsWith("Pareto set: not exploring, which no setting beats");
    }

    @Test
    void shouldWriteSettingsThatAFleetTakes() {
        ExplorationConfig before = new ConfigurationLoader("controller", Map.of())
                .load(ControllerConfig.class, null, Map.of()).exploration();
        TuneReport report = report(0.02, -0.01, 0.02);

        ExplorationConfig after = ConfigurationLoader.overlay(ExplorationConfig.class, before, "exploration.yaml", true,
                report.explorationYaml(), Map.of());

        assertThat(after.exploreShare()).isZero();
        assertThat(after.estimator()).isEqualTo(Estimator.ROW_INFORMATION);
        assertThat(after.quantileHigh()).isEqualTo(0.99);
        assertThat(after.timeToLive()).isEqualTo(before.timeToLive());
    }

    /** Mean 0.02, sd 0.01, t(0.975, 2) = 4.302653. */
    @Test
    void shouldTakeRunsAsTheSample() {
        Effect effect = Effect.of(0.01, 0.02, 0.03, Double.NaN);

        assertThat(effect.mean()).isCloseTo(0.02, within(1e-12));
        assertThat(effect.high()).isCloseTo(0.02 + 0.024841, within(1e-6));
        assertThat(effect.verdict()).isEqualTo("no difference shown");
        assertThat(Effect.of(0.01, 0.011, 0.012).verdict()).isEqualTo("gains");
        assertThat(Effect.of(-0.01, -0.011, -0.012).verdict()).isEqualTo("loses");
        assertThat(Effect.of(0.05).percent()).isEqualTo("+5.00");
    }

    @Test
    void shouldVaryOneThingAtATimeAndRunTheMarketAsItIsOnce() {
        Experiment base = Experiment.load(null, Map.of());

        List<Variation> all = Variation.of(base, Variation.GROUPS);

        assertThat(all).extracting(Variation::group).containsExactly("", "heterogeneity", "heterogeneity",
                "heterogeneity", "knowledge", "knowledge", "churn", "churn", "churn", "ctr", "ctr", "price", "price");
        for (Variation variation : all) {
            Experiment own = Experiment.load(null, variation.overrides());
            assertThat(own.settings()).isNotEmpty();
            assertThat(own.settings().equals(base.settings())).isEqualTo(variation.group().isEmpty());
        }
        // At 1 % a day publishers live a hundred of the days of which they live 33 in the standard market.
        assertThat(Long.parseLong(all.get(8).overrides().getOrDefault("market.supply.life-ms", "0")))
                .isCloseTo(Math.round(base.market().supply().lifeMs() * 100.0 / 33), within(1L));
        assertThatThrownBy(() -> Variation.of(base, List.of("weather"))).hasMessageContaining("weather");
    }
}
