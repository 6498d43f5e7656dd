package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;

/**
 * How far and in which direction one more lesson would move an ad: the uncertainty δ and the unit direction g of the
 * step x + λ·δ·g. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Adversarial Gradient Driven Exploration, section 3.2. f is the click probability, so δ is a difference of
 *           probabilities and the gradient is p(1 - p) times that of the logit. x is the ad's embeddings only. Eq. 5 prints
 *           argmax of a loss where it means argmin: g points to where f rises.
 */
public final class PseudoExploration {
    private final UncertaintyScale f;
    private final int adInputs;
    private final int masksPerRow;
    private final int[] masks;
    private final float[] dropped;
    private final float[] logits;
    private final float[] gradients;
    private final double[] step;

    /**
     * Prepares the buffers.
     *
     * @param capacity    largest number of rows
     * @param adInputs    floats of one row's ad embeddings
     * @param masksPerRow masks of the upper confidence bound, N of eq. 8, 2 or more; 1 where only Thompson draws are wanted
     */
    public PseudoExploration(int capacity, int adInputs, int masksPerRow) {
        this(UncertaintyScale.PROBABILITY, capacity, adInputs, masksPerRow);
    }

    /**
     * Prepares the buffers for f on another scale. Other parameters as above.
     *
     * @param scale what f is; the paper's is the click probability
     */
    public PseudoExploration(UncertaintyScale scale, int capacity, int adInputs, int masksPerRow) {
        this.f = scale;
        this.adInputs = adInputs;
        this.masksPerRow = masksPerRow;
        this.masks = new int[capacity * masksPerRow];
        this.dropped = new float[capacity * masksPerRow];
        this.logits = new float[capacity];
        this.gradients = new float[capacity * adInputs];
        this.step = new double[adInputs];
    }

    /**
     * δ by Thompson sampling: f(x, θ ⊙ M) - f(x, θ) for one mask a row, with its sign (eq. 9).
     *
     * @param rows        [count] row numbers of candidates; they tell the draws apart
     * @param plain       [count] logits of f(x, θ)
     * @param decisionKey key of the decision's draws
     * @param deltas      [count], out: -1 to 1
     */
    public void thompson(CtrModel model, int[] rows, int count, float[] plain, long decisionKey, CtrScratch scratch,
            double[] deltas) {
        int bank = model.description().masks();
        for (int row = 0; row < count; row++) {
            masks[row] = Draws.below(bank, decisionKey, Purpose.THOMPSON, rows[row]);
        }
        model.scoreDropped(rows, count, masks, 1, scratch, dropped);
        for (int row = 0; row < count; row++) {
            deltas[row] = f.of(dropped[row]) - f.of(plain[row]);
        }
    }

    /**
     * δ as upper confidence bound: the root of the mean squared difference between f under N masks and f, over N - 1
     * (eq. 8). Parameters as of {@link #thompson}; deltas are 0 or more.
     */
    public void upperConfidenceBound(CtrModel model, int[] rows, int count, float[] plain, long decisionKey,
            CtrScratch scratch, double[] deltas) {
        int bank = model.description().masks();
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < masksPerRow; i++) {
                masks[row * masksPerRow + i] = Draws.below(bank, decisionKey, Purpose.CONFIDENCE_BOUND,
                        rows[row] * masksPerRow + i);
            }
        }
        model.scoreDropped(rows, count, masks, masksPerRow, scratch, dropped);
        for (int row = 0; row < count; row++) {
            double score = f.of(plain[row]);
            double squares = 0;
            for (int i = 0; i < masksPerRow; i++) {
                double difference = f.of(dropped[row * masksPerRow + i]) - score;
                squares += difference * difference;
            }
            deltas[row] = Math.sqrt(squares / (masksPerRow - 1));
        }
    }

    /**
     * δ as upper confidence bound from the linearised spread, without masks. Parameters as of {@link #thompson}; deltas are 0
     * or more.
     */
    public void linearised(CtrModel model, int[] rows, int count, CtrScratch scratch, double[] deltas) {
        model.droppedVariance(rows, count, scratch, logits, gradients);
        for (int row = 0; row < count; row++) {
            deltas[row] = f.slope(logits[row]) * Math.sqrt(gradients[row]);
        }
    }

    /**
     * δ as upper confidence bound from what training has not yet seen of the ad's rows. Parameters as of {@link #thompson};
     * deltas are 0 or more.
     */
    public void rowInformation(CtrModel model, int[] rows, int count, float[] plain, CtrScratch scratch,
            double[] deltas) {
        model.adRowVariances(rows, count, scratch, deltas);
        for (int row = 0; row < count; row++) {
            deltas[row] = f.slope(plain[row]) * Math.sqrt(deltas[row]);
        }
    }

    /**
     * g: the unit direction in which f rises, by {@code steps} gradient steps from 0, each put back on the unit sphere
     * (PGD, eq. 11); one step is the fast gradient method (FGM, eq. 10).
     *
     * @param plain      [count] logits of f(x, θ)
     * @param steps      T of eq. 11, 1 or more
     * @param directions [count * adInputs], out: per row of Euclidean length 1, or 0 where f is flat
     */
    public void direction(CtrModel model, int[] rows, int count, float[] plain, int steps, CtrScratch scratch,
            float[] directions) {
        Arrays.fill(directions, 0, count * adInputs, 0);
        model.adGradients(rows, count, scratch, gradients);
        climb(count, plain, directions);
        for (int t = 1; t < steps; t++) {
            model.adGradientsAt(rows, count, directions, scratch, logits, gradients);
            climb(count, logits, directions);
        }
    }

    /** z ← z + ∇f(x + z), z ← z / ‖z‖; stays where the sum is 0 or not a number. */
    private void climb(int count, float[] at, float[] directions) {
        for (int row = 0; row < count; row++) {
            climb(row, at[row], directions);
        }
    }

    private void climb(int row, float logit, float[] directions) {
        double slope = f.slope(logit);
        int base = row * adInputs;
        double squares = 0;
        for (int i = 0; i < adInputs; i++) {
            step[i] = directions[base + i] + slope * gradients[base + i];
            squares += step[i] * step[i];
        }
        double norm = Math.sqrt(squares);
        if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            return;
        }
        double inverse = 1 / norm;
        for (int i = 0; i < adInputs; i++) {
            directions[base + i] = (float) (step[i] * inverse);
        }
    }
}
