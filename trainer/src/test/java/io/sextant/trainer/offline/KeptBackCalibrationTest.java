package io.sextant.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.evaluation.Predictions;
import io.sextant.trainer.Samples;
import io.sextant.trainer.TrainerConfig.CalibrationConfig;
import io.sextant.trainer.data.DataReader;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.data.InputFiles;
import io.sextant.trainer.data.ReadOptions;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptBackCalibrationTest {
    private static final int EXAMPLES = 10_000;
    private static final double PREDICTION = 0.1;

    @TempDir
    private Path folder;

    private CalibrationConfig config(String mode) {
        return Samples.config(folder, Map.of("calibration.mode", mode)).calibration();
    }

    /** Half the impressions on an exchange where twice as many are clicked as predicted, half where half as many are. */
    private DataSet data() throws Exception {
        Path file = folder.resolve("examples");
        var random = new SplittableRandom(1);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < EXAMPLES; i++) {
                boolean high = i % 2 == 0;
                Samples.builder("control", i).setExchange(high ? "high" : "low")
                        .setClick(random.nextDouble() < PREDICTION * (high ? 2 : 0.5)).build().writeDelimitedTo(out);
            }
        }
        return new DataReader(InputFiles.of(List.of(file), Optional.empty()), ReadOptions.standard())
                .read(Samples.schema());
    }

    private static Predictions predictions(DataSet data) {
        Predictions predictions = Predictions.all();
        for (int i = 0; i < data.size(); i++) {
            predictions.add(PREDICTION, data.click(i), 1);
        }
        return predictions;
    }

    @Test
    void shouldCorrectEachExchangeByItsOwnWhenTheyDiffer() throws Exception {
        DataSet data = data();
        Predictions raw = predictions(data);

        SegmentCalibrations fitted = KeptBackCalibration.fit(raw, data, 0, 0, raw.size(), config("equal-count"));
        Predictions calibrated = KeptBackCalibration.through(fitted, raw, data, 0, 0, raw.size());

        // Some 1,000 and 250 clicks against 50 that speak for the arm's level, 0.125: within a few percent of 0.2 and 0.05.
        assertThat(fitted.of("high").at(PREDICTION)).isCloseTo(0.2, within(0.015));
        assertThat(fitted.of("low").at(PREDICTION)).isCloseTo(0.05, within(0.015));
        assertThat(fitted.of("unheard of").at(PREDICTION)).isCloseTo(0.125, within(0.01));
        assertThat(calibrated.figures().auc()).isGreaterThan(raw.figures().auc() + 0.1);
    }

    @Test
    void shouldChangeNothingWhenClicksAreFewOrNobodyWantsIt() throws Exception {
        DataSet data = data();
        Predictions raw = predictions(data);
        assertThat(KeptBackCalibration.fit(raw, data, 0, 0, 50, config("equal-count")))
                .isEqualTo(SegmentCalibrations.identity());
        assertThat(KeptBackCalibration.fit(raw, data, 0, 0, raw.size(), config("none")))
                .isEqualTo(SegmentCalibrations.identity());
    }
}
