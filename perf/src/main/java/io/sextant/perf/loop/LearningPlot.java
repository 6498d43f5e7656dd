package io.sextant.perf.loop;

import io.sextant.perf.Picture;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How an arm's model came nearer to the truth as it bought, beside what anybody could have known. Stateless. */
final class LearningPlot {
    private LearningPlot() {}

    /**
     * The chart of one arm: AUC below the truth's by impressions.
     *
     * @param stretches of the run, one after the other, each with an impression or more
     */
    static XYChart of(String arm, List<ArmFigures> stretches) {
        XYChart chart = new XYChartBuilder().width(Picture.WIDTH).height(Picture.HEIGHT).title(arm)
                .xAxisTitle("impressions bought").yAxisTitle("AUC below the truth's").build();
        Picture.style(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0).setXAxisDecimalPattern("#,###").setYAxisDecimalPattern("0.00");
        double[] middles = middles(stretches);
        series(chart, "the model", middles, stretches, ArmFigures::auc);
        series(chart, "the informed of requests", middles, stretches, ArmFigures::informedRequestAuc);
        series(chart, "the informed", middles, stretches, ArmFigures::informedAuc);
        double end = stretches.stream().mapToLong(ArmFigures::impressions).sum();
        chart.addSeries("target", new double[]{0, end},
                new double[]{ArmFigures.AUC_GAP_MAX, ArmFigures.AUC_GAP_MAX}).setMarker(SeriesMarkers.NONE)
                .setLineStyle(SeriesLines.DASH_DASH);
        return chart;
    }

    private static void series(XYChart chart, String name, double[] middles, List<ArmFigures> stretches,
            ToDoubleFunction<ArmFigures> auc) {
        chart.addSeries(name, middles, stretches.stream()
                .mapToDouble(figures -> figures.truthAuc() - auc.applyAsDouble(figures)).toArray())
                .setMarker(SeriesMarkers.CIRCLE);
    }

    private static double[] middles(List<ArmFigures> stretches) {
        double[] middles = new double[stretches.size()];
        long before = 0;
        for (int i = 0; i < middles.length; i++) {
            middles[i] = before + stretches.get(i).impressions() / 2.0;
            before += stretches.get(i).impressions();
        }
        return middles;
    }
}
