package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureSchema;

/**
 * How far a logit may be off, from what training has seen of the rows of a request, or of an ad: Σ over their fields of
 * 1 / (1/τ² + F), in squared logits, with F and τ of {@link Weights}. The rows are taken to be independent, each row's
 * effect to be normal around its field's mean before anything is learned (Laplace's approximation of a logistic model in
 * the rows' main effects).
 *
 * <p>
 * Immutable and thread-safe; asking allocates nothing.
 */
public final class RowVariances {
    /** [rows]. */
    private final float[] variances;
    private final double adPrior;

    /** Works the variances of all rows out. */
    public RowVariances(Weights weights) {
        FeatureSchema schema = weights.schema();
        double prior = 0;
        for (int field = schema.requestFields(); field < schema.size(); field++) {
            prior += (double) weights.rowPriorSd[field] * weights.rowPriorSd[field];
        }
        this.adPrior = prior;
        this.variances = new float[schema.rows()];
        for (int row = 0; row < variances.length; row++) {
            double priorSd = weights.rowPriorSd[schema.fieldOf(row)];
            variances[row] = (float) (1 / (1 / (priorSd * priorSd) + weights.rowInformation[row]));
        }
    }

    /** The variance that an ad's rows give to a logit before anything is learned, in squared logits, above 0. */
    public double adPrior() {
        return adPrior;
    }

    /**
     * The variance of a request's logit.
     *
     * @param requestRows [requestFields] table rows, field by field
     * @return squared logits, above 0; the fields are added in order, so that it is the same to the last bit everywhere
     */
    public double of(int[] requestRows) {
        double sum = 0;
        for (int row : requestRows) {
            sum += variances[row];
        }
        return sum;
    }

    /** The variance that an ad's rows give to a logit. Parameters as of {@link AdTable#feature}; else as {@link #of}. */
    public double ofAd(AdTable ads, int ad) {
        double sum = 0;
        for (int field = 0; field < ads.schema().adFields(); field++) {
            sum += variances[ads.feature(ad, field)];
        }
        return sum;
    }
}
