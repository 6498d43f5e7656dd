package io.sextant.uncertainty.estimator;

import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;

/**
 * Turns a request into the row that its uncertainty is measured on: the request's features, every ad field set to its
 * trained MASK id, so that only the request is judged. Immutable and thread-safe; allocates nothing.
 *
 * @implNote Exploration with Model Uncertainty in RTB, section 3, where ad features are replaced with dummy constants;
 *           differs in: the constants are ids that training has seen.
 */
public final class AdFeatureMask {
    private final int[] maskedAd;

    /** Prepares the masked ad of {@code schema}. */
    public AdFeatureMask(FeatureSchema schema) {
        this.maskedAd = new int[schema.adFields()];
        for (int i = 0; i < maskedAd.length; i++) {
            maskedAd[i] = schema.maskIndex(schema.requestFields() + i);
        }
    }

    /**
     * Makes {@code masked} the one row of the request in {@code batch}, whatever its candidates.
     *
     * @param masked of the same schema, room for at least one row; overwritten
     */
    public void mask(FeatureBatch batch, FeatureBatch masked) {
        System.arraycopy(batch.request, 0, masked.request, 0, masked.request.length);
        masked.clear();
        masked.add(maskedAd);
    }
}
