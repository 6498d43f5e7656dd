package io.sextant.perf.experiment.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart that is painted twice, for light pages and for dark ones, in colours that differ to colour-blind eyes too. */
public final class Chart {
    private static final int WIDTH = 680;
    private static final int HEIGHT = 380;
    /** Pictures have more points than they are shown with: screens do. */
    private static final double SCALE = 1.5;
    private static final int FONT_POINTS = 13;
    /** Okabe and Ito (2008), less yellow, with three greys and browns of Tol's. */
    private static final List<Color> COLOURS = List.of(new Color(0x888888), new Color(0x0072B2), new Color(0xE69F00),
            new Color(0x009E73), new Color(0xD55E00), new Color(0xCC79A7), new Color(0x56B4E9), new Color(0x9A6324),
            new Color(0xAA4499), new Color(0x44AA99));

    /**
     * A line, or a point.
     *
     * @param colour number of the arm, so that it has one colour on the whole page
     */
    @SuppressWarnings("ArrayRecordComponent") // painted and forgotten
    private record Series(String name, int colour, double[] x, double[] y) {}

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final boolean xLogarithmic;
    private final List<Series> series = new ArrayList<>();

    /** An empty one. */
    public Chart(String title, String xTitle, String yTitle, boolean xLogarithmic) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.xLogarithmic = xLogarithmic;
    }

    /** What it shows. */
    public String title() {
        return title;
    }

    /**
     * Adds a line; points that are not finite are left out.
     *
     * @param colour number of a colour
     * @param points x and y of each
     */
    public void add(String name, int colour, List<double[]> points) {
        List<double[]> finite = points.stream()
                .filter(point -> Double.isFinite(point[0]) && Double.isFinite(point[1])).toList();
        if (!finite.isEmpty()) {
            series.add(new Series(name, colour, finite.stream().mapToDouble(point -> point[0]).toArray(),
                    finite.stream().mapToDouble(point -> point[1]).toArray()));
        }
    }

    /** What the lines are called, with their colours as a page writes them; the picture has no room for it. */
    public List<Map.Entry<String, String>> legend() {
        return series.stream().map(each -> Map.entry(each.name, String.format(Locale.ROOT, "#%06x",
                COLOURS.get(each.colour % COLOURS.size()).getRGB() & 0xffffff))).toList();
    }

    /** Whether there is nothing to paint. */
    public boolean empty() {
        return series.isEmpty();
    }

    /**
     * The picture as an address that holds it.
     *
     * @throws IOException if it cannot be painted
     */
    public String dataUri(boolean dark) throws IOException {
        var picture = new BufferedImage((int) (SCALE * WIDTH), (int) (SCALE * HEIGHT), BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = picture.createGraphics();
        canvas.scale(SCALE, SCALE);
        painted(dark).paint(canvas, WIDTH, HEIGHT);
        canvas.dispose();
        var bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(picture, "png", bytes)) {
            throw new IOException("this JVM cannot write PNG");
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private XYChart painted(boolean dark) {
        Color back = dark ? new Color(0x1b1d21) : Color.WHITE;
        Color ink = dark ? new Color(0xd8dade) : new Color(0x222428);
        Color grid = dark ? new Color(0x3a3d44) : new Color(0xdddfe3);
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(xTitle).yAxisTitle(yTitle).build();
        var font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_POINTS);
        chart.getStyler().setChartBackgroundColor(back).setPlotBackgroundColor(back).setPlotBorderVisible(false)
                .setChartFontColor(ink).setLegendVisible(false).setChartTitleVisible(false);
        chart.getStyler().setPlotGridLinesColor(grid).setAxisTickLabelsColor(ink).setAxisTickMarksColor(grid)
                .setAxisTickLabelsFont(font).setAxisTitleFont(font).setXAxisLogarithmic(xLogarithmic)
                .setToolTipsEnabled(false);
        chart.getStyler().setXAxisDecimalPattern("#,##0.##").setYAxisDecimalPattern("#,##0.#####")
                .setXAxisTitleColor(ink).setYAxisGroupTitleColor(0, ink);
        for (Series each : series) {
            Color colour = COLOURS.get(each.colour % COLOURS.size());
            XYSeries line = chart.addSeries(each.name, each.x, each.y);
            line.setMarkerColor(colour).setMarker(each.x.length > 12 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
            line.setLineColor(colour).setLineStyle(new BasicStroke(2f));
        }
        return chart;
    }
}
