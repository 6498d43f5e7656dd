package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;

/**
 * Ranks by the plain score, but for a share of decisions, which are ranked by chance; with a share of 1, the random policy.
 *
 * <p>
 * Ranked by chance means that the candidates' plain logits are dealt out anew, every order as likely as any other. So the
 * logits of an impression stay the ones that the model gave, whoever has which, and what is made of them, such as a price,
 * stays in the model's range.
 *
 * @implNote The order is that of Fisher and Yates in Durstenfeld's form, one draw a candidate.
 */
public final class EpsilonGreedyPolicy implements ExplorationPolicy {
    private final double epsilon;

    /**
     * Makes the policy.
     *
     * @param epsilon share of decisions that are ranked by chance, 0 to 1
     * @throws IllegalArgumentException if it is out of range
     */
    public EpsilonGreedyPolicy(double epsilon) {
        if (!(epsilon >= 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("epsilon is " + epsilon + ", must be 0 to 1");
        }
        this.epsilon = epsilon;
    }

    @Override
    public boolean fits(CtrModel model) {
        return true;
    }

    @Override
    public int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] exploredLogits) {
        System.arraycopy(plainLogits, 0, exploredLogits, 0, size);
        if (Draws.uniform(decisionKey, Purpose.EPSILON, 0) >= epsilon) {
            return 0;
        }
        for (int last = size - 1; last > 0; last--) {
            int other = Draws.below(last + 1, decisionKey, Purpose.RANDOM_ORDER, last);
            float logit = exploredLogits[other];
            exploredLogits[other] = exploredLogits[last];
            exploredLogits[last] = logit;
        }
        return size;
    }
}
