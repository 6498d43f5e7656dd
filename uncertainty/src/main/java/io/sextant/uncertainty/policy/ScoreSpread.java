package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;

/**
 * How far candidates' scores may be off. Allocates nothing once made.
 *
 * <p>
 * Threading: one instance per event loop; it may own buffers.
 */
public interface ScoreSpread {
    /** Whether it can be asked about {@code model}. */
    boolean fits(CtrModel model);

    /**
     * Judges candidates.
     *
     * @param rows       [count] row numbers
     * @param logits     [count] plain logits; out: the logits that the deviations are around
     * @param deviations [count], out: of the logits, 0 or more
     */
    void judge(CtrModel model, int[] rows, int count, CtrScratch scratch, float[] logits, double[] deviations);
}
