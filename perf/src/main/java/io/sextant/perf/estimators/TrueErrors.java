package io.sextant.perf.estimators;

/**
 * Errors of logits, where the true probabilities are known. A difference that all predictions share is a matter of
 * calibration and no error of ranking supply: the mean error is taken off.
 */
final class TrueErrors implements ErrorEvidence {
    private final double[] ofRequests;
    private final double[] ofAds;

    /**
     * Takes predictions and truths, both as logits.
     *
     * @param requests [n] of the requests, ads masked
     * @param ads      [n] of a random ad that fits each
     */
    TrueErrors(double[] requests, double[] requestTruths, double[] ads, double[] adTruths) {
        this.ofRequests = errors(requests, requestTruths);
        this.ofAds = errors(ads, adTruths);
    }

    private static double[] errors(double[] predictions, double[] truths) {
        double sum = 0;
        for (int i = 0; i < truths.length; i++) {
            sum += predictions[i] - truths[i];
        }
        double[] errors = new double[truths.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = Math.abs(predictions[i] - truths[i] - sum / truths.length);
        }
        return errors;
    }

    @Override
    public String label() {
        return "|true logit error|";
    }

    @Override
    public String otherLabel() {
        return "|logit error| of an ad";
    }

    @Override
    public double overall(double[] uncertainty) {
        return Ranks.spearman(uncertainty, ofRequests);
    }

    @Override
    public double fixed(double[] uncertainty, int[] strata) {
        return Ranks.spearmanWithin(uncertainty, ofRequests, strata);
    }

    @Override
    public double other(double[] uncertainty) {
        return Ranks.spearman(uncertainty, ofAds);
    }
}
