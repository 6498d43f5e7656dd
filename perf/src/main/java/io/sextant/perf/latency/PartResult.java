package io.sextant.perf.latency;

import java.util.List;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * What a part has found.
 *
 * @param figures in the order in which they are shown
 * @param tables  for people, below the figures
 * @param details what the figures were made of, for the JSON, by name
 * @param charts  for {@code --plot}, each of the size that {@link io.sextant.perf.Picture} says
 */
record PartResult(List<LatencyFigure> figures, List<String> tables, Map<String, Object> details,
        List<Chart<?, ?>> charts) {
    PartResult {
        figures = List.copyOf(figures);
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
    }

    /** One without charts. */
    PartResult(List<LatencyFigure> figures, List<String> tables, Map<String, Object> details) {
        this(figures, tables, details, List.of());
    }
}
