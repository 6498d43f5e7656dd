package io.sextant.model.training;

/**
 * How well predictions met what happened.
 *
 * @param examples          predictions counted
 * @param clicks            clicks among them
 * @param logLoss           mean cross entropy in nats; NaN without examples
 * @param auc               area under the ROC curve, ties counted half; NaN unless there are clicks and non-clicks
 * @param pcoc              sum of predictions over clicks; NaN without clicks
 * @param normalisedEntropy log loss over that of always predicting the observed rate; NaN unless there are both
 */
public record ValidationMetrics(long examples, long clicks, double logLoss, double auc, double pcoc,
        double normalisedEntropy) {}
