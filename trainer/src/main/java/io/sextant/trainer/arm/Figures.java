package io.sextant.trainer.arm;

import io.sextant.model.evaluation.PredictionFigures;
import java.util.List;

/**
 * How well an arm's model predicted its last examples before it learned from them, and before its calibration was fitted to
 * them. A correction pair counts as its difference. Figures that cannot be told, such as AUC without clicks, are NaN.
 *
 * @param calibrated        of what prices are made from
 * @param raw               of the model's own predictions
 * @param exchanges         by exchange, sorted by name
 * @param modifierQuintiles by the modifier that was bid with, lowest first; equal modifiers stay together, so there may be
 *                          fewer than five
 * @param neutral           of the published version, calibrated, on impressions of the neutral arm, from which nothing is
 *                          learned; none where there is no such arm
 */
public record Figures(PredictionFigures calibrated, PredictionFigures raw, List<GroupFigures> exchanges,
        List<GroupFigures> modifierQuintiles, PredictionFigures neutral) {
    /** Before the first example. */
    public static final Figures NONE = new Figures(PredictionFigures.NONE, PredictionFigures.NONE, List.of(),
            List.of(), PredictionFigures.NONE);

    public Figures {
        exchanges = List.copyOf(exchanges);
        modifierQuintiles = List.copyOf(modifierQuintiles);
    }

    /** The same, with figures on the neutral arm. */
    Figures with(PredictionFigures ofNeutral) {
        return new Figures(calibrated, raw, exchanges, modifierQuintiles, ofNeutral);
    }

    /** Number of examples looked at. */
    public long examples() {
        return calibrated.examples();
    }

    /** Mean cross entropy, calibrated, in nats. */
    public double logLoss() {
        return calibrated.logLoss();
    }

    /** Log loss over that of always predicting the observed click-through rate, calibrated. */
    public double normalisedEntropy() {
        return calibrated.normalisedEntropy();
    }

    /** Area under the ROC curve, calibrated, 0 to 1. */
    public double auc() {
        return calibrated.auc();
    }

    /** Predicted over observed clicks, calibrated. */
    public double pcoc() {
        return calibrated.pcoc();
    }

    /** Predicted over observed clicks before calibration. */
    public double rawPcoc() {
        return raw.pcoc();
    }

    /** Expected calibration error, calibrated. */
    public double calibrationError() {
        return calibrated.calibrationError();
    }
}
