package io.sextant.trainer.offline;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.training.LambdaCalibration;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerConfig.CalibrationConfig;
import io.sextant.trainer.TrainerConfig.CalibrationConfig.CalibrationMode;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** From impressions in memory to an artefact and what is to be said of it. */
final class TrainingJob {
    private static final int RELIABILITY_BUCKETS = 10;

    private final ModelSettings settings;
    private final CalibrationConfig calibration;
    private final OfflineSettings training;
    private final double validationShare;
    private final int exposureField;
    private final int looked;

    /**
     * What came out.
     *
     * @param version  of the artefact
     * @param artefact what was written
     * @param report   its figures, the command's own still to be added
     */
    record Outcome(long version, ModelArtefact artefact, OfflineReport report) {}

    /**
     * Starts nothing yet.
     *
     * @param validationShare share of impressions that is kept back, above 0 and below 1
     * @param exposureField   see {@link Exposures#field}
     * @param looked          impressions whose uncertainty is measured at most
     */
    TrainingJob(TrainerConfig config, OfflineSettings training, double validationShare, int exposureField,
            int looked) {
        this.settings = new ModelSettings(config);
        this.calibration = config.calibration();
        this.training = training;
        this.validationShare = validationShare;
        this.exposureField = exposureField;
        this.looked = looked;
    }

    /**
     * Trains, calibrates, writes and reports.
     *
     * @param out where the artefact goes, in a directory of the arm's
     * @throws DataException if there is nothing to learn from the data
     * @throws IOException   if the artefact cannot be written
     */
    Outcome run(DataSet data, Path out, String arm) throws DataException, IOException {
        int trained = trained(data);
        FeatureSchema schema = data.schema();
        OfflineTraining.Result result = OfflineTraining.run(data, trained, settings.untrained(schema), settings,
                training);
        long version = nextVersion(out.resolve(arm));
        ModelDescription plain = settings.describe(arm, version, -1, schema, data.timeMs(trained - 1), trained);
        double lambda = LambdaCalibration.calibrate(result.weights(), plain,
                OfflineTraining.recentRows(data, trained), ModelSettings.SESSION);
        SegmentCalibrations calibrations;
        var report = new OfflineReport();
        try (CtrModel model = new ArrayCtrModel(plain, result.weights(), KernelChoice.kernels())) {
            Predictions kept = ModelEvaluation.predictions(model, data, trained, data.size());
            report.line(String.format(Locale.ROOT,
                    "%,d impressions with %,d clicks; trained on the first %,d, the last %,d kept back.",
                    data.size(), data.clicks(0, data.size()), trained, data.size() - trained));
            report.line(String.format(Locale.ROOT, "%s the best look was after %.2f epochs.",
                    result.stopped() ? "Ended when nothing improved:" : "Went through all epochs:",
                    result.best().epochs()));
            report.curve(result.curve()).figures("kept back, raw", kept.figures());
            calibrations = calibrate(kept, data, trained, report);
            Exposures exposures = Exposures.counted(data, trained, exposureField);
            report.exposures(exposures.label(),
                    ModelEvaluation.byExposure(model, data, trained, data.size(), exposures, looked));
        }
        ModelArtefact artefact = ModelArtefact.write(out,
                plain.withAgeLambda(lambda).withCalibration(calibrations), result.weights());
        report.line("Artefact: " + artefact.directory());
        report.with("artefact", artefact.directory().toString()).with("sha256", artefact.sha256())
                .with("impressions", data.size()).with("trained", trained)
                .with("clicks", data.clicks(0, data.size())).with("bad_lines", data.badLines())
                .with("epochs", result.best().epochs()).with("stopped_early", result.stopped());
        return new Outcome(version, artefact, report);
    }

    /* Measured on a half that it was not fitted to; then fitted to both for the artefact. */
    private SegmentCalibrations calibrate(Predictions kept, DataSet data, int trained, OfflineReport report) {
        report.reliability("raw", kept.reliability(RELIABILITY_BUCKETS));
        int half = kept.size() / 2;
        SegmentCalibrations trial = KeptBackCalibration.fit(kept, data, trained, 0, half, calibration);
        if (!trial.equals(SegmentCalibrations.identity())) {
            Predictions calibrated = KeptBackCalibration.through(trial, kept, data, trained, half, kept.size());
            report.figures("its second half, raw", KeptBackCalibration.part(kept, half, kept.size()).figures())
                    .figures("its second half, calibrated on the first", calibrated.figures())
                    .reliability("calibrated", calibrated.reliability(RELIABILITY_BUCKETS));
        }
        SegmentCalibrations all = KeptBackCalibration.fit(kept, data, trained, 0, kept.size(), calibration);
        if (all.equals(SegmentCalibrations.identity())) {
            report.line("Not calibrated: " + (calibration.mode() == CalibrationMode.NONE ? "calibration.mode is none."
                    : "fewer than calibration.min-clicks = " + calibration.minClicks() + " clicks were kept back."));
        }
        return all;
    }

    private int trained(DataSet data) throws DataException {
        int kept = Math.clamp(Math.round(validationShare * data.size()), 1, Integer.MAX_VALUE);
        int trained = data.size() - kept;
        if (trained < 1) {
            throw new DataException("there is 1 impression only: nothing is left to train on");
        }
        if (data.clicks(0, trained) == 0) {
            throw new DataException("there is no click among the " + trained
                    + " impressions to train on: no click probability can be learned from them");
        }
        return trained;
    }

    /** One above the last that lies there. */
    private static long nextVersion(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<String> names = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("\\d{10,18}")).toList();
            return names.stream().mapToLong(Long::parseLong).max().orElse(-1) + 1;
        }
    }
}
