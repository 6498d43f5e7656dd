package io.sextant.model.evaluation;

import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.CalibrationFit;
import io.sextant.model.calibration.CalibrationFit.Mode;
import io.sextant.model.calibration.CalibrationSample;

/**
 * Somebody's predictions, in the order in which they were made: a calibration is fitted to the first half, and the second
 * half shows what it is worth.
 *
 * @param fitted         examples of the first half
 * @param fittedClicks   clicks among them
 * @param raw            figures of the second half as predicted
 * @param equalCount     the same, calibrated by buckets of equally many, as it is done for an arm
 * @param paper          the same, calibrated in the paper's mode
 * @param equalCountMap  what predictions went through
 * @param paperMap       the same in the paper's mode
 */
public record CalibrationCheck(long fitted, double fittedClicks, PredictionFigures raw, PredictionFigures equalCount,
        PredictionFigures paper, Calibration equalCountMap, Calibration paperMap) {
    private static final int CLICKS_PER_BUCKET = 20;

    /**
     * Fits and measures.
     *
     * @param inOrder      at least two predictions
     * @param buckets      buckets at most; of fewer than 20 clicks a bucket there are fewer
     * @param priorClicks  how many clicks count as much as the predictions themselves, above 0
     * @param paperBuckets buckets of the paper's mode
     * @throws IllegalArgumentException if there are fewer than two predictions
     */
    public static CalibrationCheck of(Predictions inOrder, int buckets, double priorClicks, int paperBuckets) {
        if (inOrder.size() < 2) {
            throw new IllegalArgumentException(
                    inOrder.size() + " predictions cannot be divided into a half to fit and a half to measure");
        }
        int half = inOrder.size() / 2;
        Predictions first = part(inOrder, 0, half);
        Predictions second = part(inOrder, half, inOrder.size());
        CalibrationSample sample = first.sample();
        int own = (int) Math.clamp(sample.clicked() / CLICKS_PER_BUCKET, 1, buckets);
        Calibration equalCount = CalibrationFit.shrunk(sample, own, priorClicks);
        Calibration paper = CalibrationFit.fit(Mode.PAPER, sample, paperBuckets);
        return new CalibrationCheck(half, sample.clicked(), second.figures(), second.through(equalCount).figures(),
                second.through(paper).figures(), equalCount, paper);
    }

    private static Predictions part(Predictions all, int from, int to) {
        Predictions part = Predictions.last(to - from);
        for (int i = from; i < to; i++) {
            part.add(all.prediction(i), all.click(i), all.weight(i));
        }
        return part;
    }
}
