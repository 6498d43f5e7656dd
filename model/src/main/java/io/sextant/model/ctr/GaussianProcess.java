package io.sextant.model.ctr;

import java.util.Arrays;
import java.util.List;

/**
 * A sparse Gaussian process on what a model's last hidden layer gives: how far the net's logit is to be corrected, and how
 * sure that is. Where hidden outputs are unlike all that the net has learned from, its variance is the kernel's; where there
 * was much alike, it is next to nothing. Fitted with the model and shipped with its weights.
 *
 * <p>
 * Threading: immutable; asking allocates nothing. The same numbers give the same bits on every machine.
 *
 * @implNote f(x) = net(x) + g(h(x)), g with the kernel s² exp(−‖h − h'‖² / (2 ℓ²)), of which the inducing points know all. With
 *           R the kernel's matrix among the points, L its Cholesky factor, v = L⁻¹ k(h) and D = (I + M)⁻¹, M the points' share
 *           of the examples' information, the mean is vᵀ shift and the variance s² − vᵀv + vᵀ D v (the projected process of
 *           Rasmussen and Williams, Gaussian Processes for Machine Learning, section 8.3.4, whitened). Du and others (2021)
 *           train net and process together; here the process is put on a net that is trained as ever.
 */
public final class GaussianProcess {
    /** Inducing points; a process with fewer leaves the last ones at 0. */
    public static final int POINTS = 32;

    private static final String PREFIX = "process.";
    private static final String POINTS_TENSOR = PREFIX + "points";

    private final int width;
    /** [width, POINTS]. */
    private final float[] points;
    /** L⁻¹, turned round: [POINTS, POINTS], the column of a point after another. */
    private final float[] whitening;
    /** D, [POINTS, POINTS]. */
    private final float[] remaining;
    /** [POINTS]. */
    private final float[] shift;
    /** 1 / (2 ℓ²), and s². */
    private final float[] kernel;

    /** Nothing known, and nothing to be known: mean and variance are 0 everywhere. */
    GaussianProcess(int width) {
        this.width = width;
        this.points = new float[width * POINTS];
        this.whitening = new float[POINTS * POINTS];
        this.remaining = new float[POINTS * POINTS];
        this.shift = new float[POINTS];
        this.kernel = new float[2];
    }

    /**
     * Takes a fitted process's numbers over; all are copied.
     *
     * @param width     outputs of the last hidden layer
     * @param points    the inducing points, at most {@link #POINTS} of them, [width] each
     * @param length    ℓ, above 0
     * @param variance  s², squared logits, 0 or more
     * @param whitening L⁻¹ of the kernel with its variance, row by row
     * @param remaining D, row by row
     * @param shift     the mean's coordinates, one a point
     */
    public GaussianProcess(int width, double[][] points, double length, double variance, double[][] whitening,
            double[][] remaining, double[] shift) {
        this(width);
        for (int point = 0; point < points.length; point++) {
            for (int unit = 0; unit < width; unit++) {
                this.points[unit * POINTS + point] = (float) points[point][unit];
            }
            for (int other = 0; other < points.length; other++) {
                this.whitening[other * POINTS + point] = (float) whitening[point][other];
                this.remaining[other * POINTS + point] = (float) remaining[point][other];
            }
            this.shift[point] = (float) shift[point];
        }
        kernel[0] = (float) (1 / (2 * length * length));
        kernel[1] = (float) variance;
    }

    /** A process of an artefact's, if it has one: to be read into {@link #tensors}. */
    static boolean isIn(Safetensors file) {
        return file.has(POINTS_TENSOR);
    }

    /** Its numbers by name and shape; the arrays themselves, not copies. */
    List<NamedTensor> tensors() {
        return List.of(new NamedTensor(POINTS_TENSOR, points, width, POINTS),
                new NamedTensor(PREFIX + "whitening", whitening, POINTS, POINTS),
                new NamedTensor(PREFIX + "remaining", remaining, POINTS, POINTS),
                new NamedTensor(PREFIX + "shift", shift, POINTS), new NamedTensor(PREFIX + "kernel", kernel, 2));
    }

    /** Outputs of the hidden layer that it is on. */
    public int width() {
        return width;
    }

    /**
     * Where hidden outputs lie, as the points see it: what {@link #mean} and {@link #variance} are asked with.
     *
     * @param hidden the layer's outputs, [width] from {@code at} on
     * @param place  [2 * POINTS], out; the first half counts
     */
    public void locate(float[] hidden, int at, double[] place) {
        Arrays.fill(place, 0, 2 * POINTS, 0);
        for (int unit = 0; unit < width; unit++) {
            double value = hidden[at + unit];
            int from = unit * POINTS;
            for (int point = 0; point < POINTS; point++) {
                double difference = value - points[from + point];
                place[POINTS + point] += difference * difference;
            }
        }
        for (int other = 0; other < POINTS; other++) {
            double similar = kernel[1] * Logistic.exp(-place[POINTS + other] * kernel[0]);
            int from = other * POINTS;
            for (int point = 0; point < POINTS; point++) {
                place[point] += whitening[from + point] * similar;
            }
        }
    }

    /** How far the net's logit is to be corrected, in logits. */
    public double mean(double[] place) {
        double sum = 0;
        for (int point = 0; point < POINTS; point++) {
            sum += place[point] * shift[point];
        }
        return sum;
    }

    /** The variance of the corrected logit, in squared logits, 0 or more; the second half of {@code place} is overwritten. */
    public double variance(double[] place) {
        Arrays.fill(place, POINTS, 2 * POINTS, 0);
        for (int other = 0; other < POINTS; other++) {
            int from = other * POINTS;
            double coordinate = place[other];
            for (int point = 0; point < POINTS; point++) {
                place[POINTS + point] += remaining[from + point] * coordinate;
            }
        }
        double variance = kernel[1];
        for (int point = 0; point < POINTS; point++) {
            variance += place[point] * (place[POINTS + point] - place[point]);
        }
        return Math.max(0, variance);
    }
}
