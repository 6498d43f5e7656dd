package io.sextant.model.training;

import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.ctr.Logistic;
import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Fits a {@link GaussianProcess} to examples that a model has learned from: what its last hidden layer gave for them, what it
 * predicted, and what came.
 *
 * <p>
 * Inducing points are examples, one after the other the one that those before know least about (Burt, Rasmussen and van der
 * Wilk 2020, section 4.2.2). Length ℓ, a multiple of the examples' median distance, and variance s² are those of a small grid
 * with the largest variational bound of the evidence (Titsias 2009, eq. 9), the clicks taken for normal around the model's
 * logits with information p (1 − p) each (one step of Laplace's approximation, from the model's own predictions).
 *
 * <p>
 * The sample stands for all that was learned: for the variance every example counts {@code weight} times; the mean is
 * corrected by what the sample itself says, no more.
 */
public final class GaussianProcessFit {
    /** ℓ, in median distances. */
    private static final double[] LENGTHS = {0.5, 1, 2, 4};
    /** s², in squared logits. */
    private static final double[] VARIANCES = {0.0625, 0.25, 1, 4};
    /** Keeps the points' matrix away from singular; a part of s². */
    private static final double JITTER = 1e-5;
    /** Points that the others know all but this part of are none. */
    private static final double NEWS_MIN = 1e-4;
    /** Examples whose distances tell the median. */
    private static final int DISTANCES_OF = 200;

    private final int width;
    private final int count;
    private final double[][] hidden;
    private final double[] information;
    private final double[] surprise;

    /** What the points see of the examples under a kernel of variance 1. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sight(double length, double[][] whitening, RealMatrix seen, RealMatrix gram, double[] pull,
            double unseen) {}

    private GaussianProcessFit(int width, float[] outputs, float[] logits, float[] clicks) {
        this.width = width;
        this.count = logits.length;
        this.hidden = new double[count][width];
        this.information = new double[count];
        this.surprise = new double[count];
        for (int i = 0; i < count; i++) {
            for (int unit = 0; unit < width; unit++) {
                hidden[i][unit] = outputs[i * width + unit];
            }
            double p = Logistic.of(logits[i]);
            information[i] = p * (1 - p);
            surprise[i] = clicks[i] - p;
        }
    }

    /**
     * Fits length and variance, too.
     *
     * @param width   outputs of the last hidden layer
     * @param outputs [n * width] what it gave, example by example; n is 1 or more
     * @param logits  [n] what the model predicted
     * @param clicks  [n] 1 for a click, 0 for none
     * @param weight  learned examples that each of these stands for, 1 or more
     * @throws IllegalArgumentException if lengths disagree, or the weight is out of range
     */
    public static GaussianProcess fit(int width, float[] outputs, float[] logits, float[] clicks, double weight) {
        GaussianProcessFit fit = checked(width, outputs, logits, clicks, weight);
        double median = fit.medianDistance();
        int[] points = fit.choosePoints(median);
        Sight best = null;
        double bestVariance = 0;
        double bestBound = Double.NEGATIVE_INFINITY;
        for (double factor : LENGTHS) {
            Sight sight = fit.look(points, factor * median);
            for (double variance : VARIANCES) {
                double bound = bound(sight, variance);
                if (best == null || bound > bestBound) {
                    best = sight;
                    bestVariance = variance;
                    bestBound = bound;
                }
            }
        }
        if (best == null) {
            throw new IllegalStateException("no length to try");
        }
        return fit.build(points, best, bestVariance, weight);
    }

    /**
     * Fits with a kernel that is known. Other parameters as of {@link #fit(int, float[], float[], float[], double)}.
     *
     * @param length   ℓ, above 0
     * @param variance s², above 0
     */
    public static GaussianProcess fit(int width, float[] outputs, float[] logits, float[] clicks, double weight,
            double length, double variance) {
        GaussianProcessFit fit = checked(width, outputs, logits, clicks, weight);
        int[] points = fit.choosePoints(length);
        return fit.build(points, fit.look(points, length), variance, weight);
    }

    private static GaussianProcessFit checked(int width, float[] outputs, float[] logits, float[] clicks,
            double weight) {
        if (logits.length == 0 || logits.length != clicks.length || outputs.length != logits.length * width) {
            throw new IllegalArgumentException(logits.length + " logits, " + clicks.length + " clicks and "
                    + outputs.length + " outputs of " + width + " units do not belong together");
        }
        if (!(weight >= 1 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight is " + weight + ", must be 1 or more");
        }
        return new GaussianProcessFit(width, outputs, logits, clicks);
    }

    /** 1 where all examples are alike. */
    private double medianDistance() {
        int sample = Math.min(count, DISTANCES_OF);
        double[] distances = new double[sample * (sample - 1) / 2];
        int at = 0;
        for (int i = 0; i < sample; i++) {
            for (int j = 0; j < i; j++) {
                distances[at++] = Math.sqrt(squaredDistance(i * count / sample, j * count / sample));
            }
        }
        Arrays.sort(distances);
        double median = at == 0 ? 0 : distances[at / 2];
        return median > 0 ? median : 1;
    }

    private double squaredDistance(int i, int j) {
        double sum = 0;
        for (int unit = 0; unit < width; unit++) {
            double difference = hidden[i][unit] - hidden[j][unit];
            sum += difference * difference;
        }
        return sum;
    }

    private double kernel(int i, int j, double length) {
        return Math.exp(-squaredDistance(i, j) / (2 * length * length));
    }

    /** A pivoted Cholesky decomposition of the kernel's matrix, as far as there is room. */
    private int[] choosePoints(double length) {
        double[] unknown = new double[count];
        Arrays.fill(unknown, 1);
        double[][] columns = new double[GaussianProcess.POINTS][count];
        int[] chosen = new int[GaussianProcess.POINTS];
        for (int n = 0; n < chosen.length; n++) {
            int pivot = 0;
            for (int i = 1; i < count; i++) {
                pivot = unknown[i] > unknown[pivot] ? i : pivot;
            }
            if (unknown[pivot] < NEWS_MIN) {
                return Arrays.copyOf(chosen, n);
            }
            chosen[n] = pivot;
            double root = Math.sqrt(unknown[pivot]);
            for (int i = 0; i < count; i++) {
                double value = kernel(i, pivot, length);
                for (int before = 0; before < n; before++) {
                    value -= columns[before][i] * columns[before][pivot];
                }
                columns[n][i] = value / root;
                unknown[i] -= columns[n][i] * columns[n][i];
            }
        }
        return chosen;
    }

    private Sight look(int[] points, double length) {
        int size = points.length;
        double[][] among = new double[size][size];
        double[][] across = new double[size][count];
        for (int point = 0; point < size; point++) {
            for (int other = 0; other < size; other++) {
                among[point][other] = kernel(points[point], points[other], length) + (point == other ? JITTER : 0);
            }
            for (int i = 0; i < count; i++) {
                across[point][i] = kernel(points[point], i, length);
            }
        }
        RealMatrix factor = new CholeskyDecomposition(new Array2DRowRealMatrix(among, false)).getL();
        RealMatrix whitening = MatrixUtils.createRealIdentityMatrix(size);
        forward(factor, whitening);
        RealMatrix seen = whitening.multiply(new Array2DRowRealMatrix(across, false));
        RealMatrix weighted = seen.copy();
        double unseen = 0;
        for (int i = 0; i < count; i++) {
            double known = 0;
            for (int point = 0; point < size; point++) {
                double value = seen.getEntry(point, i);
                known += value * value;
                weighted.setEntry(point, i, value * information[i]);
            }
            unseen += information[i] * Math.max(0, 1 - known);
        }
        return new Sight(length, whitening.getData(), seen, weighted.multiplyTransposed(seen),
                seen.operate(surprise), unseen);
    }

    /** Turns the unit matrix into the inverse of a lower triangle, column by column. */
    private static void forward(RealMatrix factor, RealMatrix out) {
        int size = factor.getRowDimension();
        for (int column = 0; column < size; column++) {
            for (int row = column; row < size; row++) {
                double value = out.getEntry(row, column);
                for (int k = column; k < row; k++) {
                    value -= factor.getEntry(row, k) * out.getEntry(k, column);
                }
                out.setEntry(row, column, value / factor.getEntry(row, row));
            }
        }
    }

    /** The bound of the log evidence, but for what no kernel changes. */
    private static double bound(Sight sight, double variance) {
        CholeskyDecomposition known = informed(sight, variance, 1);
        double logDeterminant = 0;
        RealMatrix factor = known.getL();
        for (int point = 0; point < factor.getRowDimension(); point++) {
            logDeterminant += 2 * Math.log(factor.getEntry(point, point));
        }
        double[] pull = sight.pull.clone();
        for (int point = 0; point < pull.length; point++) {
            pull[point] *= Math.sqrt(variance);
        }
        double[] solved = known.getSolver().solve(MatrixUtils.createRealVector(pull)).toArray();
        double fit = 0;
        for (int point = 0; point < pull.length; point++) {
            fit += pull[point] * solved[point];
        }
        return (fit - logDeterminant - variance * sight.unseen) / 2;
    }

    /** I + M, decomposed. */
    private static CholeskyDecomposition informed(Sight sight, double variance, double weight) {
        RealMatrix matrix = sight.gram.scalarMultiply(variance * weight);
        int size = matrix.getRowDimension();
        for (int point = 0; point < size; point++) {
            matrix.addToEntry(point, point, 1);
            for (int other = 0; other < point; other++) {
                // the products round differently on both sides of the diagonal
                matrix.setEntry(other, point, matrix.getEntry(point, other));
            }
        }
        return new CholeskyDecomposition(matrix);
    }

    private GaussianProcess build(int[] points, Sight sight, double variance, double weight) {
        double root = Math.sqrt(variance);
        double[] pull = sight.pull.clone();
        for (int point = 0; point < pull.length; point++) {
            pull[point] *= root;
        }
        double[] shift = informed(sight, variance, 1).getSolver().solve(MatrixUtils.createRealVector(pull)).toArray();
        double[][] remaining = informed(sight, variance, weight).getSolver().getInverse().getData();
        double[][] whitening = new double[points.length][];
        double[][] places = new double[points.length][];
        for (int point = 0; point < points.length; point++) {
            places[point] = hidden[points[point]];
            whitening[point] = sight.whitening[point].clone();
            for (int other = 0; other < points.length; other++) {
                // what asks has the variance in its kernel already
                whitening[point][other] /= root;
            }
        }
        return new GaussianProcess(width, places, sight.length, variance, whitening, remaining, shift);
    }
}
