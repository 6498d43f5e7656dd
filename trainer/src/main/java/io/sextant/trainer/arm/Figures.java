package io.sextant.trainer.arm;

/**
 * How well an arm's model predicted examples before it learned from them. A correction pair counts as its difference.
 * Figures that cannot be told, such as AUC without clicks, are NaN.
 *
 * @param examples          number of examples looked at
 * @param logLoss           mean cross entropy, in nats
 * @param normalisedEntropy log loss over that of a constant prediction of the observed click-through rate; below 1 is
 *                          better than knowing nothing
 * @param auc               area under the ROC curve, 0..1
 * @param pcoc              predicted over observed clicks
 */
public record Figures(long examples, double logLoss, double normalisedEntropy, double auc, double pcoc) {}
