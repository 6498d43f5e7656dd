package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/** Explores nothing: every candidate keeps its plain logit. Immutable. */
public final class GreedyPolicy implements ExplorationPolicy {
    @Override
    public boolean fits(CtrModel model) {
        return true;
    }

    @Override
    public int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] exploredLogits) {
        System.arraycopy(plainLogits, 0, exploredLogits, 0, size);
        return 0;
    }
}
