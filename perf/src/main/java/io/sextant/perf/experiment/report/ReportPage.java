package io.sextant.perf.experiment.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.img;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.source;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.style;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import j2html.tags.DomContent;
import j2html.tags.specialized.PictureTag;
import j2html.tags.specialized.TableTag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What reports of experiments have in common: one file that needs nothing else, for light and dark, wide and narrow. Stateless. */
public final class ReportPage {
    private ReportPage() {}

    /**
     * A whole page.
     *
     * @param name  of the experiment
     * @param parts from the top down
     */
    public static String text(String name, List<? extends DomContent> parts) throws IOException {
        return "<!DOCTYPE html>\n" + html(
                head(meta().withCharset("utf-8"),
                        meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                        meta().withName("color-scheme").withContent("light dark"), title(name + " – Sextant"),
                        style(rawHtml(css()))),
                body(main(each(parts, part -> part)))).withLang("en").render();
    }

    private static String css() throws IOException {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The heading, and a warning where a run was too short to tell anything. */
    public static DomContent heading(String name, boolean quick) {
        return each(h1(name), quick
                ? p(strong("A quick run."), span(" It shows that everything works; its figures say little."))
                        .withClass("banner")
                : each());
    }

    /**
     * A table.
     *
     * @param headers of all columns
     * @param rows    cells of each; the first one, a heading of its own, stays in sight when a narrow page is moved
     */
    public static TableTag table(List<String> headers, List<? extends List<? extends DomContent>> rows) {
        return j2html.TagCreator.table(thead(tr(each(headers, header -> th(header)))),
                tbody(each(rows, row -> tr(each(row, cell -> cell)))));
    }

    /**
     * A chart with its legend, painted for light pages and for dark ones.
     *
     * @throws IOException if it cannot be painted; the JDK takes fonts from the system
     */
    public static DomContent picture(Chart chart) throws IOException {
        return figure(figcaption(chart.title()), new PictureTag().with(
                source().attr("srcset", chart.dataUri(true)).attr("media", "(prefers-color-scheme: dark)"),
                img().withSrc(chart.dataUri(false)).withAlt(chart.title())),
                p(each(chart.legend(), line -> span(span("●").withStyle("color:" + line.getValue()),
                        span(" " + line.getKey())))).withClass("legend"));
    }

    /** Every setting in force, folded up. */
    public static DomContent settings(Map<String, String> settings) {
        return details(summary("All " + settings.size() + " settings in force"), ul(
                each(settings.entrySet(), setting -> li(code(setting.getKey() + ": " + setting.getValue())))));
    }
}
