package io.sextant.perf;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;

/** Charts in one PNG. Stateless. */
public final class Picture {
    /** Pixels of a chart. */
    public static final int WIDTH = 720;
    /** Pixels of a chart. */
    public static final int HEIGHT = 440;

    private static final String FONTS_MISSING = "a plot needs fonts, and the JDK finds none here: install fontconfig and "
            + "a font, on Debian fontconfig and fonts-dejavu-core, or leave the plot out";

    private Picture() {}

    /**
     * Makes sure that text can be drawn here: the JDK takes fonts from the system.
     *
     * @throws IOException if the system has none
     */
    public static void requireFonts() throws IOException {
        try {
            if (GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length > 0) {
                return;
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new IOException(FONTS_MISSING, e);
        }
        throw new IOException(FONTS_MISSING);
    }

    /** White, its legend below. */
    public static void style(Styler styler) {
        styler.setLegendPosition(Styler.LegendPosition.OutsideS).setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE).setChartBackgroundColor(Color.WHITE);
    }

    /**
     * Writes charts side by side.
     *
     * @param charts  each of {@link #WIDTH} and {@link #HEIGHT}
     * @param columns charts a row
     * @param file    a PNG file, replaced if it exists
     * @throws IOException if it cannot be drawn or written
     */
    public static void write(List<Chart<?, ?>> charts, int columns, Path file) throws IOException {
        requireFonts();
        BufferedImage picture = new BufferedImage(WIDTH * Math.min(columns, charts.size()),
                HEIGHT * Math.ceilDiv(charts.size(), columns), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < charts.size(); i++) {
            BufferedImage part = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            Graphics2D canvas = part.createGraphics();
            charts.get(i).paint(canvas, WIDTH, HEIGHT);
            canvas.dispose();
            graphics.drawImage(part, i % columns * WIDTH, i / columns * HEIGHT, null);
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
}
