package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureBatch;

/**
 * A click model as the bidder uses it: logits of the plain net, of the net under dropout masks, and of the net with the
 * ad's embeddings moved, together with the gradient that says where to move them. The probability is the logistic
 * function of the logit.
 *
 * <p>
 * Threading: immutable and shared by all event loops; everything that changes lives in the {@link CtrScratch}, of which
 * each loop has its own. Rows are those of the {@link FeatureBatch}; results go into arrays that the caller owns. Arrays
 * may be longer than needed. No method allocates per row in an engine meant for serving; the TensorFlow reference does.
 */
public interface CtrModel extends AutoCloseable {
    /** What the artefact says of itself: version, schema, architecture, dropout. */
    ModelDescription description();

    /**
     * Working memory for one event loop.
     *
     * @param rowsMax largest number of rows in a call, candidates times passes included
     */
    CtrScratch newScratch(int rowsMax);

    /**
     * f(x, θ): the plain net, without dropout.
     *
     * @param logits [size], out
     */
    void score(FeatureBatch batch, CtrScratch scratch, float[] logits);

    /**
     * f(x, θ ⊙ M): every row under its own dropout masks (Adversarial Gradient Driven Exploration, eq. 7; masks on units,
     * with inverted scaling).
     *
     * @param masks  [size * passes] mask numbers, 0 to {@link ModelDescription#masks()} - 1, row by row
     * @param passes masks a row
     * @param logits [size * passes], out, row by row
     */
    void scoreDropped(FeatureBatch batch, int[] masks, int passes, CtrScratch scratch, float[] logits);

    /**
     * f(x + Δx, θ) and its gradient by the ad's embeddings.
     *
     * @param displacement [size * adInputs] added to the ad's embeddings, row by row
     * @param logits       [size], out
     * @param gradients    [size * adInputs], out: ∂logit / ∂embedding at the displaced point
     */
    void adGradients(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits, float[] gradients);

    /**
     * f(x + Δx, θ) alone.
     *
     * @param displacement [size * adInputs] added to the ad's embeddings, row by row
     * @param logits       [size], out
     */
    void scoreDisplaced(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits);

    /**
     * y_s = f_s(x_ad, θ_s): the gate's view of the ad alone (eq. 13).
     *
     * @param logits [size], out
     */
    void gate(FeatureBatch batch, CtrScratch scratch, float[] logits);

    /** Frees native memory. The caller makes sure that no loop still uses the model. */
    @Override
    void close();
}
