package io.sextant.trainer.offline;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.evaluation.Predictions;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.data.CtrColumns;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataFormat;
import io.sextant.trainer.data.DataReader;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.data.InputFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model, or somebody's predictions, on recorded impressions. */
@Command(name = "sextant evaluate", mixinStandardHelpOptions = true, version = "sextant evaluate 0.1.0", sortOptions = false, description = {
    "Measures a model artefact on recorded impressions: log loss, AUC, PCOC, calibration error, and how unsure the model is,",
    "by how often training has seen the request. With --format ctr-columns (click, price, prediction) no model is needed: a",
    "calibration is fitted to the first half of the lines, by the trainer's settings, and measured on the second."})
public final class EvaluateMain extends SextantCommand {
    @Option(names = "--model", paramLabel = "DIR", description = "Directory of the artefact, for example models/control/0000000007.")
    private @Nullable Path model;

    @Mixin
    private final DataOptions data = new DataOptions();

    @Option(names = "--buckets", paramLabel = "N", defaultValue = "10", description = "Buckets of reliability curves. Default: ${DEFAULT-VALUE}.")
    private int buckets;

    @Mixin
    private final UncertaintyOptions uncertainty = new UncertaintyOptions();

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--plot", paramLabel = "FILE", description = "Also writes a picture, as PNG.")
    private @Nullable Path plot;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    private EvaluateMain() {}

    /** Evaluates; exit code 1 when data or model cannot be used, 2 for wrong options. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return ConfigOptions.commandLine(new EvaluateMain(), DataException.class);
    }

    @Override
    public Integer call() throws DataException, IOException {
        refuse(buckets < 1, "--buckets", buckets, "1 or more");
        TrainerConfig config = options.load("trainer", TrainerConfig.class);
        if (options.printed(config, out())) {
            return 0;
        }
        InputFiles files = data.files();
        OfflineReport report = files.format() == DataFormat.CTR_COLUMNS ? check(files, config) : evaluate(files);
        report.with("command", typed()).with("format", files.format().toString());
        show(report, out());
        return 0;
    }

    private OfflineReport check(InputFiles files, TrainerConfig config) throws DataException, IOException {
        CtrColumns columns = CtrColumns.read(files, data.reading());
        columns.problems().forEach(err()::println);
        return ColumnsReport.of(columns, config.calibration(), buckets);
    }

    private OfflineReport evaluate(InputFiles files) throws DataException, IOException {
        ModelArtefact artefact = artefact();
        DataSet impressions = new DataReader(files, data.reading()).read(artefact.description().schema());
        impressions.problems().forEach(err()::println);
        int exposureField = Exposures.field(impressions.schema(), uncertainty.field());
        var report = new OfflineReport();
        report.line(String.format(Locale.ROOT, "%,d impressions with %,d clicks, model %s version %d.",
                impressions.size(), impressions.clicks(0, impressions.size()), artefact.description().arm(),
                artefact.description().version()));
        try (CtrModel engine = new ArrayCtrModel(artefact.description(), artefact.weights(), KernelChoice.kernels())) {
            Predictions raw = ModelEvaluation.predictions(engine, impressions, 0, impressions.size());
            report.figures("raw", raw.figures()).reliability("raw", raw.reliability(buckets));
            SegmentCalibrations calibrations = artefact.description().calibration();
            if (!calibrations.equals(SegmentCalibrations.identity())) {
                Predictions served = KeptBackCalibration.through(calibrations, raw, impressions, 0, 0, raw.size());
                report.figures("calibrated, as bidders price", served.figures()).reliability("calibrated",
                        served.reliability(buckets));
            }
            Exposures exposures = Exposures.estimated(artefact.weights(), informationEach(raw), exposureField);
            report.exposures(exposures.label(), ModelEvaluation.byExposure(engine, impressions, 0, impressions.size(),
                    exposures, uncertainty.looked()));
        }
        return report.with("model", artefact.directory().toString()).with("sha256", artefact.sha256())
                .with("impressions", impressions.size()).with("clicks", impressions.clicks(0, impressions.size()))
                .with("bad_lines", impressions.badLines());
    }

    private ModelArtefact artefact() throws DataException, IOException {
        Path directory = model;
        if (directory == null) {
            throw unusable(
                    "--model is missing: name an artefact's directory; only " + DataFormat.CTR_COLUMNS + " needs none");
        }
        if (!Files.isReadable(directory.resolve("model.json"))) {
            throw new DataException(
                    directory + ": there is no model.json in it; --model is the directory of one version,"
                            + " for example models/control/0000000007");
        }
        return ModelArtefact.read(directory, null);
    }

    /** Mean p(1 − p): what one impression tells the rows that it touches. */
    private static double informationEach(Predictions predictions) {
        double sum = 0;
        for (int i = 0; i < predictions.size(); i++) {
            sum += predictions.prediction(i) * (1 - predictions.prediction(i));
        }
        return Math.max(Double.MIN_NORMAL, sum / predictions.size());
    }

    private void show(OfflineReport report, PrintWriter print) throws IOException {
        print.print(report.text());
        figures.write(report::writeJson, print);
        if (plot != null) {
            ReportPicture.write(report, plot);
            print.println("Picture: " + plot);
        }
        print.flush();
    }
}
