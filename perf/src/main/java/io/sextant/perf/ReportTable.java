package io.sextant.perf;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.function.Function;

/** How every report of {@code ./sextant bench} lays out its tables. Stateless. */
public final class ReportTable {
    private static final int CELL_CHARACTERS_MAX = 100;

    private ReportTable() {}

    /** The rows as text, without a line break at its end. */
    public static <T> String of(List<T> rows, List<ColumnData<T>> columns) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    /** A column of words. */
    public static <T> ColumnData<T> left(String header, Function<T, String> cell) {
        return column(header, HorizontalAlign.LEFT, cell);
    }

    /** A column of numbers. */
    public static <T> ColumnData<T> right(String header, Function<T, String> cell) {
        return column(header, HorizontalAlign.RIGHT, cell);
    }

    private static <T> ColumnData<T> column(String header, HorizontalAlign align, Function<T, String> cell) {
        return new Column().header(header).maxWidth(CELL_CHARACTERS_MAX).dataAlign(align).with(cell);
    }
}
