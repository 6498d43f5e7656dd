package io.sextant.perf.agelab;

import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;

import io.sextant.perf.agelab.PolicyRun.ErrorPoint;
import io.sextant.perf.agelab.TheoremFigures.Point;
import io.sextant.perf.experiment.report.Chart;
import io.sextant.perf.experiment.report.ReportPage;
import j2html.tags.DomContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/** The page that tells what an experiment found: one file that needs nothing else. */
final class LabHtml {
    private static final List<String> TITLES = List.of("", "Table 1: all policies", "Table 2: what AGE is made of",
            "Table 3: direction and threshold", "Beyond the paper: other δ");
    private static final List<LabPolicy> CURVES = List.of(LabPolicy.DNN_GREEDY, LabPolicy.AGE_TS, LabPolicy.AGE_UCB,
            LabPolicy.ENSEMBLE_TS);
    private static final List<LabPolicy> TABLE_4 = List.of(LabPolicy.DNN_GREEDY, LabPolicy.ENSEMBLE_UCB,
            LabPolicy.ENSEMBLE_TS, LabPolicy.AGE_TS, LabPolicy.AGE_UCB);

    private final AgeLabResult result;

    private LabHtml(AgeLabResult result) {
        this.result = result;
    }

    /**
     * The page.
     *
     * @throws IOException if a chart cannot be painted; the JDK takes fonts from the system
     */
    static String text(AgeLabResult result) throws IOException {
        return new LabHtml(result).page();
    }

    private String page() throws IOException {
        List<DomContent> sections = new ArrayList<>(List.of(header()));
        for (String row : result.rows().keySet()) {
            sections.add(setting(row));
        }
        sections.add(theorem());
        sections.add(section(h2("Settings"), ReportPage.settings(result.settings())).withId("settings"));
        return ReportPage.text(result.name(), sections);
    }

    private DomContent header() {
        return section(ReportPage.heading(result.name(), result.quick()),
                p("Exploration policies of the bidder's choose one of the articles of a page and learn from what became of"
                        + " it, in a synthetic world of the shape of Yahoo!'s R6B log. Beside each figure stands what"
                        + " \"Adversarial Gradient Driven Exploration for Deep Click-Through Rate Prediction\" printed of"
                        + " the real one: signs and order may be compared, sizes may not."),
                p("Imp.: difference of clicks to the reference of the table (DNN-greedy; in tables 2 and 3 the whole AGE),"
                        + " paired by seed, log ratios, 95 % by Student's t over seeds. \"By true CTR\" puts the true"
                        + " probabilities of what was shown in place of clicks. The paper's \"20376.8, −5.330\" of GP-TS is"
                        + " a misprint: the clicks are 5.33 % more, and so it stands here."),
                p(result.pilot() + String.format(Locale.ROOT, " Took %.0f minutes on %d cores (%s).",
                        result.seconds() / 60, result.machine().cores(), result.machine().processor())),
                p(code(result.command())).withClass("small"));
    }

    private DomContent setting(String row) throws IOException {
        List<DomContent> parts = new ArrayList<>(
                List.of(h2("Setting: " + row), p(Objects.requireNonNullElse(result.rows().get(row), ""))));
        for (double share : result.shares()) {
            List<Standing> standings = Standing.of(result.runs(), row, share);
            for (int number = 1; number < TITLES.size(); number++) {
                int wanted = number;
                List<Standing> of = standings.stream().filter(each -> each.policy().table() == wanted).toList();
                if (!of.isEmpty()) {
                    parts.add(h3(String.format(Locale.ROOT, "%s; %.0f %% of the log", TITLES.get(number),
                            100 * share)));
                    parts.add(standings(of, share < 1));
                }
            }
            if (share == result.shares().getFirst() && !standings.isEmpty()) {
                parts.add(newItems(standings));
                parts.add(errors(row, standings));
            }
        }
        return section(each(parts, part -> part)).withId("row-" + row);
    }

    private static DomContent standings(List<Standing> standings, boolean half) {
        return ReportPage.table(List.of("policy", "clicks, mean ± sd", "Imp.", "by true CTR", "paper",
                "median |Δlogit|", "ranks changed of a page", "first place changed", "weights moved",
                "decisions a second"),
                standings.stream().map(each -> List.of(th(each.policy().label()), td(LabText.clicks(each)),
                        sure(each.difference(), each.low(), each.high()),
                        sure(each.truth(), each.truthLow(), each.truthHigh()),
                        td(LabText.published(each, half)), td(number("%.2g", each.mean(PolicyRun::medianMove))),
                        td(number("%.2f", each.mean(PolicyRun::rankChanges))),
                        td(LabText.percent(each.mean(PolicyRun::topChanged))),
                        td(number("%.3g", each.mean(PolicyRun::movement)) + " of "
                                + number("%.3g", each.mean(PolicyRun::startLength))),
                        td(number("%,.0f", each.mean(PolicyRun::roundsPerSecond))))).toList());
    }

    /** A difference, and its interval below it. */
    private static DomContent sure(double difference, double low, double high) {
        String[] parts = LabText.improvement(difference, low, high).split(" (?=\\[)", 2);
        return td(span(parts[0]).withClass(low > 0 || high < 0 ? "sure" : ""),
                parts.length < 2 ? span() : span(parts[1]).withClass("interval"));
    }

    private DomContent newItems(List<Standing> standings) {
        List<Standing> shown = standings.stream().filter(each -> TABLE_4.contains(each.policy())).toList();
        if (shown.isEmpty()) {
            return span();
        }
        Standing base = shown.getFirst();
        return div(h3("Table 4: new articles"),
                p("Articles with at most " + result.settings().getOrDefault("events.new-item-displays", "so many")
                        + " displays. CTR and displays (the paper's page views) against the first line; PCOC from the plain"
                        + " score and from the explored one. The paper: Ensemble-UCB −3.1 %, +0.2 %, 1.19; Ensemble-TS"
                        + " +1.2 %, +1.2 %, 1.16; AGE-TS +6.4 %, +3.0 %, 1.10; base 1.20."),
                ReportPage.table(List.of("policy", "CTR", "against base", "displays", "against base", "PCOC, plain",
                        "PCOC, explored"),
                        shown.stream().map(each -> List.of(th(each.policy().label()), td(number("%.4f", ctr(each))),
                                td(LabText.signed(ctr(each) / ctr(base) - 1)),
                                td(number("%,.0f", each.mean(run -> run.fresh().displays()))),
                                td(LabText.signed(each.mean(run -> run.fresh().displays())
                                        / base.mean(run -> run.fresh().displays()) - 1)),
                                td(number("%.3f", each.mean(run -> run.fresh().plain())
                                        / each.mean(run -> run.fresh().clicks()))),
                                td(number("%.3f", each.mean(run -> run.fresh().perturbed())
                                        / each.mean(run -> run.fresh().clicks())))))
                                .toList()));
    }

    private static double ctr(Standing standing) {
        return standing.mean(run -> run.fresh().clicks()) / standing.mean(run -> run.fresh().displays());
    }

    private static DomContent errors(String row, List<Standing> standings) throws IOException {
        Chart relative = new Chart(
                "Figure 5, setting " + row + ": error of the predicted CTR by displays of the article",
                "displays before, and 1", "mean |predicted − true| over true", true);
        Chart bias = new Chart("The same, with its sign: predicted over true", "displays before, and 1",
                "predicted over true", true);
        int colour = 0;
        for (LabPolicy policy : CURVES) {
            for (Standing standing : standings) {
                if (standing.policy() == policy) {
                    relative.add(policy.label(), colour, curve(standing, true));
                    bias.add(policy.label(), colour, curve(standing, false));
                }
            }
            colour++;
        }
        return relative.empty() ? span()
                : div(ReportPage.picture(relative), ReportPage.picture(bias)).withClass("charts");
    }

    /** Points of all seeds put together, weighted by displays. */
    private static List<double[]> curve(Standing standing, boolean error) {
        TreeMap<Integer, double[]> sums = new TreeMap<>();
        for (PolicyRun run : standing.runs()) {
            for (ErrorPoint point : run.errors()) {
                double[] sum = sums.computeIfAbsent(point.displays(), _ -> new double[2]);
                sum[0] += point.shown() * (error ? point.error() : point.predicted());
                sum[1] += point.shown() * point.truth();
            }
        }
        return sums.entrySet().stream().map(entry -> new double[]{1.0 + entry.getKey(),
            entry.getValue()[0] / entry.getValue()[1]}).toList();
    }

    private DomContent theorem() throws IOException {
        Chart chart = new Chart("Theorem 1: a gradient step over both labels, along the adversarial direction",
                "p − y′", "length over λ‖∇‖", false);
        double smallest = result.theorem().points().stream().mapToDouble(Point::lambda).min().orElse(0);
        List<Point> points = result.theorem().points().stream().filter(point -> point.lambda() == smallest)
                .sorted((a, b) -> Double.compare(a.truth() - a.prediction(), b.truth() - b.prediction())).toList();
        chart.add("plain gradient step", 1,
                points.stream().map(point -> new double[]{point.truth() - point.prediction(), point.factor()})
                        .toList());
        chart.add("eq. 17 as printed", 4,
                points.stream().map(point -> new double[]{point.truth() - point.prediction(), point.printed()})
                        .toList());
        return section(h2("Theorem 1"),
                p("A plain gradient step on the article's embedding, over both labels, has the adversarial step's direction"
                        + " up to the sign of p − y′, and p − y′ as its length: the theorem holds for such a step. Eq. 17 as"
                        + " printed, the end of a ball of radius λ for each label, gives 2p − 1 whatever was predicted."),
                p(String.format(Locale.ROOT,
                        "FGM against PGD in three steps: over the candidates of a page the cosine between their directions is"
                                + " %.6f on average and %.6f at least.",
                        result.theorem().meanCosine(), result.theorem().leastCosine())),
                ReportPage.picture(chart),
                ReportPage.table(
                        List.of("λ", "y′", "p", "cosine", "p − y′", "factor", "2p − 1", "eq. 17 as printed"),
                        result.theorem().points().stream().map(point -> List.of(
                                td(number("%.3f", point.lambda())), td(number("%.4f", point.prediction())),
                                td(number("%.2f", point.truth())), td(number("%.5f", point.cosine())),
                                td(number("%.4f", point.truth() - point.prediction())),
                                td(number("%.4f", point.factor())), td(number("%.4f", 2 * point.truth() - 1)),
                                td(number("%.4f", point.printed())))).toList()))
                .withId("theorem");
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }
}
