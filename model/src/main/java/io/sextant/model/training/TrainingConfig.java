package io.sextant.model.training;

import io.sextant.model.ctr.Architecture;

/**
 * How a net is trained.
 *
 * @param architecture          its shape
 * @param batchSize             examples a step; the caller cuts the batches
 * @param embeddingLearningRate AdaGrad's step on embeddings and linear terms, above 0
 * @param initialAccumulator    what AdaGrad's sum of squares starts from, above 0: the larger, the smaller the first steps
 * @param netLearningRate       Adam's step on everything else, above 0
 * @param l2                    weight decay of touched embeddings and of matrices, 0 or more
 * @param maskShare             share of rows whose ad is hidden so that the MASK ids learn, 0 to below 1
 * @param negativeShare         share of examples without a click that are trained on, above 0 to 1; the caller leaves the
 *                              rest out, the trainer corrects its predictions for it
 * @param retention             which rows are learned, and for how long they are kept
 * @param seed                  of dropout, of the choice of masked rows, and of the numbers that an expired row gets
 */
public record TrainingConfig(Architecture architecture, int batchSize, double embeddingLearningRate,
        double initialAccumulator, double netLearningRate, double l2, double maskShare, double negativeShare,
        RowRetention retention, long seed) {

    /** All negatives are trained on, and rows are kept for good. */
    public TrainingConfig(Architecture architecture, int batchSize, double embeddingLearningRate,
            double initialAccumulator, double netLearningRate, double l2, double maskShare, long seed) {
        this(architecture, batchSize, embeddingLearningRate, initialAccumulator, netLearningRate, l2, maskShare, 1,
                RowRetention.FOR_GOOD, seed);
    }

    public TrainingConfig {
        require(batchSize >= 1, "batch size", batchSize, "at least 1");
        require(embeddingLearningRate > 0, "embedding learning rate", embeddingLearningRate, "above 0");
        require(initialAccumulator > 0, "initial accumulator", initialAccumulator, "above 0");
        require(netLearningRate > 0, "net learning rate", netLearningRate, "above 0");
        require(l2 >= 0, "l2", l2, "at least 0");
        require(negativeShare > 0 && negativeShare <= 1, "negative share", negativeShare, "above 0 and at most 1");
        require(maskShare >= 0 && maskShare < 1, "mask share", maskShare, "at least 0 and below 1");
    }

    private static void require(boolean met, String name, double value, String range) {
        if (!met) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + range);
        }
    }

    /**
     * By how much predictions learned from a share of the negatives lie too high, in logits: p = q / (q + (1 − q) / w) is
     * logit p = logit q + ln w (He et al. 2014, section 6.3). At most 0.
     */
    double correction() {
        return Math.log(negativeShare);
    }

    /** The standard net, batches of 1,024, AdaGrad 0.02 from 0.1, Adam 0.001, 8 % of rows masked. */
    public static TrainingConfig standard(long seed) {
        return new TrainingConfig(Architecture.standard(), 1_024, 0.02, 0.1, 0.001, 0, 0.08, seed);
    }
}
