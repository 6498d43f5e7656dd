package io.sextant.perf.experiment.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.title;

import io.sextant.perf.experiment.ArmRun;
import io.sextant.perf.experiment.ArmSpec;
import io.sextant.perf.experiment.Comparison;
import io.sextant.perf.experiment.ExperimentResult;
import io.sextant.perf.experiment.Measure;
import io.sextant.perf.experiment.Money;
import io.sextant.perf.experiment.PhaseFigures;
import io.sextant.perf.experiment.SliceFigures;
import io.sextant.perf.experiment.UnitComparison;
import j2html.tags.DomContent;
import j2html.tags.specialized.TableTag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The page that tells what an experiment found: one file that needs nothing else, for light and dark, wide and narrow. */
public final class ExperimentHtml {
    private final ExperimentResult result;

    private ExperimentHtml(ExperimentResult result) {
        this.result = result;
    }

    /**
     * The page.
     *
     * @throws IOException if a chart cannot be painted; the JDK takes fonts from the system
     */
    public static String text(ExperimentResult result) throws IOException {
        return new ExperimentHtml(result).page();
    }

    private String page() throws IOException {
        List<DomContent> sections = new ArrayList<>(
                List.of(header(), verdicts(), paperTable(), money(), effects(), models()));
        Chart frontier = ResultCharts.frontier(result);
        sections.add(section(h2("More clicks than by bidding more?"),
                p("Control buys more clicks by bidding more for all of them: the line. An arm is worth having where it lies"
                        + " above it."),
                ReportPage.picture(frontier), efficiency()).withId("frontier"));
        sections.add(charts("time", "Over time, while the arms learned", ResultCharts.curves(result)));
        sections.add(charts("exposure", "How unsure, by what is known", ResultCharts.exposure(result)));
        sections.add(arms());
        sections.add(units());
        sections.add(settings());
        return ReportPage.text(result.name(), sections);
    }

    private DomContent header() {
        return section(ReportPage.heading(result.name(), result.quick()),
                p(String.format(Locale.ROOT, "%d runs (seeds), %d arms, %s: %s. %s", result.runs().size(),
                        result.arms().size(), result.mode(),
                        result.mode().equals("paired") ? "every arm sees every request in its own copy of the market"
                                : "traffic is divided among the arms",
                        "The run is what intervals are made of: paired differences between arms, Student's t over runs, 95 %.")),
                p(span("Requests a run: " + String.join(", ", result.requests().entrySet().stream()
                        .map(phase -> String.format(Locale.ROOT, "%s %,d", phase.getKey(), phase.getValue())).toList())
                        + String.format(Locale.ROOT, ". Took %.0f minutes.", result.seconds() / 60)),
                        code(result.command()))
                        .withClass("small"),
                nav(link("verdicts", "Verdicts"), link("paper", "Table 1"), link("money", "Money"),
                        link("effects", "Learning"), link("models", "Models"), link("frontier", "Frontier"),
                        link("time", "Time"), link("exposure", "Exposure"), link("arms", "Arms"),
                        link("units", "Users"),
                        link("settings", "Settings")));
    }

    private static DomContent link(String id, String text) {
        return a(text).withHref("#" + id);
    }

    private DomContent verdicts() {
        return section(h2("What is shown"), each(Verdict.of(result), verdict -> div(
                p(span(verdict.outcome().words()).withClass("tag " + verdict.outcome().name().toLowerCase(Locale.ROOT)),
                        span(" " + verdict.claim())),
                p(verdict.reason()).withClass("small")).withClass("verdict"))).withId("verdicts");
    }

    private DomContent paperTable() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : others()) {
            List<DomContent> row = new ArrayList<>(List.of(th(arm.label())));
            for (PaperTable.Column column : PaperTable.COLUMNS) {
                Double published = column.published(arm);
                row.add(difference(column.phase(), column.measure(), arm.name(), result.control(),
                        published == null ? "" : String.format(Locale.ROOT, "paper %+.2f %%", 100 * published)));
            }
            rows.add(row);
        }
        return section(h2("Table 1 of the paper, here"),
                p("Against " + result.control()
                        + ". Log loss and uncertainty are better lower, all else higher. The paper"
                        + " gives no intervals; its revenue is that of campaigns whose business constraints held."),
                table(PaperTable.COLUMNS.stream().map(PaperTable.Column::title).toList(), rows)).withId("paper");
    }

    private DomContent money() {
        List<String> headers = List.of("counted by", "(a) spend", "(b) min(spend, CPC × clicks)",
                "(c) spend at the agreed cost", "profit", "clicks", "CTR", "eCPC", "win rate", "premium");
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : result.arms()) {
            rows.add(moneyRow(arm, "observed clicks", PhaseFigures::observed));
            rows.add(moneyRow(arm, "expected clicks", PhaseFigures::expected));
        }
        List<List<DomContent>> differences = new ArrayList<>();
        for (ArmSpec arm : others()) {
            List<DomContent> row = new ArrayList<>(List.of(th(arm.label())));
            for (Measure measure : List.of(Measure.SPEND, Measure.LIMITED_SPEND, Measure.EXPECTED_LIMITED_SPEND,
                    Measure.EXPECTED_KEPT_SPEND, Measure.EXPECTED_PROFIT, Measure.EXPECTED_CLICKS)) {
                row.add(difference(Comparison.ONLINE, measure, arm.name(), result.control(), ""));
            }
            differences.add(row);
        }
        return section(h2("Money, online"),
                p("USD a run, mean over runs; budgets are unlimited. (b) is the primary measure."),
                table(headers, rows), h3("Against " + result.control()),
                table(List.of("(a) spend", "(b) observed", "(b) expected", "(c) expected", "profit, USD, expected",
                        "clicks, expected"), differences))
                .withId("money");
    }

    private List<DomContent> moneyRow(ArmSpec arm, String counted, Function<PhaseFigures, Money> way) {
        ToDoubleFunction<ToDoubleFunction<Money>> mean = figure -> mean(arm,
                run -> figure.applyAsDouble(way.apply(run.online())));
        double clicks = mean.applyAsDouble(Money::clicks);
        double spend = mean.applyAsDouble(Money::spendUsd);
        List<DomContent> row = new ArrayList<>(List.of(th(arm.label()), td(counted)));
        for (ToDoubleFunction<Money> figure : List.<ToDoubleFunction<Money>>of(Money::spendUsd, Money::limitedSpendUsd,
                Money::keptSpendUsd, Money::profitUsd)) {
            row.add(td(Figures.number("%,.2f", mean.applyAsDouble(figure))));
        }
        row.add(td(Figures.number("%,.1f", clicks)));
        row.add(td(Figures.share(clicks / mean(arm, run -> run.online().wins()))));
        row.add(td(Figures.number("%.4f", spend / clicks)));
        row.add(td(Figures.share(mean(arm, run -> run.online().winRate()))));
        row.add(td(Figures.share(mean(arm, run -> run.online().premium()))));
        return row;
    }

    private DomContent effects() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : others()) {
            List<DomContent> row = new ArrayList<>(List.of(th(arm.label())));
            for (Measure measure : List.of(Measure.EXPECTED_LIMITED_SPEND, Measure.EXPECTED_CLICKS,
                    Measure.EXPECTED_PROFIT)) {
                row.add(difference(Comparison.ONLINE, measure, arm.name(), result.control(), ""));
                row.add(difference(Comparison.EXPLOIT, measure, arm.name(), result.control(), ""));
            }
            rows.add(row);
        }
        return section(h2("Learning, and all"),
                p("While it explores an arm bids more: that is in the total effect. Afterwards every arm's frozen model bids"
                        + " at modifier 1 on the same requests: what is left is what it has learned."),
                table(List.of("(b) total", "(b) learning", "clicks total", "clicks learning", "profit total, USD",
                        "profit learning, USD"), rows))
                .withId("effects");
    }

    private DomContent models() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : result.arms()) {
            List<DomContent> row = new ArrayList<>(List.of(th(arm.label())));
            for (String slice : List.of(SliceFigures.NEUTRAL, SliceFigures.CONTROL, SliceFigures.UNION)) {
                row.add(td(Figures.number("%.4f", mean(arm, run -> run.slice(slice).expectedAuc()))));
                row.add(td(Figures.number("%.5f", mean(arm, run -> run.slice(slice).expectedLogLoss()))));
                row.add(td(Figures.number("%.3f", mean(arm, run -> run.slice(slice).pcoc()))));
            }
            row.add(td(Figures.number("%.5f", mean(arm, ArmRun::meanUncertainty))));
            rows.add(row);
        }
        List<List<DomContent>> differences = new ArrayList<>();
        for (ArmSpec arm : others()) {
            differences.add(List.of(th(arm.label()),
                    difference(Comparison.OFFLINE, Measure.NEUTRAL_AUC, arm.name(), result.control(), ""),
                    difference(Comparison.OFFLINE, Measure.NEUTRAL_LOG_LOSS, arm.name(), result.control(), ""),
                    difference(Comparison.OFFLINE, Measure.MEAN_UNCERTAINTY, arm.name(), result.control(), "")));
        }
        return section(h2("The models afterwards"),
                p("Frozen, on later impressions, held against the true probabilities. Neutral: a random creative, bought"
                        + " whatever it costs, the primary slice. Control's and the union of all arms' later wins: what was"
                        + " bought, as the paper scored."),
                table(List.of("AUC, neutral", "log loss", "PCOC", "AUC, control's", "log loss", "PCOC", "AUC, union",
                        "log loss", "PCOC", "mean u"), rows),
                h3("Against " + result.control()),
                table(List.of("AUC, neutral", "log loss, neutral", "mean uncertainty"), differences)).withId("models");
    }

    private DomContent efficiency() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : others()) {
            Optional<Comparison> found = result.comparison(Comparison.ONLINE, Measure.EFFICIENCY.label(), arm.name(),
                    result.control());
            if (found.isPresent() && Double.isFinite(found.get().mean())) {
                rows.add(List.of(th(arm.label()),
                        td(Figures.signed(mean(arm, run -> Objects.requireNonNull(run.efficiency()).extraSpendUsd()))),
                        td(Figures.signed(mean(arm, run -> Objects.requireNonNull(run.efficiency()).extraClicks()))),
                        td(Figures.signed(mean(arm, run -> Objects.requireNonNull(run.efficiency()).frontierClicks()
                                - Objects.requireNonNull(run.efficiency()).controlClicks()))),
                        difference(Comparison.ONLINE, Measure.EFFICIENCY, arm.name(), result.control(), "")));
            }
        }
        return rows.isEmpty() ? p("This experiment has no bid levels of control.").withClass("small")
                : table(List.of("extra spend, USD", "extra clicks", "extra clicks of control at that spend",
                        "clicks at equal spend"), rows);
    }

    private DomContent arms() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : result.arms()) {
            rows.add(List.of(th(arm.label()), td(arm.name()), td(arm.pctr()), td(arm.exploration()),
                    td(String.join(" ", arm.estimator(), arm.scale()).strip()),
                    td(Figures.number("%.3f", mean(arm, run -> run.online().modifierOfBids()))),
                    td(Figures.number("%.3f", mean(arm, run -> run.online().modifierOfWins()))),
                    td(Figures.share(mean(arm, run -> run.online().newPublishers()))),
                    td(Figures.number("%,.0f", mean(arm, ArmRun::learned))),
                    td(Figures.number("%.1f", mean(arm, run -> (double) run.versions()))),
                    td(Figures.number("%.1f", mean(arm, run -> (double) run.refused())))));
        }
        return section(h2("Arm by arm"),
                table(List.of("name", "pCTR", "exploration", "uncertainty", "modifier of bids", "of wins",
                        "wins on new publishers", "learned from", "models", "refused"), rows))
                .withId("arms");
    }

    /** How often users of single runs call a difference that runs do not. */
    private DomContent units() {
        List<List<DomContent>> rows = new ArrayList<>();
        for (ArmSpec arm : others()) {
            for (String phase : List.of(Comparison.ONLINE, Comparison.EXPLOIT)) {
                List<UnitComparison> found = result.runs().stream().flatMap(run -> run.units().stream())
                        .filter(unit -> unit.arm().equals(arm.name()) && unit.against().equals(result.control())
                                && unit.phase().equals(phase))
                        .toList();
                for (String metric : found.stream().map(UnitComparison::metric).distinct().toList()) {
                    List<UnitComparison> runs = found.stream().filter(unit -> unit.metric().equals(metric)).toList();
                    rows.add(List.of(th(arm.label()), td(phase), td(metric),
                            td(runs.stream().filter(UnitComparison::significant).count() + " of " + runs.size()),
                            td(range(runs))));
                }
            }
        }
        return section(h2("What users of one run would say"),
                p("Intervals from the users of a single run take its models as given: another run trains others. Where they"
                        + " call a difference in nearly every run, and not the same one, they are too sure."),
                rows.isEmpty() ? p("None were made.")
                        : table(List.of("phase", "metric", "runs that call a difference",
                                "differences of the runs"), rows))
                .withId("units");
    }

    private static String range(List<UnitComparison> runs) {
        return Figures.percent(runs.stream().mapToDouble(UnitComparison::difference).min().orElse(Double.NaN)) + " to "
                + Figures.percent(runs.stream().mapToDouble(UnitComparison::difference).max().orElse(Double.NaN));
    }

    private DomContent settings() {
        return section(h2("Settings"),
                ReportPage.settings(result.settings()),
                p("Seeds " + String.join(", ",
                        result.runs().stream().map(run -> Long.toString(run.seed())).toList()) + ".")
                        .withClass("small"))
                .withId("settings");
    }

    private DomContent charts(String id, String heading, List<Chart> charts) throws IOException {
        List<DomContent> pictures = new ArrayList<>();
        for (Chart chart : charts) {
            if (!chart.empty()) {
                pictures.add(ReportPage.picture(chart));
            }
        }
        return section(h2(heading), div(each(pictures, each -> each)).withClass("charts")).withId(id);
    }

    private DomContent difference(String phase, Measure measure, String arm, String against, String beside) {
        Optional<Comparison> found = result.comparison(phase, measure.label(), arm, against);
        if (found.isEmpty() || !Double.isFinite(found.get().mean())) {
            return td(Figures.NONE);
        }
        String[] parts = Figures.difference(found.get()).split(" (?=[\\[(])", 2);
        return td(span(parts[0]).withClass(found.get().significant() ? "sure" : ""),
                parts.length < 2 ? span() : span(parts[1]).withClass("interval"),
                beside.isEmpty() ? span() : span(beside).withClass("interval paper"));
    }

    /** A row's first cell says what it is about. */
    private static TableTag table(List<String> headers, List<List<DomContent>> rows) {
        return ReportPage.table(Stream.concat(Stream.of(""), headers.stream()).toList(), rows);
    }

    private List<ArmSpec> others() {
        return result.arms().stream().filter(arm -> !arm.name().equals(result.control())).toList();
    }

    private double mean(ArmSpec arm, ToDoubleFunction<ArmRun> figure) {
        return ResultCharts.mean(result.runs(), run -> figure.applyAsDouble(run.arm(arm.name())));
    }
}
