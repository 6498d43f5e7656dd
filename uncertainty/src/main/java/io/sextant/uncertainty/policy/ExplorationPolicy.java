package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * Decides how candidates are ranked: takes the plain logits that a model gave them and gives the logits that they are
 * explored with. All chance is drawn from the decision's key, so that the same decision comes out the same anywhere.
 *
 * <p>
 * Threading: one instance per event loop; it owns its buffers and allocates nothing once made.
 */
public interface ExplorationPolicy {
    /** Whether this policy's buffers are right for {@code model}; if not, another policy has to be made for it. */
    boolean fits(CtrModel model);

    /**
     * Computes the exploration scores of the candidates that {@code model} has just scored.
     *
     * @param model          a model that {@link #fits}, and that can what the policy asks of it
     * @param size           number of candidates
     * @param plainLogits    [size] their plain scores f(x), as {@link CtrModel#score} gave them
     * @param prices         [size] what each is worth by its plain score, in any unit; where there are more candidates than
     *                       may be explored, those worth most are, and of equals the first
     * @param decisionKey    key of the decision's draws
     * @param scratch        the loop's scratch for {@code model}
     * @param exploredLogits [size], out: the logits to rank by, never NaN where the plain one is a number; may be
     *                       {@code plainLogits}
     * @return number of candidates that were explored
     * @throws IllegalArgumentException if there are more candidates than the policy was made for (a wiring bug)
     */
    int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey, CtrScratch scratch,
            float[] exploredLogits);
}
