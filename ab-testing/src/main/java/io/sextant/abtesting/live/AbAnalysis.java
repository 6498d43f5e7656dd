package io.sextant.abtesting.live;

import io.sextant.abtesting.live.AbReportConfig.AnalysisConfig;
import io.sextant.abtesting.live.AbReportConfig.ArmsConfig;
import io.sextant.abtesting.report.ArmTotals;
import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.MultipleArms;
import io.sextant.abtesting.statistics.SampleRatioMismatch;
import io.sextant.abtesting.statistics.SequentialTest;
import io.sextant.abtesting.statistics.UnitBootstrap;
import io.sextant.abtesting.statistics.UnitMoments;
import io.sextant.protocol.event.UnitKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the sums by unit say of the arms. Assumes one thread. */
final class AbAnalysis {
    /** Pearson's test wants this many units expected in every arm. */
    private static final double EXPECTED_MIN = 5;
    private static final String ALL = "all";

    private final ArmsConfig arms;
    private final AnalysisConfig analysis;
    private final boolean withPast;
    private final double[] shares;
    private final int control;

    /** @param withPast whether anything was read of the time before */
    AbAnalysis(ArmsConfig arms, AnalysisConfig analysis, boolean withPast) {
        this.arms = arms;
        this.analysis = analysis;
        this.withPast = withPast;
        this.shares = arms.shares();
        this.control = names(arms).indexOf(arms.control());
    }

    static List<String> names(ArmsConfig arms) {
        return arms.arms().stream().map(AbReportConfig.ArmConfig::name).toList();
    }

    /** Columns and moments of one arm's units. */
    @SuppressWarnings("ArrayRecordComponent") // computed once and read
    private record Units(double[][] columns, UnitMoments moments, double share) {}

    /**
     * One line an arm.
     *
     * @param totals of all arms, in any order
     * @param losses that exchanges told
     */
    List<ArmFigures> figures(ArmUnits units, List<ArmTotals> totals, LossSums losses) {
        List<ArmFigures> figures = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            String name = arms.arms().get(i).name();
            ArmTotals total = totals.stream().filter(arm -> arm.arm().equals(name)).findFirst().orElseThrow();
            Units arm = units(units, i, EnumSet.allOf(UnitKind.class));
            figures.add(new ArmFigures(name, shares[i], total.requests(), total.bids(), total.wins(),
                    total.bids() == 0 ? null : (double) total.wins() / total.bids(), losses.of(name),
                    total.meanModifier(),
                    total.meanUncertainty(), total.modelVersion(), total.snapshotVersion(), bought(arm),
                    Math.round(arm.moments.sum(ArmUnits.IMPRESSIONS)),
                    Math.round(arm.moments.sum(ArmUnits.CLICKS)), arm.moments.sum(ArmUnits.SPEND),
                    interval(Measure.CTR, arm), interval(Measure.ECPC, arm), interval(Measure.CPM, arm)));
        }
        return figures;
    }

    private static Units units(ArmUnits units, int arm, Set<UnitKind> kinds, double share) {
        double[][] columns = units.columns(arm, kinds);
        return new Units(columns, ArmUnits.moments(columns), share);
    }

    private Units units(ArmUnits units, int arm, Set<UnitKind> kinds) {
        return units(units, arm, kinds, shares[arm]);
    }

    private static long bought(Units arm) {
        double[] impressions = arm.columns[ArmUnits.IMPRESSIONS];
        double[] spend = arm.columns[ArmUnits.SPEND];
        long bought = 0;
        for (int i = 0; i < impressions.length; i++) {
            bought += impressions[i] > 0 || spend[i] > 0 ? 1 : 0;
        }
        return bought;
    }

    private @Nullable Interval interval(Measure measure, Units arm) {
        return Interval.of(measure.of(arm.moments, arm.share), analysis.level());
    }

    /** Every arm but control and neutral against control, over all units and over each kind of them. */
    List<Comparison> comparisons(ArmUnits units) {
        List<Comparison> comparisons = new ArrayList<>(comparisons(units, ALL, EnumSet.allOf(UnitKind.class)));
        List<UnitKind> kinds = units.kinds();
        if (kinds.size() > 1) {
            kinds.forEach(kind -> comparisons.addAll(comparisons(units, name(kind), Set.of(kind))));
        }
        return comparisons;
    }

    static String name(UnitKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace("unit_", "");
    }

    private List<Comparison> comparisons(ArmUnits units, String name, Set<UnitKind> kinds) {
        Units[] all = new Units[shares.length];
        double[][][] drawn = new double[shares.length][][];
        for (int i = 0; i < all.length; i++) {
            all[i] = units(units, i, kinds);
            if (analysis.bootstrapDraws() > 0 && compared(i)) {
                drawn[i] = new UnitBootstrap(analysis.bootstrapDraws(), analysis.seed())
                        .sums(Arrays.copyOf(all[i].columns, ArmUnits.PAST), i);
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            List<Comparison> ofMeasure = new ArrayList<>();
            for (int i = 0; i < all.length; i++) {
                if (i != control && compared(i)) {
                    ofMeasure.add(comparison(name, measure, i, all, drawn));
                }
            }
            comparisons.addAll(together(ofMeasure));
        }
        return comparisons;
    }

    private boolean compared(int arm) {
        return !arms.arms().get(arm).name().equals(arms.neutral());
    }

    private Comparison comparison(String units, Measure measure, int arm, Units[] all, double[][][] drawn) {
        Units treatment = all[arm];
        Units against = all[control];
        Estimate difference = measure.relative(treatment.moments, treatment.share, against.moments, against.share);
        Estimate adjusted = adjusted(measure, treatment, against);
        boolean usable = Interval.usable(difference);
        double before = difference.standardError() * difference.standardError();
        return new Comparison(units, measure, arms.arms().get(arm).name(), value(measure, against),
                value(measure, treatment), Interval.relative(difference, analysis.level()),
                drawn[arm] == null ? null : bootstrap(measure, difference.value(), arm, drawn),
                usable ? difference.pValue() : null, null, usable ? alwaysValid(difference) : null, null,
                adjusted == null ? null : Interval.relative(adjusted, analysis.level()),
                adjusted == null ? null : adjusted.pValue(),
                adjusted == null || !usable ? null
                        : 1 - adjusted.standardError() * adjusted.standardError() / before);
    }

    private static @Nullable Double value(Measure measure, Units arm) {
        double value = measure.of(arm.moments, arm.share).value();
        return Double.isFinite(value) ? value : null;
    }

    private @Nullable Estimate adjusted(Measure measure, Units treatment, Units against) {
        if (!withPast) {
            return null;
        }
        try {
            Estimate adjusted = measure.adjusted(treatment.moments, treatment.share, against.moments, against.share);
            return Interval.usable(adjusted) ? adjusted : null;
        } catch (IllegalArgumentException _) {
            // The time before says nothing of this measure.
            return null;
        }
    }

    private @Nullable Interval bootstrap(Measure measure, double difference, int arm, double[][][] drawn) {
        double[] differences = new double[analysis.bootstrapDraws()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = measure.log(drawn[arm][i], shares[arm])
                    - measure.log(drawn[control][i], shares[control]);
        }
        ConfidenceInterval interval = UnitBootstrap.interval(differences, analysis.level());
        return Interval.relative(difference, interval);
    }

    private double alwaysValid(Estimate difference) {
        var test = new SequentialTest(Math.log1p(analysis.expectedEffect()), analysis.level());
        test.look(difference);
        return test.pValue();
    }

    private static List<Comparison> together(List<Comparison> comparisons) {
        List<@Nullable Double> fixed = holm(comparisons, Comparison::p);
        List<@Nullable Double> alwaysValid = holm(comparisons, Comparison::pAlwaysValid);
        List<Comparison> together = new ArrayList<>();
        for (int i = 0; i < comparisons.size(); i++) {
            together.add(comparisons.get(i).with(fixed.get(i), alwaysValid.get(i)));
        }
        return together;
    }

    private static List<@Nullable Double> holm(List<Comparison> comparisons,
            Function<Comparison, @Nullable Double> pValue) {
        double[] known = comparisons.stream().map(pValue).filter(Objects::nonNull).mapToDouble(Double::doubleValue)
                .toArray();
        double[] adjusted = MultipleArms.holm(known);
        List<@Nullable Double> all = new ArrayList<>();
        int next = 0;
        for (Comparison comparison : comparisons) {
            all.add(pValue.apply(comparison) == null ? null : (Double) adjusted[next++]);
        }
        return all;
    }

    /** Whether units came to the arms by their shares, kind by kind. */
    List<AllocationCheck> allocation(AllocatedUnits allocated) {
        List<AllocationCheck> checks = new ArrayList<>();
        for (UnitKind kind : UnitKind.values()) {
            long[] counts = kind == UnitKind.UNRECOGNIZED ? new long[0] : allocated.counts(kind);
            long all = Arrays.stream(counts).sum();
            if (all > 0) {
                double[] expected = Arrays.stream(shares).map(share -> share * all).toArray();
                boolean enough = Arrays.stream(expected).allMatch(units -> units >= EXPECTED_MIN);
                SampleRatioMismatch test = SampleRatioMismatch.of(counts, shares);
                checks.add(new AllocationCheck(name(kind), Arrays.stream(counts).boxed().toList(),
                        Arrays.stream(expected).boxed().toList(), enough ? test.pValue() : null,
                        enough && test.suspected()));
            }
        }
        return checks;
    }
}
