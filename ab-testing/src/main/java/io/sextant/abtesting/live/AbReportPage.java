package io.sextant.abtesting.live;

import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.style;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The report as one HTML file that needs nothing else. */
public final class AbReportPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c62828; --warn: #b26a00; }
            body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 78rem; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; white-space: nowrap; }
            th:first-child, td:first-child, td.text { text-align: left; }
            th { background: var(--soft); }
            .banner { background: var(--bad); color: #fff; font-weight: 700; padding: .8rem 1rem; border-radius: .4rem; }
            .warning { color: var(--warn); } .bad { color: var(--bad); font-weight: 700; }
            .caveat { border-left: 4px solid var(--warn); padding: .2rem .8rem; background: var(--soft); }
            .settled { font-weight: 700; }
            """;

    private AbReportPage() {}

    /** The whole file. */
    public static String of(AbReport report) {
        String level = AbReportText.plain(100 * report.level()) + " %";
        return "<!DOCTYPE html>\n" + html(head(meta().withCharset("utf-8"),
                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                title("Sextant: the arms of the experiment"), style(rawHtml(STYLE))),
                body(h1("The arms of the experiment"),
                        p("Bids from " + Objects.requireNonNullElse(report.from(), "the beginning") + " to "
                                + report.to() + (report.preFrom() == null ? "."
                                        : "; the time before from " + report.preFrom() + ".")),
                        iff(report.unsound(), div("Sample ratio mismatch: do not believe the differences below.")
                                .withClass("banner")),
                        iff(!report.warnings().isEmpty(),
                                ul(each(report.warnings(), warning -> li(warning).withClass("warning")))),
                        h2("Arm by arm"), arms(report),
                        p(level + " intervals by the delta method over units of allocation. Money in USD."),
                        p(report.caveat()).withClass("caveat"), each(report.comparisons().stream()
                                .map(Comparison::units).distinct().toList(), units -> comparisons(report, units)),
                        p("Bold: settled for all arms together, at any time (p below "
                                + AbReportText.plain(1 - report.level())
                                + "). «Looked at once» holds at the time that was planned for, and at no other."),
                        iff(!report.allocation().isEmpty(), allocation(report)),
                        iff(!report.neutral().isEmpty(), neutral(report)), h2("What was read"),
                        ul(each(report.messages().entrySet(), count -> li(String.format(Locale.ROOT, "%,d %s",
                                count.getValue(), count.getKey().words()))))))
                .withLang("en").render();
    }

    private static DomContent arms(AbReport report) {
        return table(List.of("arm", "share", "requests", "bids", "win rate", "told lost", "mean uncertainty",
                "mean modifier", "units", "impressions",
                "clicks", "spend", "CTR", "eCPC", "spend per thousand", "model"),
                report.arms().stream()
                        .map(arm -> row(arm.arm(), AbReportText.percent("%.2f", arm.share()), count(arm.requests()),
                                count(arm.bids()), AbReportText.percent("%.2f", arm.winRate()),
                                AbReportText.losses(arm.losses()),
                                AbReportText.number("%.6f", arm.meanUncertainty()),
                                AbReportText.number("%.3f", arm.meanModifier()), count(arm.units()),
                                count(arm.impressions()), count(arm.clicks()),
                                AbReportText.number("%,.4f", arm.spend()),
                                AbReportText.interval("%.3f %%", arm.ctr(), 100),
                                AbReportText.interval("%.4f", arm.ecpc(), 1),
                                AbReportText.interval("%.3f", arm.cpm(), 1), count(arm.modelVersion())))
                        .toList());
    }

    private static DomContent comparisons(AbReport report, String units) {
        boolean bootstrap = report.comparisons().stream().anyMatch(row -> row.bootstrap() != null);
        boolean adjusted = report.preFrom() != null;
        List<String> headers = new ArrayList<>(List.of("measure", "arm", "difference"));
        if (bootstrap) {
            headers.add("by bootstrap");
        }
        if (adjusted) {
            headers.addAll(List.of("with CUPED", "p with CUPED", "variance taken out"));
        }
        headers.addAll(List.of("p, looked at once", "for all arms", "p, at any time", "for all arms"));
        List<DomContent> rows = new ArrayList<>();
        for (Comparison row : report.comparisons()) {
            if (!row.units().equals(units)) {
                continue;
            }
            List<String> cells = new ArrayList<>(List.of(row.measure().words(), row.arm(),
                    AbReportText.interval("%+.2f %%", row.difference(), 100)));
            if (bootstrap) {
                cells.add(AbReportText.ends("%+.2f %%", row.bootstrap(), 100));
            }
            if (adjusted) {
                cells.add(AbReportText.interval("%+.2f %%", row.adjusted(), 100));
                cells.add(AbReportText.p(row.pAdjusted()));
                cells.add(AbReportText.percent("%.1f", row.varianceExplained()));
            }
            cells.addAll(List.of(AbReportText.p(row.p()), AbReportText.p(row.pHolm()),
                    AbReportText.p(row.pAlwaysValid()), AbReportText.p(row.pAlwaysValidHolm())));
            Double settled = row.pAlwaysValidHolm();
            rows.add(tr(each(cells, cell -> td(cell)))
                    .withCondClass(settled != null && settled < 1 - report.level(), "settled"));
        }
        return div(h2("Against " + report.control() + ", " + (units.equals("all") ? "all units"
                : "units made from "
                        + units)),
                table(headers, rows));
    }

    private static DomContent allocation(AbReport report) {
        List<String> headers = new ArrayList<>(List.of("made from"));
        report.arms().forEach(arm -> headers.add(arm.arm() + " (expected)"));
        headers.add("p");
        List<DomContent> rows = new ArrayList<>();
        for (AllocationCheck check : report.allocation()) {
            List<String> cells = new ArrayList<>(List.of(check.kind()));
            for (int i = 0; i < check.counts().size(); i++) {
                cells.add(String.format(Locale.ROOT, "%,d (%,.0f)", check.counts().get(i), check.expected().get(i)));
            }
            cells.add(check.pValue() == null ? "too few" : AbReportText.p(check.pValue()));
            rows.add(tr(each(cells, cell -> td(cell))).withCondClass(check.suspected(), "bad"));
        }
        return div(h2("Allocated units, one in " + report.sampleOneIn()), table(headers, rows));
    }

    private static DomContent neutral(AbReport report) {
        return div(h2("The arms' models on impressions of the neutral arm"),
                table(List.of("arm", "impressions", "clicks", "AUC", "log loss", "PCOC", "model"),
                        report.neutral().stream()
                                .map(row -> row(row.arm(), count(row.examples()), count(row.clicks()),
                                        AbReportText.number("%.4f", row.auc()),
                                        AbReportText.number("%.5f", row.logLoss()),
                                        AbReportText.number("%.3f", row.pcoc()), count(row.modelVersion())))
                                .toList()));
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static DomContent row(String... cells) {
        return tr(each(List.of(cells), cell -> td(cell)));
    }

    private static DomContent table(List<String> headers, List<DomContent> rows) {
        return div(j2html.TagCreator.table(thead(tr(each(headers, header -> th(header)))),
                tbody(each(rows, row -> row)))).withClass("wide");
    }
}
