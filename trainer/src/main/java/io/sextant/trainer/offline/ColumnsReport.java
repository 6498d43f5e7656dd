package io.sextant.trainer.offline;

import io.sextant.model.evaluation.CalibrationCheck;
import io.sextant.model.evaluation.Predictions;
import io.sextant.trainer.TrainerConfig.CalibrationConfig;
import io.sextant.trainer.data.CtrColumns;
import io.sextant.trainer.data.DataException;
import java.util.Locale;

/** Somebody's predictions, calibrated on the first half of their lines, measured on the second. */
final class ColumnsReport {
    private ColumnsReport() {}

    /**
     * Fits and measures.
     *
     * @param config  how a calibration is fitted
     * @param buckets of reliability curves
     * @throws DataException if there are too few lines for two halves
     */
    static OfflineReport of(CtrColumns columns, CalibrationConfig config, int buckets) throws DataException {
        if (columns.size() < 2) {
            throw new DataException(
                    "one line cannot be halved: a calibration is fitted to the first half and measured on"
                            + " the second");
        }
        Predictions all = Predictions.all();
        for (int i = 0; i < columns.size(); i++) {
            all.add(columns.prediction(i), columns.click(i), 1);
        }
        var check = CalibrationCheck.of(all, config.buckets(), config.priorClicks(), config.paperBuckets());
        Predictions second = KeptBackCalibration.part(all, columns.size() / 2, columns.size());
        return new OfflineReport()
                .line(String.format(Locale.ROOT, "%,d lines; fitted to the first %,d with %,.0f clicks, measured on the"
                        + " others.", columns.size(), check.fitted(), check.fittedClicks()))
                .figures("second half, raw", check.raw()).figures("second half, equal-count", check.equalCount())
                .figures("second half, paper", check.paper()).reliability("raw", second.reliability(buckets))
                .reliability("equal-count", second.through(check.equalCountMap()).reliability(buckets))
                .reliability("paper", second.through(check.paperMap()).reliability(buckets))
                .with("lines", columns.size()).with("bad_lines", columns.badLines());
    }
}
