package io.sextant.model.training;

/**
 * What else there is to do for a batch while {@link DeepFmTrainer} takes its step on it: done on the trainer's threads, in
 * the gaps that the step leaves them.
 *
 * <p>
 * Threading: {@link #run} is called by any of the trainer's threads, several at once; {@link #scored} by one of them, when all
 * parts are done. The trainer's caller sees what they have written when its call returns.
 */
public interface BesideStep {
    /** There is nothing else to do. */
    BesideStep NOTHING = new BesideStep() {
        @Override
        public int parts() {
            return 0;
        }

        @Override
        public void run(int part) {}

        @Override
        public void scored(float[] logits) {}
    };

    /** Number of parts that need nothing of the step; they are done beside the pass through the net. */
    int parts();

    /** Does part number {@code part}; parts must not touch each other. */
    void run(int part);

    /**
     * Does what needs the predictions, beside the moving of rows and net; called once.
     *
     * @param logits that {@link DeepFmTrainer#scoreAndTrain} will return; not to be changed
     */
    void scored(float[] logits);
}
