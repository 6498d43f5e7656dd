package io.sextant.perf.tune;

import io.sextant.perf.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;

/** Immediate profit against learning effect, a point a setting. */
final class TunePlot {
    private static final double PERCENT = 100;

    private TunePlot() {}

    /**
     * Writes the picture.
     *
     * @param file a PNG file, replaced if it exists
     * @throws IOException if it cannot be drawn, for want of fonts for example, or not be written
     */
    static void write(TuneReport report, Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(Picture.WIDTH).height(Picture.HEIGHT)
                .title("What exploring costs and teaches").xAxisTitle("immediate profit, % of control's spend")
                .yAxisTitle("learning effect, %").build();
        Picture.style(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        TuneReport.Row chosen = report.chosen();
        points(chart, "others", report.rows(), row -> !row.pareto() && !row.equals(chosen));
        points(chart, "Pareto set", report.rows(), row -> row.pareto() && !row.equals(chosen));
        points(chart, "chosen", report.rows(), row -> row.equals(chosen));
        chart.addSeries("not exploring", new double[]{0}, new double[]{0});
        Picture.write(List.of(chart), 1, file);
    }

    private static void points(XYChart chart, String name, List<TuneReport.Row> rows,
            Predicate<TuneReport.Row> which) {
        List<TuneReport.Row> own = rows.stream().filter(which)
                .filter(row -> Double.isFinite(row.effect().learning().mean())).toList();
        if (!own.isEmpty()) {
            chart.addSeries(name,
                    own.stream().mapToDouble(row -> PERCENT * row.effect().immediate().mean()).toArray(),
                    own.stream().mapToDouble(row -> PERCENT * row.effect().learning().mean()).toArray());
        }
    }
}
