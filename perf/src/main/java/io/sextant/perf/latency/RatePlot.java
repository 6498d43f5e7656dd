package io.sextant.perf.latency;

import io.sextant.perf.Picture;
import io.sextant.perf.latency.ThroughputPart.Contestant;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Percentiles of latency by rate. Stateless. */
final class RatePlot {
    private RatePlot() {}

    /** The chart of one server. */
    static XYChart of(Contestant contestant) {
        XYChart chart = new XYChartBuilder().width(Picture.WIDTH).height(Picture.HEIGHT).title(contestant.name())
                .xAxisTitle("requests a second").yAxisTitle("latency, ms").build();
        Picture.style(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(true);
        List<Double> rates = contestant.sweep().stream().map(point -> point.load().plan().rate()).toList();
        for (double percentile : ThroughputReport.PERCENTILES) {
            List<Double> latencies = contestant.sweep().stream().map(point -> point.load().latencyMs(percentile))
                    .toList();
            chart.addSeries("p" + ThroughputReport.label(percentile), rates, latencies).setMarker(SeriesMarkers.CIRCLE);
        }
        return chart;
    }
}
