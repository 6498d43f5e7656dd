package io.sextant.trainer.offline;

import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.CalibrationFit;
import io.sextant.model.evaluation.Predictions;
import io.sextant.trainer.data.CtrColumns;
import io.sextant.trainer.data.DataException;
import java.util.Locale;

/** Somebody's predictions, calibrated on the first half of their lines, measured on the second. */
final class ColumnsReport {
    /** The paper's; with few its left edges lie half a bucket too high. */
    private static final int PAPER_BUCKETS = 100_000;

    private ColumnsReport() {}

    /**
     * Fits and measures.
     *
     * @param buckets of the calibration
     * @throws DataException if there are too few lines for two halves
     */
    static OfflineReport of(CtrColumns columns, int buckets) throws DataException {
        int half = columns.size() / 2;
        if (half == 0) {
            throw new DataException(
                    "one line cannot be halved: a calibration is fitted to the first half and measured on"
                            + " the second");
        }
        Predictions first = predictions(columns, 0, half);
        Predictions second = predictions(columns, half, columns.size());
        var report = new OfflineReport().line(String.format(Locale.ROOT,
                "%,d lines; fitted to the first %,d, measured on the others.", columns.size(), half));
        report.figures("first half, raw", first.figures()).figures("second half, raw", second.figures())
                .reliability("raw", second.reliability(buckets));
        for (CalibrationFit.Mode mode : CalibrationFit.Mode.values()) {
            Predictions calibrated = second.through(fit(mode, first, buckets));
            String name = mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
            report.figures("second half, " + name, calibrated.figures()).reliability(name,
                    calibrated.reliability(buckets));
        }
        return report.with("lines", columns.size());
    }

    private static Predictions predictions(CtrColumns columns, int from, int to) {
        Predictions predictions = Predictions.all();
        for (int i = from; i < to; i++) {
            predictions.add(columns.prediction(i), columns.click(i), 1);
        }
        return predictions;
    }

    private static Calibration fit(CalibrationFit.Mode mode, Predictions predictions, int buckets) {
        return CalibrationFit.fit(mode, predictions.sample(),
                mode == CalibrationFit.Mode.PAPER ? PAPER_BUCKETS : buckets);
    }
}
