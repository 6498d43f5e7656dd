package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;

/**
 * A click model as the bidder uses it: logits of the plain net, of the net under dropout masks, and of the net with the
 * ad's embeddings moved, together with the gradient that says where to move them. The probability is the logistic
 * function of the logit, {@link Logistic}.
 *
 * <p>
 * Of an impression, {@link #begin} comes first: what depends on the request alone is computed there, once. Then
 * {@link #score} takes all candidates; the other methods take some of them by their row numbers, after {@code score}.
 * {@link #MASKED} is the row number of the request with every ad field at its trained MASK id; dropout methods and
 * {@link #scoreRows} take it, and need only {@code begin}.
 *
 * <p>
 * Threading: immutable and shared by all event loops; everything that changes lives in the {@link CtrScratch}, of which
 * each loop has its own. Results go into arrays that the caller owns; arrays may be longer than needed. No method but
 * {@link #prepare} and {@link #newScratch} allocates in an engine meant for serving; the TensorFlow reference does.
 */
public interface CtrModel extends AutoCloseable {
    /** Row number of the request itself, its ad fields masked (Exploration with model uncertainty in RTB, section 3). */
    int MASKED = -1;

    /** What a model may be asked beyond plain predictions. */
    enum Ability {
        /** Predictions under dropout masks: {@link #scoreDropped}. */
        MASKS,
        /**
         * Derivatives by units and by the ad's embeddings, and the gate: {@link #droppedVariance}, {@link #adGradients},
         * {@link #adGradientsAt}, {@link #scoreDisplaced}, {@link #gate}.
         */
        GRADIENTS,
        /** What training has seen of the request's rows, and of an ad's: {@link #requestRowVariance}, {@link #adRowVariances}. */
        ROW_INFORMATION,
        /** Derivatives by everything that training moves: {@link #parameterGradients}. */
        PARAMETER_GRADIENTS,
        /** Predictions of several nets, each trained on its own: {@link #scoreMembers}. */
        MEMBERS,
        /** A Gaussian process on the last hidden layer: {@link #processScores}. */
        GAUSSIAN_PROCESS,
        /** What the last hidden layer gives: {@link #lastHidden}. */
        LAST_HIDDEN
    }

    /** Whether the model can be asked this; if not, the methods throw {@link UnsupportedOperationException}. */
    boolean can(Ability ability);

    /** What the artefact says of itself: version, schema, architecture, dropout. */
    ModelDescription description();

    /**
     * Computes what can be known of a catalogue's ads before any request. Cold.
     *
     * @throws IllegalArgumentException if the ads are of another schema
     */
    AdParts prepare(AdTable ads);

    /**
     * Working memory for one event loop.
     *
     * @param candidatesMax largest number of candidates in a batch
     */
    CtrScratch newScratch(int candidatesMax);

    /**
     * Starts on an impression. The batch must not change until the last call about it.
     *
     * @param ads     {@link #prepare}d by this model
     * @param batch   request and candidates, ads by their number in {@code ads}
     * @param scratch made by this model
     * @throws IllegalArgumentException if ads or scratch belong to another model (a wiring bug)
     */
    void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch);

    /**
     * f(x, θ) of all candidates: the plain net, without dropout.
     *
     * @param logits [size], out
     */
    void score(CtrScratch scratch, float[] logits);

    /**
     * f(x, θ) of some rows.
     *
     * @param rows   [count] row numbers, {@link #MASKED} among them
     * @param logits [count], out
     */
    void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits);

    /**
     * How far the request's logit may be off, from what training has seen of the request's rows: Σ over its fields of
     * 1 / (1/τ² + F), with F and τ of {@link Weights#rowInformation} and {@link Weights#rowPriorSd}. Needs only
     * {@link #begin}; a few additions.
     *
     * @return squared logits, above 0
     */
    double requestRowVariance(CtrScratch scratch);

    /**
     * The same of ads: how far their part of the logit may be off, from what training has seen of the ad fields' rows.
     *
     * @param rows      [count] row numbers, {@link #MASKED} among them
     * @param variances [count], out, in squared logits, above 0
     */
    default void adRowVariances(int[] rows, int count, CtrScratch scratch, double[] variances) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no information in its rows");
    }

    /** What {@link #adRowVariances} would be of an ad of which nothing has been learned, in squared logits, above 0. */
    default double adPriorVariance() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no information in its rows");
    }

    /**
     * f(x, θ ⊙ M): rows under their own dropout masks (Adversarial Gradient Driven Exploration, eq. 7; masks on units,
     * with inverted scaling).
     *
     * @param rows   [count] row numbers, {@link #MASKED} among them
     * @param masks  [count * passes] mask numbers, 0 to {@link ModelDescription#masks()} - 1, row by row
     * @param passes masks a row
     * @param logits [count * passes], out, row by row
     */
    void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits);

    /**
     * The variance that dropout gives to the logit, linearised: p / (1 - p) Σ (g_i h_i)² over hidden units, with p the drop
     * rate, h_i a unit's output and g_i the derivative of the logit by it. One forward and one backward pass a row.
     *
     * @param rows      [count] row numbers, {@link #MASKED} among them
     * @param logits    [count], out: f(x, θ), the plain net's
     * @param variances [count], out, in squared logits
     */
    void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances);

    /**
     * ‖∂f(x, θ) / ∂θ‖², θ being all that training moves and the row touches: the tables' rows, the net above them, the bias.
     * Where it is large, a small step of training moves the prediction far. One forward and one backward pass a row. For the
     * laboratory: engines meant for nothing else than serving need not be able to.
     *
     * @param rows    [count] row numbers, {@link #MASKED} among them
     * @param logits  [count], out: f(x, θ), the plain net's
     * @param squares [count], out, above 0
     */
    default void parameterGradients(int[] rows, int count, CtrScratch scratch, float[] logits, double[] squares) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no derivatives by its parameters");
    }

    /** How many nets {@link #scoreMembers} asks; 1 for a model that is a single net. */
    default int members() {
        return 1;
    }

    /**
     * f(x, θ_j) of every member j, the first of which is the model itself.
     *
     * @param rows   [count] row numbers, {@link #MASKED} among them
     * @param logits [count * members], out, member by member
     */
    default void scoreMembers(int[] rows, int count, CtrScratch scratch, float[] logits) {
        scoreRows(rows, count, scratch, logits);
    }

    /**
     * What the last hidden layer gives, after its ReLU, without dropout.
     *
     * @param rows    [count] row numbers, {@link #MASKED} among them
     * @param logits  [count], out: f(x, θ), the plain net's
     * @param outputs [count * width of the last hidden layer], out
     */
    default void lastHidden(int[] rows, int count, CtrScratch scratch, float[] logits, float[] outputs) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " does not tell its hidden layers");
    }

    /**
     * The Gaussian process that comes with the model, around the plain net: where it expects the logit, and its variance. A
     * model that none was fitted for has none but 0.
     *
     * @param rows      [count] row numbers, {@link #MASKED} among them
     * @param logits    [count], out: mean of the posterior
     * @param variances [count], out: its variance, in squared logits, 0 or more
     */
    default void processScores(int[] rows, int count, CtrScratch scratch, float[] logits, double[] variances) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no Gaussian process");
    }

    /**
     * ∂f(x) / ∂x_ad, the gradient of the logit by the ad's embeddings.
     *
     * @param rows      [count] row numbers of candidates
     * @param gradients [count * adInputs], out
     */
    void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients);

    /**
     * f(x + Δx, θ) and its gradient by the ad's embeddings.
     *
     * @param rows         [count] row numbers of candidates
     * @param displacement [count * adInputs] added to the ad's embeddings, row by row
     * @param logits       [count], out
     * @param gradients    [count * adInputs], out: ∂logit / ∂embedding at the displaced point; may be
     *                     {@code displacement}
     */
    void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients);

    /**
     * f(x + Δx, θ) alone.
     *
     * @param rows         [count] row numbers of candidates
     * @param displacement [count * adInputs] added to the ad's embeddings, row by row
     * @param logits       [count], out
     */
    void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits);

    /**
     * y_s = f_s(x_ad, θ_s): the gate's view of the ad alone (eq. 13).
     *
     * @param rows   [count] row numbers of candidates
     * @param logits [count], out
     */
    void gate(int[] rows, int count, CtrScratch scratch, float[] logits);

    /** Frees native memory. The caller makes sure that no loop still uses the model. */
    @Override
    void close();
}
