package io.sextant.uncertainty.modifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.Divisor;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.Allocation;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BidModifierTableTest {
    private static final long NOW_MS = 1_000_000;

    /** Mean 0.02, band 0.01 to 0.05, bounds 0.8 and 2. */
    @ParameterizedTest
    @CsvSource({"0.03, 1, 1.5, 1.5", "0.03, 0.5, 1.5, 1.25", "0.05, 1, 2, 2", "0.045, 0.1, 2, 1.1", "0.01, 1, 0.8, 0.8",
        "0.018, 1, 0.9, 0.9", "0.012, 0.5, 0.8, 0.9", "0.0099, 1, 1, 1", "0.0501, 1, 1, 1", "NaN, 1, 1, 1",
        "0.04, 0, 2, 1", "0.02, 1, 1, 1"})
    void shouldBeUncertaintyOverMeanWithinTheBandAndThenPulledTowards1(double u, double gain, double natural,
            double applied) {
        BidModifierTable table = BidModifierTable.of(snapshot().setGain(gain).clearCell()
                .addCell(globalCell().setQuantileLowValue(0.01)).build());

        assertThat(table.byUncertainty(u, "banner", 1)).isCloseTo(natural, within(1e-12));
        assertThat(table.applied(table.byUncertainty(u, "banner", 1))).isCloseTo(applied, within(1e-12));
    }

    @Test
    void shouldKeepTheSnapshotAndTellSnapshotsOfOneVersionApart() throws IOException {
        UncertaintySnapshot snapshot = snapshot().setVersion(3).build();
        BidModifierTable table = BidModifierTable.of(snapshot);

        assertThat(table.snapshot()).isEqualTo(snapshot);
        assertThat(BidModifierTable.of(UncertaintySnapshot.parseFrom(snapshot.toByteArray())).fingerprint())
                .isEqualTo(table.fingerprint());
        assertThat(BidModifierTable.of(snapshot.toBuilder().setGain(0.25).build()).fingerprint())
                .isNotEqualTo(table.fingerprint());
        assertThat(BidModifierTable.none().snapshot()).isNull();
        assertThat(BidModifierTable.none().fingerprint()).isZero();
    }

    @Property(seed = "1")
    void shouldStayWithinItsBounds(@ForAll @Scale(9) @DoubleRange(min = 1e-9, max = 10) double mean,
            @ForAll @Scale(9) double u,
            @ForAll @Scale(9) @DoubleRange(max = 10) double low, @ForAll @Scale(9) @DoubleRange(max = 10) double width,
            @ForAll @Scale(9) @DoubleRange(min = 0.01, max = 1) double min,
            @ForAll @Scale(9) @DoubleRange(min = 1, max = 9) double max) {
        var curve = new ModifierCurve(mean, low, low + width, min, max);

        assertThat(curve.natural(u)).isBetween(min, max);
        if (u < low || u > low + width) {
            assertThat(curve.natural(u)).isEqualTo(1);
        }
    }

    @Property(tries = 300, seed = "1")
    void shouldStayWithinTheSettingsWhateverTheSnapshotSays(@ForAll long seed, @ForAll long key,
            @ForAll @Scale(9) @DoubleRange(max = 1) double gain, @ForAll @Scale(9) @DoubleRange(max = 1) double share,
            @ForAll @Scale(9) double u, @ForAll boolean capped) {
        var random = new SplittableRandom(seed);
        double[] drawn = random.doubles(20, 0.1, 5).sorted().toArray();
        BidModifierTable table = BidModifierTable.of(snapshot().setGain(gain).setCapped(capped)
                .setSettings(settings().setExploreShare(share)).setModifiers(uniform(drawn)).build());

        assertThat(table.blind(key)).isBetween(0.8, 2.0);
        assertThat(table.byUncertainty(u, "banner", key)).isBetween(0.8, 2.0);
        assertThat(table.applied(table.blind(key))).isBetween(0.8, 2.0);
        assertThat(table.applied(table.byUncertainty(u, "banner", key))).isBetween(0.8, 2.0);
        if (capped) {
            assertThat(table.applied(table.blind(key))).isEqualTo(1);
        }
        if (!table.inExploreShare(key)) {
            assertThat(table.blind(key)).isEqualTo(1);
            assertThat(table.byUncertainty(u, "banner", key)).isEqualTo(1);
        }
    }

    @Test
    void shouldDivideByTheGlobalMean() {
        BidModifierTable table = BidModifierTable.of(snapshot().build());

        assertThat(table.byUncertainty(0.03, "banner", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(table.arm()).isEqualTo("uncertainty");
        assertThat(table.version()).isEqualTo(12);
        assertThat(table.uncertaintyEpoch()).isEqualTo(3);
    }

    @Test
    void shouldBeNeutralWithoutASnapshotAndWhenItIsStale() {
        BidModifierTable table = BidModifierTable.of(snapshot().setModifiers(uniform(2)).build());

        assertThat(table.at(NOW_MS + 60_000)).isSameAs(table);
        assertThat(table.fresh(NOW_MS + 60_001)).isFalse();
        assertThat(table.at(NOW_MS + 60_001)).isSameAs(BidModifierTable.none());
        assertThat(table.blind(5)).isEqualTo(2);
        for (long key = 0; key < 100; key++) {
            assertThat(BidModifierTable.none().byUncertainty(0.03, "banner", key)).isEqualTo(1);
            assertThat(BidModifierTable.none().blind(key)).isEqualTo(1);
            assertThat(BidModifierTable.none().inExploreShare(key)).isFalse();
        }
        assertThat(BidModifierTable.none().fresh(0)).isFalse();
        assertThat(BidModifierTable.none().applied(1)).isEqualTo(1);
        assertThat(BidModifierTable.none().capped()).isFalse();
    }

    @Test
    void shouldBeNeutralAsLongAsTheWindowIsEmpty() {
        UncertaintySnapshot noCell = snapshot().clearCell().build();
        UncertaintySnapshot nothingMeasured = snapshot().clearCell().addCell(CellStatistics.newBuilder()).build();

        assertThat(BidModifierTable.of(noCell).byUncertainty(0.03, "banner", 1)).isEqualTo(1);
        assertThat(BidModifierTable.of(nothingMeasured).byUncertainty(0.03, "banner", 1)).isEqualTo(1);
        assertThat(BidModifierTable.of(noCell).blind(1)).isEqualTo(1);
    }

    @Test
    void shouldExploreTheShareOfTheSettings() {
        BidModifierTable table = BidModifierTable.of(snapshot().setSettings(settings().setExploreShare(0.3)).build());
        int keys = 100_000;

        long explored = LongStream.range(0, keys).filter(table::inExploreShare).count();

        // Five standard deviations of a binomial share.
        assertThat((double) explored / keys).isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / keys)));
    }

    /** Recorded modifiers -> distribution -> blind draws: deciles and mean of the draws are those of what was recorded. */
    @Test
    void shouldDrawWhatTheUncertaintyArmFound() {
        var curve = new ModifierCurve(0.02, 0.005, 0.05, 1, 2);
        var random = new SplittableRandom(7);
        double[] natural = random.doubles(50_000).map(x -> curve.natural(-0.02 * Math.log1p(-x))).toArray();
        var sketch = new QuantileSketch();
        Arrays.stream(natural).forEach(sketch::record);
        BidModifierTable table = BidModifierTable.of(snapshot().setArm("random")
                .setModifiers(ModifierDistributions.of(sketch)).build());

        double[] drawn = LongStream.range(0, 50_000).mapToDouble(table::blind).sorted().toArray();

        Arrays.sort(natural);
        long ones = Arrays.stream(natural).filter(m -> m == 1).count();
        assertThat(ones).isGreaterThan(10_000);
        assertThat((double) Arrays.stream(drawn).filter(m -> m == 1).count() / 50_000).isCloseTo(ones / 50_000.0,
                within(0.01));
        assertThat(Arrays.stream(drawn).average().orElseThrow())
                .isCloseTo(Arrays.stream(natural).average().orElseThrow(), within(0.01));
        for (int decile = 1; decile <= 9; decile++) {
            assertThat(drawn[decile * 5_000]).isCloseTo(natural[decile * 5_000], within(0.02));
        }
    }

    @Test
    void shouldTakeTheInverseOfTheStepFunction() {
        BidModifierTable table = BidModifierTable.of(snapshot().setModifiers(ModifierDistribution.newBuilder()
                .addModifier(1).addCumulative(0.5).addModifier(1.5).addCumulative(0.6).addModifier(1.9)
                .addCumulative(1))
                .build());
        int keys = 100_000;

        double[] drawn = LongStream.range(0, keys).mapToDouble(table::blind).toArray();

        assertThat(share(drawn, 1)).isCloseTo(0.5, within(0.008));
        assertThat(share(drawn, 1.5)).isCloseTo(0.1, within(0.005));
        assertThat(share(drawn, 1.9)).isCloseTo(0.4, within(0.008));
    }

    /** 0.5 · 1 + 0.1 · 1.5 + 0.4 · 1.9 = 1.41; a modifier of 3 counts as 2, the bound, so 0.5 · 1 + 0.5 · 2 = 1.5. */
    @Test
    void shouldGiveEveryBidTheMeanOfWhatIsDrawn() {
        var distribution = ModifierDistribution.newBuilder().addModifier(1).addCumulative(0.5).addModifier(1.5)
                .addCumulative(0.6).addModifier(1.9).addCumulative(1);
        BidModifierTable table = BidModifierTable.of(snapshot().setModifiers(distribution).setGain(0.5).build());

        assertThat(table.uniform(1)).isCloseTo(1.41, within(1e-12));
        assertThat(table.applied(table.uniform(1))).isCloseTo(1.205, within(1e-12));
        assertThat(BidModifierTable.of(snapshot().setModifiers(uniform(1, 3)).build()).uniform(1))
                .isCloseTo(1.5, within(1e-12));
        assertThat(BidModifierTable.of(snapshot().build()).uniform(1)).isEqualTo(1);
        assertThat(BidModifierTable.none().uniform(1)).isEqualTo(1);
    }

    /** Of the predictions 0.01 to 1, the lowest half gets 1, the next tenth 1.5 and the rest 1.9. */
    @Test
    void shouldHandModifiersOutByRankOfThePrediction() {
        var window = new QuantileSketch();
        LongStream.rangeClosed(1, 1000).forEach(i -> window.record(i / 1000.0));
        var distribution = ModifierDistribution.newBuilder().addModifier(1).addCumulative(0.5).addModifier(1.5)
                .addCumulative(0.6).addModifier(1.9).addCumulative(1);
        BidModifierTable table = BidModifierTable.of(snapshot().setModifiers(distribution)
                .addAllRankedQuantile(WindowRanks.quantiles(window)).build());

        assertThat(table.byRank(0.01, 1)).isEqualTo(1);
        assertThat(table.byRank(0.48, 1)).isEqualTo(1);
        assertThat(table.byRank(0.52, 1)).isEqualTo(1.5);
        assertThat(table.byRank(0.58, 1)).isEqualTo(1.5);
        assertThat(table.byRank(0.62, 1)).isEqualTo(1.9);
        assertThat(table.byRank(1, 1)).isEqualTo(1.9);
        assertThat(table.byRank(Double.NaN, 1)).isEqualTo(1);
        assertThat(BidModifierTable.of(snapshot().setModifiers(distribution).build()).byRank(0.9, 1))
                .as("no window yet").isEqualTo(1);
        assertThat(BidModifierTable.none().byRank(0.9, 1)).isEqualTo(1);
    }

    @Test
    void shouldRaiseTheBidsOfTheControlsInTheExploreShareOnly() {
        var window = new QuantileSketch();
        window.record(0.1);
        BidModifierTable table = BidModifierTable.of(snapshot().setSettings(settings().setExploreShare(0.3))
                .setModifiers(uniform(1.5)).addAllRankedQuantile(WindowRanks.quantiles(window)).build());

        for (long key = 0; key < 1000; key++) {
            double expected = table.inExploreShare(key) ? 1.5 : 1;
            assertThat(table.blind(key)).isEqualTo(expected);
            assertThat(table.uniform(key)).isEqualTo(expected);
            assertThat(table.byRank(0.2, key)).isEqualTo(expected);
        }
    }

    @Test
    void shouldApplyNothingWhenTheGainIsZeroOrExplorationIsCappedAndStillSayWhatIsNatural() {
        BidModifierTable none = BidModifierTable.of(snapshot().setGain(0).setModifiers(uniform(2)).build());
        BidModifierTable capped = BidModifierTable.of(snapshot().setCapped(true).setModifiers(uniform(2)).build());

        assertThat(LongStream.range(0, 100).mapToDouble(none::blind)).containsOnly(2.0);
        assertThat(LongStream.range(0, 100).mapToDouble(key -> none.applied(none.blind(key)))).containsOnly(1.0);
        assertThat(capped.capped()).isTrue();
        assertThat(capped.byUncertainty(0.03, "banner", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(capped.applied(1.5)).isEqualTo(1);
        assertThat(capped.applied(capped.blind(1))).isEqualTo(1);
    }

    /** Banners have a mean of 0.02 like the whole, videos one of 0.06; nothing is known of native ads. */
    @Test
    void shouldDivideByTheMeanOfTheFormatWhereTheSettingsSaySo() {
        UncertaintySnapshot snapshot = snapshot().addCell(globalCell().setCell("*/banner"))
                .addCell(globalCell().setCell("*/video").setMean(0.06).setQuantileHighValue(0.1))
                .addCell(CellStatistics.newBuilder().setCell("*/native")).build();
        BidModifierTable byArm = BidModifierTable.of(snapshot);
        BidModifierTable byFormat = BidModifierTable.of(snapshot.toBuilder()
                .setSettings(settings().setDivisor(Divisor.DIVISOR_FORMAT)).build());

        assertThat(byArm.byUncertainty(0.03, "video", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(byFormat.byUncertainty(0.03, "banner", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(byFormat.byUncertainty(0.09, "video", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(byFormat.byUncertainty(0.03, "video", 1)).as("0.5, bounded").isCloseTo(0.8, within(1e-12));
        assertThat(byFormat.byUncertainty(0.03, "native", 1)).isCloseTo(1.5, within(1e-12));
        assertThat(byFormat.settings().getDivisor()).isEqualTo(Divisor.DIVISOR_FORMAT);
    }

    @Test
    void shouldGiveAnEmptyDistributionWhenNothingWasRecorded() {
        assertThat(ModifierDistributions.of(new QuantileSketch())).isEqualTo(ModifierDistribution.getDefaultInstance());
    }

    static Stream<UncertaintySnapshot> contradictions() {
        return Stream.of(snapshot().clearSettings(), snapshot().setSettings(settings().setExploreShare(1.1)),
                snapshot().setSettings(settings().setModifierMin(1.1)),
                snapshot().setSettings(settings().setModifierMax(0.9)),
                snapshot().setSettings(settings().setTimeToLiveMs(-1)), snapshot().setGain(1.01),
                snapshot().setGain(Double.NaN), snapshot().clearCell().addCell(globalCell().setMean(-1)),
                snapshot().clearCell().addCell(globalCell().setMean(Double.NaN)),
                snapshot().clearCell().addCell(globalCell().setQuantileLowValue(0.06)),
                snapshot().clearCell().addCell(globalCell().setCell("adx")),
                snapshot().addRankedQuantile(0.2).addRankedQuantile(0.1),
                snapshot().setModifiers(ModifierDistribution.newBuilder().addModifier(1)),
                snapshot().setModifiers(ModifierDistribution.newBuilder().addModifier(1).addCumulative(0.9)),
                snapshot().setModifiers(ModifierDistribution.newBuilder().addModifier(Double.NaN).addCumulative(1)),
                snapshot().setModifiers(ModifierDistribution.newBuilder().addModifier(1).addCumulative(1).addModifier(2)
                        .addCumulative(1)))
                .map(UncertaintySnapshot.Builder::build);
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void shouldRefuseASnapshotThatContradictsItself(UncertaintySnapshot snapshot) {
        assertThatThrownBy(() -> BidModifierTable.of(snapshot)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("snapshot 12 of arm uncertainty refused: ");
    }

    @Test
    void shouldAllocateNothing() {
        BidModifierTable table = BidModifierTable.of(snapshot().setSettings(settings().setExploreShare(0.5))
                .setModifiers(uniform(1, 1.2, 1.5, 1.9)).addRankedQuantile(0.01).addRankedQuantile(0.1)
                .build());
        long[] key = new long[1];
        double[] sink = new double[1];

        assertThat(Allocation.bytesWhenWarm(() -> {
            BidModifierTable fresh = table.at(NOW_MS);
            sink[0] += fresh.applied(fresh.byUncertainty(0.03, "banner", key[0]))
                    + fresh.applied(fresh.blind(key[0])) + fresh.applied(fresh.uniform(key[0]))
                    + fresh.applied(fresh.byRank(0.03, key[0]++));
        })).isZero();
    }

    private static double share(double[] drawn, double value) {
        return (double) Arrays.stream(drawn).filter(m -> m == value).count() / drawn.length;
    }

    private static ModifierDistribution uniform(double... modifiers) {
        var distribution = ModifierDistribution.newBuilder().setCount(modifiers.length);
        for (int i = 0; i < modifiers.length; i++) {
            distribution.addModifier(modifiers[i]).addCumulative((i + 1.0) / modifiers.length);
        }
        return distribution.build();
    }

    private static UncertaintySnapshot.Builder snapshot() {
        return UncertaintySnapshot.newBuilder().setArm("uncertainty").setVersion(12).setTimeMs(NOW_MS)
                .setUncertaintyEpoch(3).setGain(1).setSettings(settings()).addCell(globalCell())
                .addCell(CellStatistics.newBuilder().setCell("adx").setCount(9).setMean(9));
    }

    private static CellStatistics.Builder globalCell() {
        return CellStatistics.newBuilder().setCount(100).setMean(0.02).setQuantileLowValue(0.005)
                .setQuantileHighValue(0.05);
    }

    private static ExplorationSettings.Builder settings() {
        return ExplorationSettings.newBuilder().setExploreShare(1).setQuantileLow(0.1).setQuantileHigh(0.9)
                .setModifierMin(0.8).setModifierMax(2).setTimeToLiveMs(60_000);
    }
}
