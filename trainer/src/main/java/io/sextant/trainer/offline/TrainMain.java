package io.sextant.trainer.offline;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataReader;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.data.InputFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model on recorded impressions, without Kafka. */
@Command(name = "sextant train", mixinStandardHelpOptions = true, version = "sextant train 0.1.0", sortOptions = false, description = {
    "Trains a model on recorded impressions, stops when the latest of them, which are kept back, are predicted no better,",
    "calibrates it on those, and writes an artefact and a report. Shape and learning rates are the trainer's settings."})
public final class TrainMain extends SextantCommand {
    @Mixin
    private final DataOptions data = new DataOptions();

    @Option(names = "--out", paramLabel = "DIR", description = "Where the artefact goes, as DIR/ARM/VERSION, and the report beside it.")
    private @Nullable Path out;

    @Option(names = "--arm", paramLabel = "NAME", defaultValue = "offline", description = "Name of the model. Default: ${DEFAULT-VALUE}.")
    private String arm = "offline";

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "10", description = "Passes through the impressions at most. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--validation-share", paramLabel = "X", defaultValue = "0.1", description = "Share of the impressions, the latest, that is kept back. Default: ${DEFAULT-VALUE}.")
    private double validationShare;

    @Option(names = "--looks", paramLabel = "N", defaultValue = "4", description = "How often in an epoch it is looked whether the model got better. Default: ${DEFAULT-VALUE}.")
    private int looks;

    @Option(names = "--patience", paramLabel = "N", defaultValue = "4", description = "Looks without improvement after which training ends. Default: ${DEFAULT-VALUE}.")
    private int patience;

    @Mixin
    private final UncertaintyOptions uncertainty = new UncertaintyOptions();

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    private TrainMain() {}

    /** Trains; exit code 0 when an artefact was written, 1 when the data cannot be used, 2 for wrong options. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return ConfigOptions.commandLine(new TrainMain(), DataException.class);
    }

    @Override
    public Integer call() throws DataException, IOException {
        TrainerConfig config = options.load("trainer", TrainerConfig.class);
        if (options.printed(config, out())) {
            return 0;
        }
        Path target = out;
        if (target == null) {
            throw unusable("--out is missing: say where the artefact goes, for example --out models");
        }
        refuse(!arm.matches("[A-Za-z0-9][A-Za-z0-9._-]*"), "--arm", arm, "letters, digits, dots, dashes, underscores");
        refuse(epochs < 1, "--epochs", epochs, "1 or more");
        refuse(looks < 1, "--looks", looks, "1 or more");
        refuse(patience < 1, "--patience", patience, "1 or more");
        refuse(!(validationShare > 0 && validationShare < 1), "--validation-share", validationShare,
                "above 0 and below 1");
        long startNs = System.nanoTime();
        InputFiles files = data.files();
        var reader = new DataReader(files, data.reading());
        FeatureSchema schema = reader.schema(new ModelSettings(config).schema());
        int exposureField = Exposures.field(schema, uncertainty.field());
        DataSet impressions = reader.read(schema);
        impressions.problems().forEach(err()::println);
        var job = new TrainingJob(config, new OfflineSettings(epochs, looks, patience), validationShare, exposureField,
                uncertainty.looked());
        TrainingJob.Outcome outcome = job.run(impressions, target, arm);
        OfflineReport report = outcome.report();
        report.with("command", typed()).with("seed", config.model().seed()).with("format", files.format().toString())
                .with("duration_seconds", (System.nanoTime() - startNs) / 1e9);
        write(report, target.resolve(String.format(Locale.ROOT, "report-%s-%010d", arm, outcome.version())), out());
        return 0;
    }

    private static void write(OfflineReport report, Path stem, PrintWriter print) throws IOException {
        print.print(report.text());
        Path json = stem.resolveSibling(stem.getFileName() + ".json");
        report.writeJson(json);
        print.println("Figures: " + json);
        Path picture = stem.resolveSibling(stem.getFileName() + ".png");
        try {
            ReportPicture.write(report, picture);
            print.println("Picture: " + picture);
        } catch (IOException e) {
            print.println("No picture: " + e.getMessage());
        }
        print.flush();
    }
}
