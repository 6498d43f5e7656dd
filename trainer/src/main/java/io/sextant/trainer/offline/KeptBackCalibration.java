package io.sextant.trainer.offline;

import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.CalibrationFit;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.evaluation.Predictions;
import io.sextant.trainer.TrainerConfig.CalibrationConfig;
import io.sextant.trainer.TrainerConfig.CalibrationConfig.CalibrationMode;
import io.sextant.trainer.data.DataSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calibrations fitted to predictions for impressions that were not trained on, one for all and one an exchange, by the
 * trainer's settings. Pure functions.
 */
final class KeptBackCalibration {
    /** Fewer clicks in a bucket say nothing of its rate. */
    private static final int CLICKS_PER_BUCKET = 20;

    private KeptBackCalibration() {}

    /**
     * Fits.
     *
     * @param raw   predictions of a data set's impressions, one after the other
     * @param first number of the first of these impressions
     * @param from  prediction to start at
     * @param to    the one after the last
     * @return identity where there are too few clicks
     */
    static SegmentCalibrations fit(Predictions raw, DataSet data, int first, int from, int to,
            CalibrationConfig config) {
        Predictions all = part(raw, from, to);
        if (config.mode() == CalibrationMode.NONE || all.figures().clicks() < config.minClicks()) {
            return SegmentCalibrations.identity();
        }
        if (config.mode() == CalibrationMode.PAPER) {
            return new SegmentCalibrations(
                    CalibrationFit.fit(CalibrationFit.Mode.PAPER, all.sample(), config.paperBuckets()), Map.of());
        }
        Calibration common = shrunk(all, config);
        List<Predictions> byExchange = new ArrayList<>();
        data.exchanges().forEach(_ -> byExchange.add(Predictions.all()));
        for (int i = from; i < to; i++) {
            byExchange.get(data.exchange(first + i)).add(raw.prediction(i), raw.click(i), raw.weight(i));
        }
        Map<String, Calibration> exchanges = new TreeMap<>();
        for (int exchange = 0; exchange < byExchange.size(); exchange++) {
            String name = data.exchanges().get(exchange);
            Predictions own = byExchange.get(exchange);
            if (own.size() > 0 && !name.isEmpty()) {
                exchanges.put(name, common.then(shrunk(own.through(common), config)));
            }
        }
        return new SegmentCalibrations(common, exchanges);
    }

    private static Calibration shrunk(Predictions predictions, CalibrationConfig config) {
        var sample = predictions.sample();
        int buckets = (int) Math.clamp(sample.clicked() / CLICKS_PER_BUCKET, 1, config.buckets());
        return CalibrationFit.shrunk(sample, buckets, config.priorClicks());
    }

    /** Predictions as a bidder prices them; the arguments are those of {@link #fit}. */
    static Predictions through(SegmentCalibrations calibrations, Predictions raw, DataSet data, int first, int from,
            int to) {
        List<Calibration> byExchange = data.exchanges().stream().map(calibrations::of).toList();
        Predictions calibrated = Predictions.all();
        for (int i = from; i < to; i++) {
            double prediction = byExchange.get(data.exchange(first + i)).at(raw.prediction(i));
            calibrated.add(Math.clamp(prediction, 0, 1), raw.click(i), raw.weight(i));
        }
        return calibrated;
    }

    /** Some predictions, from number {@code from} on to before {@code to}. */
    static Predictions part(Predictions predictions, int from, int to) {
        Predictions part = Predictions.all();
        for (int i = from; i < to; i++) {
            part.add(predictions.prediction(i), predictions.click(i), predictions.weight(i));
        }
        return part;
    }
}
