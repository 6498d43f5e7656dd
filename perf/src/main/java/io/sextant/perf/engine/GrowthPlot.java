package io.sextant.perf.engine;

import io.sextant.perf.engine.GrowthPoint.Sweep;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The growth curves as a picture: a chart a sweep, side by side, both axes logarithmic. */
final class GrowthPlot {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 380;
    private GrowthPlot() {}

    /**
     * Writes the picture.
     *
     * @param points of all sweeps
     * @param file   a PNG file, replaced if it exists
     * @throws IOException if it cannot be written
     */
    static void write(List<GrowthPoint> points, Path file) throws IOException {
        Sweep[] sweeps = Sweep.values();
        BufferedImage picture = new BufferedImage(WIDTH * sweeps.length, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < sweeps.length; i++) {
            Sweep sweep = sweeps[i];
            BufferedImage chart = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            Graphics2D canvas = chart.createGraphics();
            chart(sweep, points.stream().filter(point -> point.sweep() == sweep).toList()).paint(canvas, WIDTH, HEIGHT);
            canvas.dispose();
            graphics.drawImage(chart, i * WIDTH, 0, null);
        }
        graphics.dispose();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("this JVM cannot write PNG, no plot in " + file);
        }
    }

    private static XYChart chart(Sweep sweep, List<GrowthPoint> points) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(sweep.label())
                .yAxisTitle("µs a request").build();
        double[] times = points.stream()
                .flatMapToDouble(point -> DoubleStream.of(point.array(), point.tensorFlow(), point.onnxRuntime()))
                .sorted()
                .toArray();
        // Whole decades, so that there are labels to read the curves by.
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, Math.floor(Math.log10(times[0]))))
                .setYAxisMax(Math.pow(10, Math.ceil(Math.log10(times[times.length - 1]))))
                .setLegendPosition(Styler.LegendPosition.OutsideS).setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE).setChartBackgroundColor(Color.WHITE);
        series(chart, "TensorFlow", points, GrowthPoint::tensorFlow);
        series(chart, "ONNX Runtime", points, GrowthPoint::onnxRuntime);
        series(chart, "Sextant", points, GrowthPoint::array);
        return chart;
    }

    private static void series(XYChart chart, String name, List<GrowthPoint> points,
            ToDoubleFunction<GrowthPoint> micros) {
        chart.addSeries(name, points.stream().mapToDouble(GrowthPoint::value).toArray(),
                points.stream().mapToDouble(micros).toArray()).setMarker(SeriesMarkers.CIRCLE);
    }
}
