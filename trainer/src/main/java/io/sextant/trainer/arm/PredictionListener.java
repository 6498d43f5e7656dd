package io.sextant.trainer.arm;

/** Is told what an arm's model predicted for examples before it learned from them. Called by the arm's thread. */
@FunctionalInterface
public interface PredictionListener {
    /** Listens to nothing. */
    PredictionListener NONE = _ -> {
    };

    /**
     * Called once a training step.
     *
     * @param logits of the step's examples without dropout, in the order in which they were accepted; not to be changed
     */
    void predicted(float[] logits);
}
