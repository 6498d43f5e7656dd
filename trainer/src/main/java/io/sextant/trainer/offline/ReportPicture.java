package io.sextant.trainer.offline;

import io.sextant.model.evaluation.ReliabilityBucket;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A report's curves side by side: how training went, how honest predictions are, how uncertainty falls with exposure. */
final class ReportPicture {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 400;
    private static final String SCALE = "/logit";

    private ReportPicture() {}

    /**
     * Writes the picture.
     *
     * @param file a PNG file, replaced if it exists
     * @throws IOException if it cannot be drawn, for want of fonts for example, or not be written
     */
    static void write(OfflineReport report, Path file) throws IOException {
        requireFonts();
        List<Chart<?, ?>> charts = new ArrayList<>();
        if (!report.curve().isEmpty()) {
            charts.add(learning(report.curve()));
        }
        if (report.reliability().stream().anyMatch(curve -> !curve.buckets().isEmpty())) {
            charts.add(reliability(report.reliability()));
        }
        if (!report.exposures().isEmpty()) {
            charts.add(uncertainty(report));
        }
        BufferedImage picture = new BufferedImage(WIDTH * Math.max(1, charts.size()), HEIGHT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < charts.size(); i++) {
            BufferedImage part = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            Graphics2D canvas = part.createGraphics();
            charts.get(i).paint(canvas, WIDTH, HEIGHT);
            canvas.dispose();
            graphics.drawImage(part, i * WIDTH, 0, null);
        }
        graphics.dispose();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("this JVM cannot write PNG");
        }
    }

    private static void requireFonts() throws IOException {
        String missing = "the JDK finds no fonts here: install fontconfig and a font, on Debian fontconfig and"
                + " fonts-dejavu-core";
        try {
            if (GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length > 0) {
                return;
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new IOException(missing, e);
        }
        throw new IOException(missing);
    }

    private static XYChart learning(List<OfflineTraining.CurvePoint> curve) {
        XYChart chart = chart("Learning", "epochs", "log loss");
        double[] epochs = curve.stream().mapToDouble(OfflineTraining.CurvePoint::epochs).toArray();
        // Nothing was trained on before the first look.
        double[] later = IntStream.range(1, epochs.length).mapToDouble(i -> epochs[i]).toArray();
        if (later.length > 0) {
            chart.addSeries("in training, before each step", later, curve.stream().skip(1)
                    .mapToDouble(OfflineTraining.CurvePoint::trainingLogLoss).toArray())
                    .setMarker(SeriesMarkers.CIRCLE);
        }
        chart.addSeries("kept back", epochs,
                curve.stream().mapToDouble(OfflineTraining.CurvePoint::validationLogLoss).toArray())
                .setMarker(SeriesMarkers.CIRCLE);
        return chart;
    }

    private static XYChart reliability(List<OfflineReport.NamedBuckets> curves) {
        XYChart chart = chart("Reliability", "predicted click probability", "observed");
        double highest = 0;
        for (OfflineReport.NamedBuckets curve : curves) {
            if (!curve.buckets().isEmpty()) {
                chart.addSeries(curve.name(),
                        curve.buckets().stream().mapToDouble(ReliabilityBucket::predicted).toArray(),
                        curve.buckets().stream().mapToDouble(ReliabilityBucket::observed).toArray())
                        .setMarker(SeriesMarkers.CIRCLE);
                highest = Math.max(highest, curve.buckets().getLast().predicted());
            }
        }
        chart.addSeries("honest", new double[]{0, highest}, new double[]{0, highest}).setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.GRAY);
        return chart;
    }

    /* On the scale of logits: on that of probabilities every measure mostly follows the prediction. */
    private static CategoryChart uncertainty(OfflineReport report) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title("Uncertainty, in logits")
                .xAxisTitle(report.exposureLabel()).build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(30);
        List<String> labels = report.exposures().stream().map(ExposureRow::label).toList();
        for (String measure : report.exposures().getFirst().uncertainties().keySet()) {
            if (measure.endsWith(SCALE)) {
                chart.addSeries(measure.substring(0, measure.length() - SCALE.length()), labels, report.exposures()
                        .stream().map(row -> row.uncertainties().getOrDefault(measure, Double.NaN)).toList());
            }
        }
        return chart;
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y)
                .build();
        style(chart.getStyler());
        return chart;
    }

    private static void style(Styler styler) {
        styler.setLegendPosition(Styler.LegendPosition.OutsideS).setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE).setChartBackgroundColor(Color.WHITE);
    }
}
