package io.sextant.perf.estimators;

import io.sextant.perf.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;

/** Uncertainty by exposures as a picture: a row a scale, at any CTR and at fixed CTR side by side. */
final class EstimatorPlot {
    private EstimatorPlot() {}

    /**
     * Writes the picture.
     *
     * @param file a PNG file, replaced if it exists
     * @throws IOException if it cannot be drawn, for want of fonts for example, or not be written
     */
    static void write(EstimatorReport report, Path file) throws IOException {
        List<Chart<?, ?>> charts = new ArrayList<>();
        for (String scale : List.of("probability", "logit")) {
            charts.add(chart(report, "Uncertainty of the " + scale, scale, ExposureCell::relative));
            charts.add(chart(report, "Uncertainty of the " + scale + ", at fixed CTR", scale, ExposureCell::fixedCtr));
        }
        Picture.write(charts, 2, file);
    }

    private static CategoryChart chart(EstimatorReport report, String title, String scale,
            ToDoubleFunction<ExposureCell> figure) {
        CategoryChart chart = new CategoryChartBuilder().width(Picture.WIDTH).height(Picture.HEIGHT).title(title)
                .xAxisTitle(report.exposureLabel()).yAxisTitle("over that of all requests").build();
        Picture.style(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line).setOverlapped(true)
                .setXAxisLabelRotation(20);
        for (EstimatorVerdict estimator : report.estimators()) {
            boolean yardstick = estimator.name().equals(Contestants.VARIANCE);
            if (estimator.name().endsWith("/" + scale) || yardstick) {
                List<ExposureCell> told = estimator.cells().stream().filter(cell -> cell.requests() > 0).toList();
                chart.addSeries(yardstick ? "p (1 - p)" : estimator.name().replace("/" + scale, ""),
                        told.stream().map(EstimatorReport::label).toList(),
                        told.stream().map(cell -> (Number) figure.applyAsDouble(cell)).toList());
            }
        }
        return chart;
    }
}
