package io.sextant.perf.experiment;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.github.freva.asciitable.ColumnData;
import io.sextant.abtesting.statistics.PairedRuns;
import io.sextant.perf.ReportTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What an experiment found, as tables for a terminal. */
final class ExperimentText {
    private final ExperimentResult result;

    ExperimentText(ExperimentResult result) {
        this.result = result;
    }

    /** The tables. */
    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT,
                "Experiment %s, %s, %d runs in %.0f s. Means over runs; budgets are unlimited, money in USD.%s",
                result.name(), result.mode(), result.runs().size(), result.seconds(),
                result.quick() ? " A short experiment: these figures say little." : ""));
        parts.add("Online: every arm learns from what it buys (the total effect).");
        parts.add(phase(ArmRun::online));
        parts.add("Exploit: frozen models, modifier 1, the same requests (the learning effect).");
        parts.add(phase(ArmRun::exploit));
        parts.add("Differences to " + result.control()
                + " in per cent (AUC: in points), 95 % intervals over runs, Student's t.");
        parts.add(differences());
        parts.add(
                "What the units of single runs say, each conditional on the models of its run: in how many runs they call a "
                        + "difference to " + result.control() + " at 95 %.");
        parts.add(units());
        if (result.runs().getFirst().frontier().isEmpty()) {
            return String.join(System.lineSeparator(), parts);
        }
        parts.add("Control at other bid levels: the frontier that an arm's extra clicks are held against.");
        parts.add(frontier());
        return String.join(System.lineSeparator(), parts);
    }

    private record Row(String name, List<ArmRun> runs) {
        double mean(ToDoubleFunction<ArmRun> value) {
            return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
        }
    }

    private List<Row> rows() {
        return result.arms().stream().map(arm -> new Row(arm.label(),
                result.runs().stream().map(run -> run.arm(arm.name())).toList())).toList();
    }

    private String phase(Function<ArmRun, PhaseFigures> phase) {
        return ReportTable.of(rows(), columns(phase));
    }

    private static List<ColumnData<Row>> columns(Function<ArmRun, PhaseFigures> of) {
        return List.of(left("arm", Row::name),
                number("wins", 0, run -> of.apply(run).wins()),
                percent("won", run -> of.apply(run).winRate()),
                percent("CTR", run -> of.apply(run).ctr()),
                percent("expected", run -> of.apply(run).expectedCtr()),
                number("spend (a)", 1, run -> of.apply(run).observed().spendUsd()),
                number("limited (b)", 1, run -> of.apply(run).observed().limitedSpendUsd()),
                number("expected", 1, run -> of.apply(run).expected().limitedSpendUsd()),
                number("kept (c)", 1, run -> of.apply(run).observed().keptSpendUsd()),
                number("profit", 1, run -> of.apply(run).expected().profitUsd()),
                percent("premium", run -> of.apply(run).premium()),
                number("modifier", 3, run -> of.apply(run).modifierOfBids()),
                percent("new publishers", run -> of.apply(run).newPublishers()));
    }

    private String frontier() {
        List<Row> levels = new ArrayList<>();
        for (int i = 0; i < result.runs().getFirst().frontier().size(); i++) {
            int level = i;
            List<ArmRun> runs = result.runs().stream().map(run -> run.frontier().get(level)).toList();
            levels.add(new Row("control at " + runs.getFirst().bidLevel(), runs));
        }
        return ReportTable.of(levels, columns(ArmRun::online));
    }

    private String differences() {
        List<String> others = result.arms().stream().map(ArmSpec::name).filter(arm -> !arm.equals(result.control()))
                .toList();
        List<ColumnData<String>> columns = new ArrayList<>(List.of(left("arm", arm -> arm)));
        columns.add(difference("spend", Comparison.ONLINE, Measure.SPEND));
        columns.add(difference("limited spend", Comparison.ONLINE, Measure.EXPECTED_LIMITED_SPEND));
        columns.add(difference("CTR", Comparison.ONLINE, Measure.EXPECTED_CTR));
        columns.add(difference("clicks at equal spend", Comparison.ONLINE, Measure.EFFICIENCY));
        columns.add(difference("exploit: limited spend", Comparison.EXPLOIT, Measure.EXPECTED_LIMITED_SPEND));
        columns.add(difference("exploit: CTR", Comparison.EXPLOIT, Measure.EXPECTED_CTR));
        columns.add(difference("neutral AUC", Comparison.OFFLINE, Measure.NEUTRAL_AUC));
        columns.add(difference("neutral log loss", Comparison.OFFLINE, Measure.NEUTRAL_LOG_LOSS));
        columns.add(difference("mean uncertainty", Comparison.OFFLINE, Measure.MEAN_UNCERTAINTY));
        return ReportTable.of(others, columns);
    }

    /** By phase, metric and arm. */
    private String units() {
        record Key(String phase, String metric, String arm) {}
        SortedMap<String, Key> keys = new TreeMap<>();
        Map<Key, List<UnitComparison>> found = new HashMap<>();
        for (RunResult run : result.runs()) {
            for (UnitComparison unit : run.units()) {
                var key = new Key(unit.phase(), unit.metric(), unit.arm());
                keys.put(unit.phase() + "/" + unit.metric() + "/" + unit.arm(), key);
                found.computeIfAbsent(key, _ -> new ArrayList<>()).add(unit);
            }
        }
        return ReportTable.of(List.copyOf(keys.values()), List.of(left("phase", Key::phase),
                left("metric", Key::metric), left("arm", Key::arm),
                right("runs that call a difference", key -> found(found, key).stream()
                        .filter(UnitComparison::significant).count() + " of " + found(found, key).size()),
                right("half width of their intervals",
                        key -> String.format(Locale.ROOT, "%.2f %%", 100 * found(found, key)
                                .stream().mapToDouble(unit -> (unit.high() - unit.low()) / 2).average()
                                .orElse(Double.NaN))),
                right("standard deviation between runs", key -> deviation(found(found, key)))));
    }

    private static <K> List<UnitComparison> found(Map<K, List<UnitComparison>> found, K key) {
        return found.getOrDefault(key, List.of());
    }

    private static String deviation(List<UnitComparison> units) {
        return units.size() < 2 ? ""
                : String.format(Locale.ROOT, "%.2f %%", 100 * PairedRuns
                        .of(units.stream().mapToDouble(UnitComparison::difference).toArray()).standardDeviation());
    }

    private ColumnData<String> difference(String title, String phase, Measure measure) {
        return right(title, arm -> result.comparison(phase, measure.label(), arm, result.control())
                .map(ExperimentText::interval).orElse(""));
    }

    private static String interval(Comparison found) {
        if (Double.isNaN(found.mean())) {
            return "";
        }
        return Double.isNaN(found.low()) ? String.format(Locale.ROOT, "%+.2f", scaled(found, found.mean()))
                : String.format(Locale.ROOT, "%+.2f (%+.2f to %+.2f)", scaled(found, found.mean()),
                        scaled(found, found.low()), scaled(found, found.high()));
    }

    private static double scaled(Comparison found, double value) {
        return 100 * (found.logRatio() ? Math.expm1(value) : value);
    }

    private static ColumnData<Row> number(String title, int digits, ToDoubleFunction<ArmRun> value) {
        return right(title, row -> String.format(Locale.ROOT, "%,." + digits + "f", row.mean(value)));
    }

    private static ColumnData<Row> percent(String title, ToDoubleFunction<ArmRun> value) {
        return right(title, row -> String.format(Locale.ROOT, "%.2f %%", 100 * row.mean(value)));
    }
}
