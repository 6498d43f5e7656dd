package io.sextant.standalone;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.fixtures.pricelog.EpisodeAuctions;
import io.sextant.fixtures.pricelog.PriceLogException;
import io.sextant.fixtures.pricelog.SteeredAuctions;
import io.sextant.fixtures.pricelog.Study;
import io.sextant.fixtures.pricelog.StudyRow;
import io.sextant.fixtures.pricelog.StudyRow.Bought;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The part of {@code ./sextant replay} that holds a study's auctions and sets its figures beside. */
final class StudyReplay {
    private final Study study;
    private final List<Path> data;
    private final Settings settings;

    /**
     * How the bidder's own strategies are run.
     *
     * @param reliability of predictions, for strategies that regress them
     * @param part        of the auctions left in which a cost-per-click account is to be spent
     * @param seed        of other orders of a study's auctions
     */
    record Settings(double reliability, double part, long seed) {}

    StudyReplay(Study study, List<Path> data, Settings settings) {
        this.study = study;
        this.data = data;
        this.settings = settings;
    }

    /** A row of the JSON file. */
    private record JsonRow(String bidder, double parameter, long clicks, long impressions, long cost,
            @Nullable Double profit, @Nullable Boolean agrees) {
        static JsonRow of(StudyRow row) {
            Bought bought = row.bought();
            return new JsonRow(row.bidder(), row.parameter(), bought.clicks(), bought.impressions(), bought.cost(),
                    Double.isNaN(bought.profit()) ? null : bought.profit(),
                    row.published() == null ? null : row.agrees());
        }
    }

    /**
     * Holds the auctions and prints the table.
     *
     * @param command how it was called, for the JSON file
     * @return whether nothing differs from what was published
     * @throws PriceLogException if the data cannot be used
     * @throws IOException       if a file cannot be read or written
     */
    boolean run(String command, FiguresOption figures, PrintWriter out) throws PriceLogException, IOException {
        long startNs = System.nanoTime();
        List<StudyRow> rows = study.rows(data);
        out.println(table(rows));
        boolean known = rows.stream().anyMatch(row -> row.published() != null);
        boolean agrees = rows.stream().allMatch(StudyRow::agrees);
        out.println(!known
                ? "This is not the data of the published table: there is nothing to hold it against."
                : agrees ? "All rows are as published, to the last digit."
                        : "Rows differ from what was published: the arithmetic of an auction is wrong here.");
        Map<String, Object> own = own(out);
        var report = new JsonReport(command, settings.seed(), (System.nanoTime() - startNs) / 1e9)
                .with("protocol", study.name().toLowerCase(Locale.ROOT))
                .with("bidders", rows.stream().map(JsonRow::of).toList());
        own.forEach(report::with);
        figures.write(report::write, out);
        return agrees;
    }

    /** The bidder's own strategies by the study's rules, where it has some for them. */
    private Map<String, Object> own(PrintWriter out) throws PriceLogException, IOException {
        return switch (study) {
            case SAM -> Map.of();
            case RLB -> {
                EpisodeAuctions auctions = EpisodeAuctions.read(data);
                if (auctions.train().priceCounts().isEmpty()) {
                    out.println("info.json has no price_counter_train: strategies have no prices to plan with.");
                    yield Map.of();
                }
                yield Map.of("strategies", new EpisodeReplay(auctions, settings.reliability()).run(out),
                        "reliability", settings.reliability());
            }
            case PID -> Map.of("controllers",
                    new ControlReplay(SteeredAuctions.read(data), settings.part(), settings.seed()).run(out), "part",
                    settings.part());
        };
    }

    private static String table(List<StudyRow> rows) {
        List<ColumnData<StudyRow>> columns = new ArrayList<>();
        columns.add(new Column().header("bidder").dataAlign(HorizontalAlign.LEFT).with(StudyRow::bidder));
        columns.add(right("parameter", row -> String.format(Locale.ROOT, "%.4g", row.parameter())));
        if (rows.stream().anyMatch(row -> !Double.isNaN(row.bought().profit()))) {
            figures(columns, "profit", "%,.2f", Bought::profit);
        }
        figures(columns, "clicks", "%,.0f", Bought::clicks);
        figures(columns, "impressions", "%,.0f", Bought::impressions);
        figures(columns, "cost", "%,.0f", Bought::cost);
        columns.add(right("exact", row -> row.published() == null ? "-" : row.agrees() ? "yes" : "NO"));
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static void figures(List<ColumnData<StudyRow>> columns, String name, String format,
            ToDoubleFunction<Bought> figure) {
        columns.add(right(name, row -> String.format(Locale.ROOT, format, figure.applyAsDouble(row.bought()))));
        columns.add(right("published", row -> {
            Bought published = row.published();
            return published == null ? "-" : String.format(Locale.ROOT, format, figure.applyAsDouble(published));
        }));
    }

    private static ColumnData<StudyRow> right(String header, Function<StudyRow, String> cell) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(cell);
    }
}
