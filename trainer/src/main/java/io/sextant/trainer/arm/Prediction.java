package io.sextant.trainer.arm;

/**
 * What was predicted for one example before it was learned from, and what became of it.
 *
 * @param raw        by the model in training, 0 to 1
 * @param calibrated the same, calibrated
 * @param published  by the last published version, calibrated
 * @param click      whether it was clicked
 * @param weight     1, or -1 to take an earlier example back
 * @param segment    number of its exchange, see {@link Segments}
 * @param modifier   modifier that was bid with
 */
record Prediction(double raw, double calibrated, double published, boolean click, float weight, int segment,
        float modifier) {}
