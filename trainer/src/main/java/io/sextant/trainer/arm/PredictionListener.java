package io.sextant.trainer.arm;

import io.sextant.model.calibration.SegmentCalibrations;

/** Is told what an arm's model predicted for examples before it learned from them. Called by the arm's thread. */
@FunctionalInterface
public interface PredictionListener {
    /** Listens to nothing. */
    PredictionListener NONE = (_, _) -> {};

    /**
     * Called once a training step.
     *
     * @param logits      of the step's examples without dropout, in the order in which they were accepted; not to be changed
     * @param calibration what predictions went through then
     */
    void predicted(float[] logits, SegmentCalibrations calibration);
}
