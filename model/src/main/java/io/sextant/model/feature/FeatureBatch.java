package io.sextant.model.feature;

/**
 * The rows of one impression, ready for a model: the request's features once, and of each candidate its ad's number in the
 * {@link AdTable}. Row {@code r} of the model's input is the request's features and then those of ad {@code ads[r]}.
 *
 * <p>
 * Threading: owned by one event loop; overwritten by every impression.
 */
public final class FeatureBatch {
    /** Features of the request, [requestFields]: rows of the embedding table. */
    public final int[] request;
    /** Ad numbers of the candidates, [capacity]. */
    public final int[] ads;

    private int size;

    /** Makes an empty batch for at most {@code capacity} candidates. */
    public FeatureBatch(FeatureSchema schema, int capacity) {
        this.request = new int[schema.requestFields()];
        this.ads = new int[capacity];
    }

    /** Number of candidates, 0 to capacity. */
    public int size() {
        return size;
    }

    /** Largest number of candidates. */
    public int capacity() {
        return ads.length;
    }

    /** Forgets all candidates; the request's features stay. */
    public void clear() {
        size = 0;
    }

    /**
     * Appends a candidate.
     *
     * @param ad its number in the ad table
     * @return the candidate's row
     */
    public int add(int ad) {
        ads[size] = ad;
        return size++;
    }
}
