package io.sextant.trainer.arm;

/**
 * The model in training and the published version on the same examples, which are new to both.
 *
 * @param examples         number of examples
 * @param clicks           clicks among them
 * @param logLoss          of the model in training, nats; NaN without examples
 * @param publishedLogLoss of the published version
 * @param pcoc             predicted over observed clicks, of the model in training
 * @param publishedPcoc    of the published version
 */
record Comparison(long examples, double clicks, double logLoss, double publishedLogLoss, double pcoc,
        double publishedPcoc) {}
