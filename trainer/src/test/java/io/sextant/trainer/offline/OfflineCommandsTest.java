package io.sextant.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.GaussianSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OfflineCommandsTest {
    private static final int ROWS = 30_000;
    private static final double KEPT = 0.2;

    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Impressions with a known click probability: site (Zipf), hour, ad; effects add up in logits. */
    private static final class Planted {
        private final List<String> lines = new ArrayList<>();
        private final Predictions truth = Predictions.all();

        Planted(long seed, int rows) {
            UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
            var gaussian = GaussianSampler.of(ZigguratSampler.NormalizedGaussian.of(random), 0, 1);
            var sites = RejectionInversionZipfSampler.of(random, 100, 1.0);
            double[] effects = gaussian.samples(4_000).toArray();
            for (int i = 0; i < rows; i++) {
                int site = sites.sample();
                int hour = random.nextInt(24);
                int ad = random.nextInt(10);
                double logit = -2 + 0.5 * effects[site] + 0.3 * effects[3_000 + hour] + effects[3_100 + ad];
                double p = 1 / (1 + Math.exp(-logit));
                boolean click = random.nextDouble() < p;
                lines.add(String.format(Locale.ROOT, "%d 0:%d:1 1:%d:1 2:%d:1", click ? 1 : 0, site, hour, ad));
                if (i >= rows * (1 - KEPT)) {
                    truth.add(p, click, 1);
                }
            }
        }
    }

    private int run(CommandLine command, String... arguments) {
        return command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }

    private int train(Path data, Path target) {
        return run(TrainMain.commandLine(), "--data", data.toString(), "--out", target.toString(), "--ad-fields",
                "field-2", "--validation-share", String.valueOf(KEPT), "--exposure-field", "field-0", "--epochs", "3",
                "--set", "model.hidden=[16, 8]", "--set", "model.embedding-size=4", "--set", "model.prior-ctr=0.1",
                "--set", "training.embedding-learning-rate=0.1");
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void shouldComeNearTheTruthAndRepeatToTheBitWhenClicksArePlanted() throws Exception {
        var planted = new Planted(1, ROWS);
        Path data = Files.write(folder.resolve("planted.ffm"), planted.lines);

        assertThat(train(data, folder.resolve("first"))).as(err.toString()).isZero();
        assertThat(train(data, folder.resolve("second"))).isZero();

        JsonNode report = json(folder.resolve("first/report-offline-0000000000.json"));
        PredictionFigures truth = planted.truth.figures();
        JsonNode raw = report.path("figures").path("kept back, raw");
        assertThat(raw.path("examples").asLong()).isEqualTo(truth.examples());
        assertThat(raw.path("clicks").asDouble()).isEqualTo(truth.clicks());
        assertThat(raw.path("auc").asDouble()).isCloseTo(truth.auc(), within(0.02));
        assertThat(raw.path("log_loss").asDouble()).isCloseTo(truth.logLoss(), within(0.01));
        assertThat(raw.path("pcoc").asDouble()).isCloseTo(1, within(0.15));

        JsonNode calibrated = report.path("figures").path("its second half, calibrated on the first");
        // Some 450 clicks: chance alone moves it by 5 %.
        assertThat(calibrated.path("pcoc").asDouble()).isCloseTo(1, within(0.15));

        ModelArtefact first = ModelArtefact.read(folder.resolve("first/offline/0000000000"), null);
        ModelArtefact second = ModelArtefact.read(folder.resolve("second/offline/0000000000"), null);
        assertThat(first.sha256()).isEqualTo(second.sha256()).isEqualTo(report.path("sha256").asText());
        assertThat(first.description().examples()).isEqualTo(Math.round(ROWS * (1 - KEPT)));
        assertThat(first.description().ageLambda()).isPositive();
        assertThat(first.description().calibration()).isNotEqualTo(SegmentCalibrations.identity());
        assertThat(first.description().schema().adFields()).isEqualTo(1);
        try (CtrModel served = new ModelLoader().load(first.directory(), first.sha256())) {
            assertThat(served.can(CtrModel.Ability.ROW_INFORMATION)).isTrue();
        }
        assertThat(Files.size(folder.resolve("first/report-offline-0000000000.png"))).isPositive();
        assertThat(out.toString()).contains("kept back",
                "Uncertainty by impressions in training with the same field-0");
        // What is never seen is less sure than what is seen often.
        JsonNode rows = report.path("exposures").path("rows");
        double before = Double.POSITIVE_INFINITY;
        for (JsonNode row : rows) {
            double sd = row.path("uncertainties").path("row-information/logit").asDouble();
            assertThat(sd).isLessThan(before);
            before = sd;
        }
        assertThat(rows.size()).isGreaterThanOrEqualTo(3);

        Path again = folder.resolve("evaluation.json");
        Path kept = Files.write(folder.resolve("kept.ffm"),
                planted.lines.subList((int) Math.round(ROWS * (1 - KEPT)), ROWS));
        assertThat(run(EvaluateMain.commandLine(), "--model", first.directory().toString(), "--data", kept.toString(),
                "--json", again.toString(), "--plot", folder.resolve("e.png").toString(), "--exposure-field", "rarest"))
                .as(err.toString()).isZero();
        JsonNode evaluated = json(again).path("figures").path("raw");
        assertThat(evaluated.path("auc").asDouble()).isEqualTo(raw.path("auc").asDouble());
        assertThat(evaluated.path("log_loss").asDouble()).isEqualTo(raw.path("log_loss").asDouble());
        // Fitted to these very impressions, calibrated predictions sum to their clicks, but for what shrinkage keeps back.
        assertThat(json(again).path("figures").path("calibrated, as bidders price").path("pcoc").asDouble())
                .isCloseTo(1, within(0.02));
        assertThat(folder.resolve("e.png")).isNotEmptyFile();
    }

    @Test
    void shouldStopAndKeepTheBestWhenNothingCanBeLearned() throws Exception {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(3);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            // Every impression has a site of its own: what is learned of it is of no use later.
            lines.add((random.nextInt(10) == 0 ? 1 : 0) + " 0:" + i + ":1 1:" + i % 3 + ":1");
        }
        Path data = Files.write(folder.resolve("noise.ffm"), lines);

        assertThat(run(TrainMain.commandLine(), "--data", data.toString(), "--out", folder.resolve("m").toString(),
                "--epochs", "50", "--patience", "3", "--set", "model.hidden=[8]", "--set", "model.embedding-size=4",
                "--set", "training.embedding-learning-rate=0.5")).as(err.toString()).isZero();

        JsonNode report = json(folder.resolve("m/report-offline-0000000000.json"));
        assertThat(report.path("stopped_early").asBoolean()).isTrue();
        JsonNode curve = report.path("curve");
        double best = Double.POSITIVE_INFINITY;
        double bestEpochs = 0;
        for (JsonNode look : curve) {
            if (look.path("validation_log_loss").asDouble() < best) {
                best = look.path("validation_log_loss").asDouble();
                bestEpochs = look.path("epochs").asDouble();
            }
        }
        assertThat(report.path("epochs").asDouble()).isEqualTo(bestEpochs);
        assertThat(curve.get(curve.size() - 1).path("epochs").asDouble()).isLessThan(50);
        // The engine of the bidder says of the best weights what TensorFlow said at that look.
        assertThat(report.path("figures").path("kept back, raw").path("log_loss").asDouble()).isCloseTo(best,
                within(1e-5));
    }

    @Test
    void shouldPutTheNextVersionBesideTheLastWhenTrainedAgain() throws Exception {
        Path data = Files.write(folder.resolve("small.ffm"), new Planted(2, 600).lines);
        assertThat(train(data, folder.resolve("m"))).as(err.toString()).isZero();
        assertThat(train(data, folder.resolve("m"))).isZero();
        assertThat(folder.resolve("m/offline/0000000000")).isDirectory();
        assertThat(folder.resolve("m/offline/0000000001")).isDirectory();
        assertThat(folder.resolve("m/report-offline-0000000001.json")).isRegularFile();
    }

    @Test
    void shouldSayWhatToDoWhenTheDataCannotBeUsed() throws Exception {
        Path clickless = Files.write(folder.resolve("none.ffm"), List.of("0 0:1:1", "0 0:2:1", "0 0:3:1"));
        assertThat(train(clickless, folder.resolve("m"))).isEqualTo(1);
        assertThat(err.toString()).contains("no click").doesNotContain("Exception");
        assertThat(run(EvaluateMain.commandLine(), "--model", folder.toString(), "--data", clickless.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("there is no model.json in it");
        assertThat(run(TrainMain.commandLine(), "--data", clickless.toString(), "--out", "m", "--epochs", "0"))
                .isEqualTo(2);
        assertThat(run(TrainMain.commandLine(), "--data", clickless.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--epochs is 0", "--out is missing");
        assertThat(run(TrainMain.commandLine(), "--data", clickless.toString(), "--format", "parquet")).isEqualTo(2);
        assertThat(err.toString()).contains("\"parquet\" is none of [ipinyou, examples, libsvm, libffm, ctr-columns]");
    }

    @Test
    void shouldMendPredictionsThatAreTooHighWhenColumnsAreEvaluated() throws Exception {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(5);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            double p = 0.002 + 0.03 * random.nextDouble() * random.nextDouble();
            lines.add(String.format(Locale.ROOT, "%d 50 %.6f", random.nextDouble() < p ? 1 : 0, p * 1.3));
        }
        Path report = folder.resolve("columns.json");

        assertThat(run(EvaluateMain.commandLine(), "--data",
                Files.write(folder.resolve("columns.txt"), lines).toString(), "--json", report.toString()))
                .as(err.toString()).isZero();

        JsonNode figures = json(report).path("figures");
        JsonNode raw = figures.path("second half, raw");
        JsonNode calibrated = figures.path("second half, equal-count");
        assertThat(raw.path("pcoc").asDouble()).isCloseTo(1.3, within(0.1));
        assertThat(calibrated.path("pcoc").asDouble()).isCloseTo(1, within(0.1));
        assertThat(calibrated.path("log_loss").asDouble()).isLessThan(raw.path("log_loss").asDouble());
        assertThat(calibrated.path("auc").asDouble()).isCloseTo(raw.path("auc").asDouble(), within(1e-3));
        assertThat(figures.has("second half, paper")).isTrue();
    }
}
