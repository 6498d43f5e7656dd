package io.sextant.uncertainty.estimator;

import io.sextant.model.ctr.Logistic;

/** The scale that predictions are compared on. */
public enum UncertaintyScale {
    /** The click probability, 0 to 1; the papers' f. */
    PROBABILITY,
    /** The logit of the click probability. */
    LOGIT;

    /** Probabilities of 0 and 1 have no logit. */
    private static final double EDGE = 1e-6;

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

    /** How fast a prediction on this scale rises with its logit: p (1 - p), or 1. */
    public double slope(double logit) {
        return switch (this) {
            case PROBABILITY -> {
                double p = Logistic.of(logit);
                yield p * (1 - p);
            }
            case LOGIT -> 1;
        };
    }

    /**
     * A prediction raised by something on this scale; see {@link #logitOf}.
     *
     * @param logit the prediction
     * @param by    what is added to it, on this scale; below 0 lowers it
     * @return the raised prediction's logit
     */
    public double raised(double logit, double by) {
        return switch (this) {
            case PROBABILITY -> by == 0 ? logit : logitOf(Logistic.of(logit) + by);
            case LOGIT -> logit + by;
        };
    }

    /**
     * The logit of a prediction on this scale. A probability is kept between a millionth and a millionth below 1.
     *
     * @implNote Strict, because logged decisions are computed again on other machines to the last bit.
     */
    public double logitOf(double prediction) {
        return switch (this) {
            case PROBABILITY -> {
                double p = Math.clamp(prediction, EDGE, 1 - EDGE);
                yield StrictMath.log(p / (1 - p));
            }
            case LOGIT -> prediction;
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
