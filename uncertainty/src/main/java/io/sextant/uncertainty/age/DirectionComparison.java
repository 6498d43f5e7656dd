package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.estimator.UncertaintyScale;

/** How far the directions of FGM and PGD are apart. For the laboratory. */
public final class DirectionComparison {
    private final PseudoExploration exploration;
    private final float[] fast;
    private final float[] projected;
    private final int adInputs;

    /**
     * Prepares the buffers.
     *
     * @param scale    what f is
     * @param model    of the shape that will be asked
     * @param capacity largest number of rows
     */
    public DirectionComparison(UncertaintyScale scale, CtrModel model, int capacity) {
        this.adInputs = model.description().adInputs();
        this.exploration = new PseudoExploration(scale, capacity, adInputs, 1);
        this.fast = new float[capacity * adInputs];
        this.projected = new float[capacity * adInputs];
    }

    /**
     * Compares.
     *
     * @param rows    [count] row numbers of candidates
     * @param plain   [count] their plain logits
     * @param steps   gradient steps of PGD, 1 or more
     * @param cosines [count], out: -1 to 1; 0 where f is flat
     */
    public void cosines(CtrModel model, int[] rows, int count, float[] plain, int steps, CtrScratch scratch,
            double[] cosines) {
        exploration.direction(model, rows, count, plain, 1, scratch, fast);
        exploration.direction(model, rows, count, plain, steps, scratch, projected);
        for (int row = 0; row < count; row++) {
            double dot = 0;
            for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
                dot += (double) fast[i] * projected[i];
            }
            cosines[row] = dot;
        }
    }
}
