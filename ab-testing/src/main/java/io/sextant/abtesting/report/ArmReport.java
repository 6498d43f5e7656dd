package io.sextant.abtesting.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The arms side by side, for people as a table and for programs as rows. Immutable and thread-safe. */
public final class ArmReport {
    private static final double LEVEL = 0.95;
    private static final String NOTHING = "-";

    private final List<ArmTotals> totals;

    /** Reports on these arms, in this order. */
    public ArmReport(List<ArmTotals> totals) {
        this.totals = List.copyOf(totals);
    }

    /** One row an arm. */
    public List<ArmRow> rows() {
        return totals.stream().map(ArmRow::of).toList();
    }

    /**
     * The table as text, without a line break at its end. Behind each click-through rate stands its 95 % Wilson interval; a
     * ratio over nothing is a dash.
     */
    public String text() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, totals,
                List.of(new Column().header("arm").dataAlign(HorizontalAlign.LEFT).with(ArmTotals::arm),
                        number("requests", "%,d", ArmRow::requests), number("bids", "%,d", ArmRow::bids),
                        number("wins", "%,d", ArmRow::wins), number("spend", "%,.4f", ArmRow::spend),
                        number("clicks", "%,d", ArmRow::clicks),
                        number("CTR %", "%.3f", row -> row.ctr() == null ? null : 100 * row.ctr()),
                        column("95 % interval", ArmReport::interval), number("eCPC", "%.4f", ArmRow::ecpc),
                        number("mean uncertainty", "%.6f", ArmRow::meanUncertainty),
                        number("mean modifier", "%.4f", ArmRow::meanModifier),
                        number("model", "%d", ArmRow::modelVersion),
                        number("snapshot", "%d", ArmRow::snapshotVersion)));
    }

    private static ColumnData<ArmTotals> number(String header, String format,
            Function<ArmRow, @Nullable Number> value) {
        return column(header, totals -> {
            Number number = value.apply(ArmRow.of(totals));
            return number == null ? NOTHING : String.format(Locale.ROOT, format, number);
        });
    }

    private static ColumnData<ArmTotals> column(String header, Function<ArmTotals, String> text) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(text);
    }

    /** A click can be told before its impression; as long as there are more of them, there is no interval. */
    private static String interval(ArmTotals totals) {
        if (totals.impressions() == 0 || totals.clicks() > totals.impressions()) {
            return NOTHING;
        }
        ConfidenceInterval ctr = ConfidenceInterval.wilson(totals.clicks(), totals.impressions(), LEVEL);
        return String.format(Locale.ROOT, "%.3f - %.3f", 100 * ctr.low(), 100 * ctr.high());
    }
}
