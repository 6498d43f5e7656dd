package io.sextant.perf.estimators;

import java.util.List;

/** What every estimator said of the same requests, as columns. The arrays are shared and not written to. */
final class Judgements {
    private final List<String> names;
    private final List<double[]> uncertainties;
    private final double[] predicted;
    private final double[] exposures;
    private final ErrorEvidence errors;
    private final long learned;
    private final double pcoc;

    /**
     * Takes the columns.
     *
     * @param names         of the estimators
     * @param uncertainties [estimators][n]
     * @param predicted     [n] click probability of the request, its ad masked, as the model tells it
     * @param exposures     [n] impressions that the model has learned from with the request's value
     * @param errors        how far predictions are off
     * @param learned       impressions that the model has learned from
     * @param pcoc          predicted over true or observed clicks of the ads, 1 for an honest model
     */
    Judgements(List<String> names, List<double[]> uncertainties, double[] predicted, double[] exposures,
            ErrorEvidence errors, long learned, double pcoc) {
        this.names = List.copyOf(names);
        this.uncertainties = List.copyOf(uncertainties);
        this.predicted = predicted;
        this.exposures = exposures;
        this.errors = errors;
        this.learned = learned;
        this.pcoc = pcoc;
    }

    List<String> names() {
        return names;
    }

    List<double[]> uncertainties() {
        return uncertainties;
    }

    double[] predicted() {
        return predicted;
    }

    double[] exposures() {
        return exposures;
    }

    ErrorEvidence errors() {
        return errors;
    }

    long learned() {
        return learned;
    }

    double pcoc() {
        return pcoc;
    }
}
