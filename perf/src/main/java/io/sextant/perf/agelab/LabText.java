package io.sextant.perf.agelab;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import io.sextant.perf.agelab.TheoremFigures.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was found, for a terminal. Stateless. */
final class LabText {
    private static final List<String> TITLES = List.of("", "Table 1: all policies", "Table 2: what AGE is made of",
            "Table 3: direction and threshold", "Beyond the paper: other δ");

    private LabText() {}

    static String text(AgeLabResult result) {
        List<String> parts = new ArrayList<>();
        parts.add(result.name() + (result.quick() ? " (quick: figures say little)" : "") + "\n" + result.pilot());
        for (String row : result.rows().keySet()) {
            for (double share : result.shares()) {
                List<Standing> standings = Standing.of(result.runs(), row, share);
                for (int table = 1; table < TITLES.size(); table++) {
                    int wanted = table;
                    List<Standing> of = standings.stream().filter(each -> each.policy().table() == wanted).toList();
                    if (!of.isEmpty()) {
                        parts.add(String.format(Locale.ROOT, "%s. Setting %s, %.0f %% of the log", TITLES.get(table),
                                row, 100 * share) + "\n" + table(of, share < 1));
                    }
                }
            }
        }
        parts.add("Theorem 1 at λ = " + result.theorem().points().stream().mapToDouble(Point::lambda).min().orElse(0)
                + "\n" + theorem(result.theorem()));
        return String.join("\n\n", parts);
    }

    /** The policies of the tables that are run. */
    static List<LabPolicy> policies(AgeLabConfig config) {
        return Arrays.stream(LabPolicy.values()).filter(policy -> config.tables().contains(policy.table())).toList();
    }

    /** What a replay gave, beside the paper's. */
    static String replay(String title, List<PolicyRun> runs, String row, double share) {
        return String.format(Locale.ROOT, "%s, %.0f %% of the log", title, 100 * share) + "\n"
                + table(Standing.of(runs, row, share), share < 1);
    }

    /** What a replay counted, for logs that are too short to compare anything. */
    static String matches(String title, List<PolicyRun> runs) {
        return title + "\n" + ReportTable.of(runs,
                List.of(left("policy", run -> LabPolicy.named(run.policy()).label()),
                        right("seed", run -> Long.toString(run.seed())),
                        right("matches", run -> Long.toString(run.rounds())),
                        right("clicks", run -> Long.toString(run.clicks()))));
    }

    private static String table(List<Standing> standings, boolean half) {
        return ReportTable.of(standings, List.of(left("policy", each -> each.policy().label()),
                right("clicks", LabText::clicks),
                right("Imp. [95 %]", each -> improvement(each.difference(), each.low(), each.high())),
                right("by true CTR", each -> improvement(each.truth(), each.truthLow(), each.truthHigh())),
                right("paper", each -> published(each, half)),
                right("median |Δlogit|", each -> String.format(Locale.ROOT, "%.2g", each.mean(PolicyRun::medianMove))),
                right("ranks changed", each -> String.format(Locale.ROOT, "%.2f", each.mean(PolicyRun::rankChanges))),
                right("first changed", each -> percent(each.mean(PolicyRun::topChanged))),
                right("weights moved", each -> String.format(Locale.ROOT, "%.3g of %.3g",
                        each.mean(PolicyRun::movement), each.mean(PolicyRun::startLength))),
                right("rounds/s",
                        each -> String.format(Locale.ROOT, "%,.0f", each.mean(PolicyRun::roundsPerSecond)))));
    }

    static String clicks(Standing standing) {
        return Double.isNaN(standing.sd()) ? String.format(Locale.ROOT, "%.1f", standing.clicks())
                : String.format(Locale.ROOT, "%.1f ± %.1f", standing.clicks(), standing.sd());
    }

    static String improvement(double logRatio, double low, double high) {
        if (Double.isNaN(logRatio)) {
            return "–";
        }
        String mean = signed(Math.expm1(logRatio));
        return Double.isNaN(low) ? mean : mean + " [" + signed(Math.expm1(low)) + ", " + signed(Math.expm1(high)) + "]";
    }

    static String published(Standing standing, boolean half) {
        Double share = standing.published(half);
        return share == null ? "–" : signed(share);
    }

    static String signed(double share) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * share);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String theorem(TheoremFigures theorem) {
        double smallest = theorem.points().stream().mapToDouble(Point::lambda).min().orElse(0);
        List<Point> points = theorem.points().stream().filter(point -> point.lambda() == smallest).toList();
        String table = ReportTable.of(points, List.of(right("y'", point -> number(point.prediction())),
                right("p", point -> number(point.truth())), right("cosine", point -> number(point.cosine())),
                right("p − y'", point -> number(point.truth() - point.prediction())),
                right("factor", point -> number(point.factor())), right("2p − 1", point -> number(
                        2 * point.truth() - 1)),
                right("eq. 17 as printed", point -> number(point.printed()))));
        return table + String.format(Locale.ROOT,
                "\nFGM and PGD in three steps: the cosine between their directions is %.6f on average, %.6f at least.",
                theorem.meanCosine(), theorem.leastCosine());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
