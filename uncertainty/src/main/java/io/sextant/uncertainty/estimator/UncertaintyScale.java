package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.Logistic;

/** The scale that predictions are compared on. */
public enum UncertaintyScale {
    /** The click probability, 0 to 1; the papers' f. */
    PROBABILITY,
    /** The logit of the click probability. */
    LOGIT;

    /**
     * A model's logit on this scale.
     *
     * @implNote {@link Logistic}, because logged decisions are computed again on other machines to the last bit.
     */
    public double of(double logit) {
        return switch (this) {
            case PROBABILITY -> Logistic.of(logit);
            case LOGIT -> logit;
        };
    }

    /** Sample standard deviation, N - 1, of logits on this scale: two passes of double arithmetic, in order. */
    double deviation(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += of(logit);
        }
        double mean = sum / logits.length;
        double squares = 0;
        for (float logit : logits) {
            double difference = of(logit) - mean;
            squares += difference * difference;
        }
        return Math.sqrt(squares / (logits.length - 1));
    }
}
