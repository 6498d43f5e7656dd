package io.sextant.model.feature;

/**
 * The rows of one impression, ready for a model: the request's feature indices once, each candidate's ad indices beside
 * it. Row {@code r} of the model's input is {@code request[0..requestFields) + ads[r * adFields .. (r + 1) * adFields)}.
 *
 * <p>
 * Threading: owned by one event loop; overwritten by every impression. Indices are rows of the embedding table, 0 to
 * {@link FeatureSchema#rows()} - 1.
 */
public final class FeatureBatch {
    /** Feature indices of the request, [requestFields]. */
    public final int[] request;
    /** Feature indices of the candidates' ads, [capacity * adFields], row by row. */
    public final int[] ads;

    private final int adFields;
    private int size;

    /** Makes an empty batch for at most {@code capacity} candidates. */
    public FeatureBatch(FeatureSchema schema, int capacity) {
        this.adFields = schema.adFields();
        this.request = new int[schema.requestFields()];
        this.ads = new int[capacity * adFields];
    }

    /** Number of candidates, 0 to capacity. */
    public int size() {
        return size;
    }

    /** Largest number of candidates. */
    public int capacity() {
        return ads.length / adFields;
    }

    /** Forgets all candidates; the request's indices stay. */
    public void clear() {
        size = 0;
    }

    /**
     * Appends a candidate.
     *
     * @param indices [adFields] feature indices of the ad, copied
     * @return the candidate's row
     */
    public int add(int[] indices) {
        System.arraycopy(indices, 0, ads, size * adFields, adFields);
        return size++;
    }

    /** Keeps the first {@code rows} candidates. */
    public void truncate(int rows) {
        size = Math.min(size, rows);
    }
}
