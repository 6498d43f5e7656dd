package io.sextant.perf.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.perf.Picture;
import io.sextant.perf.engine.GrowthPoint.Sweep;
import io.sextant.perf.engine.Measurement.Size;
import io.sextant.perf.jmh.PeakFmaBenchmark;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures worked out by hand from made-up times. */
class EngineReportTest {
    private static final Path NET = Path.of("net");
    private static final Size STANDARD = EngineRun.STANDARD;
    /** So that the machine does one operation a nanosecond on each of a hundred lanes. */
    private static final double PEAK_GFLOPS = 100;
    private static final Arithmetic ARITHMETIC = new Arithmetic(5e6, 4e6, 17e6, 7.5);
    private static final Parity PARITY = new Parity(10_000, 2e-6, 3e-6, 1e-6, 6_400, 4e-6, 5e-6);

    private static EngineRun run() {
        Map<Measurement, Samples> samples = new HashMap<>();
        samples.put(Measurement.peak(NET), samples(PeakFmaBenchmark.operations() / PEAK_GFLOPS, Map.of()));
        samples.put(Measurement.scores(NET, STANDARD), samples(80_000, Map.of()));
        samples.put(Measurement.request(NET, STANDARD), samples(100_000, Map.of()));
        samples.put(Measurement.withAge(NET, STANDARD, true), samples(112_000, Map.of()));
        samples.put(other(Engine.TENSORFLOW, BatchForm.FED_EMBEDDINGS), samples(460_000, Map.of()));
        samples.put(other(Engine.TENSORFLOW, BatchForm.FED_INDICES), samples(450_000, Map.of()));
        samples.put(other(Engine.ONNX_RUNTIME, BatchForm.FED_EMBEDDINGS), samples(240_000, Map.of()));
        samples.put(other(Engine.ONNX_RUNTIME, BatchForm.FED_INDICES), samples(300_000, Map.of()));
        samples.put(Measurement.allocation(NET, STANDARD),
                samples(1, Map.of("bytes", 4_600.0, "fewBytes", 100.0, "requests", 10.0)));
        return new EngineRun(NET, samples);
    }

    private static Measurement other(Engine engine, BatchForm form) {
        return Measurement.request(NET, STANDARD, engine, form);
    }

    private static Samples samples(double ns, Map<String, Double> counted) {
        Samples samples = new Samples();
        samples.add(ns, counted);
        return samples;
    }

    private static List<GrowthPoint> growth() {
        List<GrowthPoint> points = new ArrayList<>();
        for (Sweep sweep : Sweep.values()) {
            for (int setting : sweep.settings()) {
                points.add(new GrowthPoint(sweep, setting, setting, 4.0 * setting, 3.0 * setting));
            }
        }
        return points;
    }

    private static EngineReport report() {
        EngineRun run = run();
        return new EngineReport("./sextant bench engine", 1, 2.5, Machine.here("plain"),
                EngineFigures.of(run, ARITHMETIC, PARITY), ARITHMETIC, PARITY, run, growth());
    }

    @Test
    void shouldGiveTheFiguresOfTheTargetsWhenTimesAreKnown() {
        EngineFigures figures = EngineFigures.of(run(), ARITHMETIC, PARITY);

        assertThat(figures.speedupVsTensorFlow()).isCloseTo(4.5, within(1e-9));
        assertThat(figures.speedupVsOnnxRuntime()).isCloseTo(2.4, within(1e-9));
        // 8 MFLOP in 100 µs are 80 GFLOP/s.
        assertThat(figures.fmaPeakShare()).isCloseTo(0.8, within(1e-9));
        assertThat(figures.uncertaintyShare()).isCloseTo(0.25, within(1e-9));
        assertThat(figures.ageShare()).isCloseTo(0.12, within(1e-9));
        assertThat(figures.bytesPerRequest()).isCloseTo(460, within(1e-9));
        // 460 at a hundred candidates, 10 at ten.
        assertThat(figures.bytesPerCandidate()).isCloseTo(5, within(1e-9));
        assertThat(figures.maxLogitDifference()).isEqualTo(3e-6);
    }

    @Test
    void shouldTellWhichTargetsAreMetWhenPrinted() {
        String text = report().text();

        assertThat(text).containsPattern("TensorFlow Java ÷ Sextant +\\| +4\\.50 × \\| +≥ 4 × \\| met")
                .containsPattern("ONNX Runtime ÷ Sextant +\\| +2\\.40 × \\| +≥ 2\\.5 × \\| missed")
                .containsPattern("peak FMA rate +\\| +80\\.0 % \\| +≥ 70 % \\| met")
                .containsPattern("of scoring +\\| +25\\.0 % \\| +≤ 20 % \\| missed")
                .containsPattern("10,000 rows plain and masked +\\| +3\\.0e-06 \\| +≤ 1e-4 \\| met")
                .containsPattern("looked up in the graph +\\| +450\\.0").contains("100.0 GFLOP/s")
                .contains("7.5 of the 10")
                .containsPattern("1000 \\| +1000\\.0 \\| +4000\\.0 \\| +3000\\.0 \\| +4\\.0 \\| +3\\.0");
    }

    @Test
    void shouldHoldEveryFigureUnderItsNameWhenWrittenAsJson() throws IOException {
        JsonNode json = new ObjectMapper().readTree(report().json());

        assertThat(json.fieldNames()).toIterable().startsWith("speedup_vs_tensorflow", "speedup_vs_onnxruntime",
                "fma_peak_share", "uncertainty_share", "age_share", "bytes_per_candidate", "bytes_per_request",
                "max_logit_difference");
        assertThat(json.get("speedup_vs_tensorflow").doubleValue()).isCloseTo(4.5, within(1e-9));
        assertThat(json.get("machine").get("jvm").textValue()).contains("25");
        assertThat(json.get("fastest_form").get("tensorflow").textValue()).isEqualTo("FED_INDICES");
        assertThat(json.get("parity").get("plain").doubleValue()).isEqualTo(2e-6);
        assertThat(json.get("growth")).hasSize(17);
        assertThat(json.get("growth").get(0).get("sweep").textValue()).isEqualTo("candidates");
    }

    @Test
    void shouldDrawOneChartASweepWhenPlotted(@TempDir Path directory) throws IOException {
        assumeThatCode(Picture::requireFonts).doesNotThrowAnyException();
        Path file = directory.resolve("plots/growth.png");

        GrowthPlot.write(growth(), file);

        assertThat(Files.size(file)).isBetween(1_000L, 200_000L);
        BufferedImage picture = ImageIO.read(file.toFile());
        for (int chart = 0; chart < 3; chart++) {
            assertThat(colours(picture.getSubimage(chart * picture.getWidth() / 3, 0, picture.getWidth() / 3,
                    picture.getHeight()))).isGreaterThan(3);
        }
    }

    private static long colours(BufferedImage picture) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        return Arrays.stream(pixels).distinct().count();
    }
}
