package io.sextant.abtesting.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.live.AbReportConfig.AnalysisConfig;
import io.sextant.abtesting.live.AbReportConfig.ArmConfig;
import io.sextant.abtesting.live.AbReportConfig.ArmsConfig;
import io.sextant.abtesting.live.TimeSpan.Period;
import io.sextant.abtesting.report.ArmMetrics;
import io.sextant.abtesting.simulation.SimulatedUnits;
import io.sextant.abtesting.statistics.Cuped;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.MultipleArms;
import io.sextant.abtesting.statistics.RatioMetric;
import io.sextant.abtesting.statistics.UnitMoments;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.LossCount;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.UnitSample;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class AbAnalysisTest {
    private static final List<String> NAMES = List.of("control", "random", "uncertainty", "neutral");
    private static final ArmsConfig ARMS = new ArmsConfig("control", "neutral",
            List.of(new ArmConfig("control", 4), new ArmConfig("random", 2), new ArmConfig("uncertainty", 2),
                    new ArmConfig("neutral", 0.1)));
    private static final AnalysisConfig ANALYSIS = new AnalysisConfig(0.95, 0.05, 300, 1);
    private static final int USERS = 2000;
    private static final TimeSpan SPAN = new TimeSpan(null, 0, 10_000);

    private final ArmUnits units = new ArmUnits(4);
    private final UnitMoments[] moments = new UnitMoments[3];

    /** As many users in an arm as its share says, those of uncertainty with more clicks. */
    AbAnalysisTest() {
        long unit = 0;
        for (int arm = 0; arm < moments.length; arm++) {
            var users = new SimulatedUnits(arm, arm == 2 ? 0.14 : 0.1);
            moments[arm] = new UnitMoments(SimulatedUnits.COLUMNS);
            for (int i = 0; i < (arm == 0 ? 2 : 1) * USERS; i++) {
                double[] user = users.next();
                long nanos = Math.round(user[4] * 1e9);
                user[4] = nanos / 1e9;
                moments[arm].add(user);
                UnitKind kind = i % 5 == 0 ? UnitKind.UNIT_REQUEST : UnitKind.UNIT_BUYER;
                units.add(arm, Period.NOW, kind, unit, (int) user[0], (int) user[1], nanos);
                units.add(arm, Period.BEFORE, kind, unit, (int) user[2], (int) user[3], 0);
                unit++;
            }
        }
    }

    private Comparison find(List<Comparison> comparisons, String units, Measure measure, String arm) {
        return comparisons.stream().filter(
                row -> row.units().equals(units) && row.measure() == measure && row.arm().equals(arm)).findFirst()
                .orElseThrow();
    }

    @Test
    void shouldSayWhatTheStatisticsSayOfTheSameUnits() {
        List<Comparison> comparisons = new AbAnalysis(ARMS, ANALYSIS, true).comparisons(units);

        Comparison ctr = find(comparisons, "all", Measure.CTR, "uncertainty");
        Estimate expected = SimulatedUnits.CTR.relative(moments[2], moments[0]);
        Estimate other = SimulatedUnits.CTR.relative(moments[1], moments[0]);
        Interval difference = Objects.requireNonNull(ctr.difference());
        assertThat(difference.value()).isCloseTo(Math.expm1(expected.value()), within(1e-9));
        assertThat(difference.low()).isCloseTo(Math.expm1(expected.interval(0.95).low()), within(1e-9));
        assertThat(ctr.p()).isCloseTo(expected.pValue(), within(1e-12));
        double[] holm = MultipleArms.holm(new double[]{other.pValue(), expected.pValue()});
        assertThat(ctr.pHolm()).isCloseTo(holm[1], within(1e-12));
        assertThat(find(comparisons, "all", Measure.CTR, "random").pHolm()).isCloseTo(holm[0], within(1e-12));
        // 40 % more clicks an impression with so many users is beyond doubt, also for who looks all the time
        assertThat(ctr.pAlwaysValidHolm()).isLessThan(0.01);
        assertThat(Objects.requireNonNull(ctr.pAlwaysValid())).isGreaterThan(expected.pValue());
        Estimate cuped = new Cuped(SimulatedUnits.CTR, SimulatedUnits.PAST_CTR).relative(moments[2], moments[0]);
        assertThat(Objects.requireNonNull(ctr.adjusted()).value()).isCloseTo(Math.expm1(cuped.value()), within(1e-9));
        assertThat(ctr.pAdjusted()).isCloseTo(cuped.pValue(), within(1e-12));
        Comparison ecpc = find(comparisons, "all", Measure.ECPC, "random");
        assertThat(ecpc.p())
                .isCloseTo(new RatioMetric(4, 0).relative(moments[1], moments[0]).pValue(), within(1e-9));
        // nothing was spent before
        assertThat(ecpc.adjusted()).isNull();
    }

    @Test
    void shouldScaleTotalsToFullTrafficAndAgreeWithTheBootstrap() {
        List<Comparison> comparisons = new AbAnalysis(ARMS, ANALYSIS, false).comparisons(units);

        Comparison spend = find(comparisons, "all", Measure.SPEND, "random");
        double control = moments[0].sum(4) * 8.1 / 4;
        double random = moments[1].sum(4) * 8.1 / 2;
        assertThat(spend.control()).isCloseTo(control, within(1e-6));
        assertThat(spend.treatment()).isCloseTo(random, within(1e-6));
        Interval difference = Objects.requireNonNull(spend.difference());
        assertThat(difference.value()).isCloseTo(random / control - 1, within(1e-9));
        for (Comparison row : comparisons) {
            Interval delta = Objects.requireNonNull(row.difference());
            Interval bootstrap = Objects.requireNonNull(row.bootstrap());
            // percentiles of 300 draws are good to a fifth of a deviation or so
            double reach = 0.12 * (delta.high() - delta.low());
            assertThat(bootstrap.low()).as(row.toString()).isCloseTo(delta.low(), within(reach));
            assertThat(bootstrap.high()).as(row.toString()).isCloseTo(delta.high(), within(reach));
            assertThat(row.adjusted()).isNull();
        }
        // neutral is not held against control; each kind of unit by itself
        assertThat(comparisons).extracting(Comparison::arm).doesNotContain("neutral", "control");
        assertThat(comparisons).extracting(Comparison::units).contains("all", "request", "buyer").hasSize(30);
        assertThat(new AbAnalysis(ARMS, ANALYSIS, false).comparisons(units)).isEqualTo(comparisons);
    }

    @Test
    void shouldKeepStillWhereTooLittleIsKnown() {
        var empty = new ArmUnits(4);
        empty.add(0, Period.NOW, UnitKind.UNIT_BUYER, 1, 0, 1, 5);
        var analysis = new AbAnalysis(ARMS, ANALYSIS, true);

        assertThat(analysis.comparisons(empty)).hasSize(10)
                .allSatisfy(row -> assertThat(row).extracting(Comparison::difference, Comparison::p, Comparison::pHolm,
                        Comparison::bootstrap, Comparison::adjusted).containsOnlyNulls());
        AbReport report = new AbReport(null, "2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "control", 0.95,
                AbReport.CAVEAT, analysis.figures(empty, new ArmMetrics(NAMES).totals(), new LossSums(SPAN)),
                analysis.comparisons(empty), List.of(), 0, List.of(), Map.of(), List.of());
        assertThat(AbReportText.of(report, Ansi.OFF)).contains("the beginning", "| uncertainty |");
        assertThat(AbReportPage.of(report)).startsWith("<!DOCTYPE html>").contains("the time before");
    }

    @Test
    void shouldPutEveryArmOnItsLine() {
        var metrics = new ArmMetrics(NAMES);
        metrics.accept(ArmMinute.newBuilder().setArm("random").setMinuteMs(60_000).setRequests(1000).setBids(400)
                .setWins(100).setModifierSum(500).setModifierCount(400).setModelVersion(3).build());

        var losses = new LossSums(SPAN);
        LossCounts second = LossCounts.newBuilder().setArm("random").setSecondMs(9_000)
                .addCount(LossCount.newBuilder().setReason(102).setCount(3))
                .addCount(LossCount.newBuilder().setReason(100).setCount(1)).build();
        losses.accept(second);
        losses.accept(second.toBuilder().setBidder("other").build());
        losses.accept(second.toBuilder().setSecondMs(10_000).build());

        List<ArmFigures> figures = new AbAnalysis(ARMS, ANALYSIS, false).figures(units, metrics.totals(), losses);

        ArmFigures random = figures.get(1);
        assertThat(random.losses()).isEqualTo(Map.of(100, 2L, 102, 6L));
        assertThat(AbReportText.losses(random.losses())).isEqualTo("8 (6 outbid)");
        assertThat(random.share()).isCloseTo(2 / 8.1, within(1e-12));
        assertThat(random.winRate()).isCloseTo(0.25, within(1e-12));
        assertThat(random.meanModifier()).isCloseTo(1.25, within(1e-12));
        assertThat(random.units()).isEqualTo(USERS);
        assertThat(random.clicks()).isEqualTo(Math.round(moments[1].sum(0)));
        assertThat(Objects.requireNonNull(random.cpm()).value())
                .isCloseTo(1000 * moments[1].sum(4) / moments[1].sum(1), within(1e-6));
        assertThat(figures.get(3)).extracting(ArmFigures::winRate, ArmFigures::ctr, ArmFigures::ecpc)
                .containsOnlyNulls();
    }

    @Test
    void shouldSuspectAnAllocationThatIsNotAsTheSharesSayKindByKind() {
        var allocated = new AllocatedUnits(NAMES, SPAN);
        // 400, 200, 200 and 10 of a kind as the weights say; of another 400, 290, 200 and 10
        for (int arm = 0; arm < 4; arm++) {
            long sound = List.of(400L, 200L, 200L, 10L).get(arm);
            long unsound = arm == 1 ? 290 : sound;
            allocated.accept(second(NAMES.get(arm), 5_000, UnitKind.UNIT_BUYER, 100_000L * arm, sound));
            allocated.accept(second(NAMES.get(arm), 6_000, UnitKind.UNIT_BUYER, 100_000L * arm, sound));
            allocated.accept(second(NAMES.get(arm), 5_000, UnitKind.UNIT_DEVICE, 100_000L * arm, unsound));
            allocated.accept(second(NAMES.get(arm), 10_000, UnitKind.UNIT_DEVICE, 900_000, 50));
        }
        allocated.accept(second("control", 5_000, UnitKind.UNIT_REQUEST, 0, 3));
        allocated.accept(second("nobody", 5_000, UnitKind.UNIT_REQUEST, 0, 300));

        List<AllocationCheck> checks = new AbAnalysis(ARMS, ANALYSIS, false).allocation(allocated);

        assertThat(checks).extracting(AllocationCheck::kind).containsExactly("request", "buyer", "device");
        assertThat(checks.get(0)).returns(null, AllocationCheck::pValue).returns(false, AllocationCheck::suspected);
        assertThat(checks.get(1).counts()).containsExactly(400L, 200L, 200L, 10L);
        assertThat(checks.get(1).pValue()).isCloseTo(1, within(1e-9));
        assertThat(checks.get(2).suspected()).isTrue();
        assertThat(allocated.oneIn()).isEqualTo(4);
    }

    private static ArmSecond second(String arm, long timeMs, UnitKind kind, long first, long count) {
        UnitSample.Builder sample = UnitSample.newBuilder().setKind(kind);
        for (long i = 0; i < count; i++) {
            sample.addHash(4 * (first + i));
        }
        return ArmSecond.newBuilder().setArm(arm).setSecondMs(timeMs).setUnitSampleOneIn(4).addUnit(sample).build();
    }
}
