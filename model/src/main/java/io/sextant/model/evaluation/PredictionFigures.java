package io.sextant.model.evaluation;

/**
 * How well predictions met what happened. Figures that cannot be told, such as AUC without clicks, are NaN.
 *
 * @param examples          predictions counted; a correction pair and what it corrects are three
 * @param clicks            weighted clicks among them
 * @param logLoss           mean cross entropy, in nats
 * @param normalisedEntropy log loss over that of a constant prediction of the observed click-through rate; below 1 is
 *                          better than knowing that rate alone
 * @param auc               area under the ROC curve, 0 to 1, ties counted half
 * @param pcoc              predicted over observed clicks; above 1 promises too much
 * @param calibrationError  expected calibration error: the mean over equal-count buckets, weighted by their examples, of
 *                          |predicted − observed| rate. Chance alone gives some: with n examples a bucket about
 *                          0.8 √(rate / n)
 */
public record PredictionFigures(long examples, double clicks, double logLoss, double normalisedEntropy, double auc,
        double pcoc, double calibrationError) {

    /** Nothing predicted yet. */
    public static final PredictionFigures NONE = new PredictionFigures(0, 0, Double.NaN, Double.NaN, Double.NaN,
            Double.NaN, Double.NaN);
}
