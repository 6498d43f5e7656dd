package io.sextant.perf.estimators;

import java.util.List;

/**
 * What every estimator said of the same requests, as columns.
 *
 * @param names         of the estimators
 * @param uncertainties [estimators][n]
 * @param predicted     [n] click probability of the request, its ad masked, as the model tells it
 * @param exposures     [n] impressions that the model has learned from with the request's value
 * @param errors        how far predictions are off
 * @param learned       impressions that the model has learned from
 * @param pcoc          predicted over true or observed clicks of the ads, 1 for an honest model
 */
record Judgements(List<String> names, List<double[]> uncertainties, double[] predicted, double[] exposures,
        ErrorEvidence errors, long learned, double pcoc) {
    Judgements {
        names = List.copyOf(names);
        uncertainties = List.copyOf(uncertainties);
    }
}
