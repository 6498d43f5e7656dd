package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureSchema;

/**
 * How far a request's logit may be off, from what training has seen of the request's rows: Σ over its fields of
 * 1 / (1/τ² + F), in squared logits, with F and τ of {@link Weights}. The rows are taken to be independent, each row's
 * effect to be normal around its field's mean before anything is learned (Laplace's approximation of a logistic model in
 * the rows' main effects).
 *
 * <p>
 * Immutable and thread-safe; asking allocates nothing.
 */
public final class RowVariances {
    /** [rows of all request fields]. */
    private final float[] variances;

    /** Works the variances of all request rows out. */
    public RowVariances(Weights weights) {
        FeatureSchema schema = weights.schema();
        int rows = 0;
        for (int field = 0; field < schema.requestFields(); field++) {
            rows += schema.fields().get(field).rows();
        }
        this.variances = new float[rows];
        for (int row = 0; row < rows; row++) {
            double priorSd = weights.rowPriorSd[schema.fieldOf(row)];
            variances[row] = (float) (1 / (1 / (priorSd * priorSd) + weights.rowInformation[row]));
        }
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
}
