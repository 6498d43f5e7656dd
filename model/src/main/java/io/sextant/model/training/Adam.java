package io.sextant.model.training;

import io.sextant.model.ctr.NamedTensor;

/**
 * Adam on one tensor (Kingma and Ba 2015, algorithm 1, with the step size of the end of section 2).
 *
 * <p>
 * Threading: {@link #update} of ranges that do not overlap may run on several threads at once.
 */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final NamedTensor tensor;
    private final float l2;
    final float[] mean;
    final float[] variance;

    Adam(NamedTensor tensor, double l2) {
        this.tensor = tensor;
        // Decay is for matrices: a bias that decays would pull the click-through rate to one half.
        this.l2 = tensor.shape().length > 1 ? (float) l2 : 0;
        this.mean = new float[tensor.data().length];
        this.variance = new float[tensor.data().length];
    }

    NamedTensor tensor() {
        return tensor;
    }

    /** The step size of step number {@code step}, from 1. */
    static float stepSize(double rate, long step) {
        return (float) (rate * Math.sqrt(1 - Math.pow(BETA2, (double) step)) / (1 - Math.pow(BETA1, (double) step)));
    }

    /**
     * One step of some of the numbers.
     *
     * @param from      first of them
     * @param to        behind the last
     * @param gradients of the loss, summed over the batch
     * @param scale     what makes a mean of that sum
     * @param stepSize  see {@link #stepSize}
     */
    void update(int from, int to, float[] gradients, float scale, float stepSize) {
        float beta1 = (float) BETA1;
        float beta2 = (float) BETA2;
        float[] values = tensor.data();
        for (int i = from; i < to; i++) {
            float gradient = gradients[i] * scale + l2 * values[i];
            float newMean = beta1 * mean[i] + (1 - beta1) * gradient;
            float newVariance = beta2 * variance[i] + (1 - beta2) * gradient * gradient;
            mean[i] = newMean;
            variance[i] = newVariance;
            values[i] -= stepSize * newMean / ((float) Math.sqrt(newVariance) + EPSILON);
        }
    }
}
