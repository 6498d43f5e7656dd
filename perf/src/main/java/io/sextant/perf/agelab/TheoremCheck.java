package io.sextant.perf.agelab;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.Logistic;
import io.sextant.perf.agelab.TheoremFigures.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Theorem 1 of the paper, measured on the engine that serves. Gradients of the loss are central differences of the engine's
 * scores, so that they owe nothing to the gradients that exploration uses; the adversarial step is found by going uphill on a
 * sphere, not assumed to lie along the gradient. Threading: one thread's.
 */
/*
 * A plain step of rate λ on cross entropy moves x by −λ ∂L/∂x = λ (y* − y′) G, with G the logit's gradient; over labels that
 * are 1 with probability p that is λ (p − y′) G in expectation. The adversarial step of length λ tends to λ G/‖G‖. So the
 * cosine tends to the sign of p − y′, and the step over λ‖G‖ to p − y′: what theorem 1 says. Eq. 17 as printed bounds each
 * label's step by the norm and looks for the end of the ball: λ G/‖G‖ for a click, the opposite for none (with argmin in
 * place of the printed argmax, as in eq. 5), whatever y′ is. Its expectation is (2p − 1) λ G/‖G‖, which is no p − y′.
 */
final class TheoremCheck {
    private static final double[] LAMBDAS = {1, 0.1, 0.01, 0.001};
    private static final double[] TRUTHS = {0, 0.02, 0.1, 0.3, 0.5, 0.8, 1};
    private static final double DIFFERENCE = 1e-2;
    private static final int STEPS = 50;

    private final CtrModel model;
    private final CtrScratch scratch;
    private final int inputs;
    private final int[] row = new int[1];
    private final float[] displacement;
    private final float[] gradient;
    private final float[] logit = new float[1];

    /**
     * Looks at candidates of the impression that the model has begun.
     *
     * @param scratch of the model, after {@link CtrModel#score}
     */
    TheoremCheck(CtrModel model, CtrScratch scratch) {
        this.model = model;
        this.scratch = scratch;
        this.inputs = model.description().adInputs();
        this.displacement = new float[inputs];
        this.gradient = new float[inputs];
    }

    /** Every truth and step size for some candidates. */
    List<Point> points(int[] rows) {
        List<Point> points = new ArrayList<>();
        for (int candidate : rows) {
            row[0] = candidate;
            double prediction = Logistic.of(logitAt(new double[inputs]));
            double[] slope = differences();
            double length = length(slope);
            for (double lambda : LAMBDAS) {
                double[] adversarial = climb(lambda, 1);
                double[] descent = climb(lambda, -1);
                for (double truth : TRUTHS) {
                    // The plain step over both labels, ∂L/∂x = (y′ − y*) G for each.
                    double[] step = combine(slope, truth * lambda * (1 - prediction), slope,
                            (1 - truth) * lambda * -prediction);
                    double[] printed = combine(adversarial, truth, descent, 1 - truth);
                    points.add(new Point(lambda, prediction, truth, cosine(step, adversarial),
                            along(step, adversarial) / (lambda * length), along(printed, adversarial) / lambda));
                }
            }
        }
        return points;
    }

    private double logitAt(double[] at) {
        for (int i = 0; i < inputs; i++) {
            displacement[i] = (float) at[i];
        }
        model.scoreDisplaced(row, 1, displacement, scratch, logit);
        return logit[0];
    }

    private double[] differences() {
        double[] slope = new double[inputs];
        for (int i = 0; i < inputs; i++) {
            double[] at = new double[inputs];
            at[i] = DIFFERENCE;
            double above = logitAt(at);
            at[i] = -DIFFERENCE;
            slope[i] = (above - logitAt(at)) / (2 * DIFFERENCE);
        }
        return slope;
    }

    /** The highest, or the lowest, point of the sphere of a radius: the gradient there, put on the sphere again. */
    private double[] climb(double radius, int sign) {
        double[] at = new double[inputs];
        for (int step = 0; step < STEPS; step++) {
            for (int i = 0; i < inputs; i++) {
                displacement[i] = (float) at[i];
            }
            model.adGradientsAt(row, 1, displacement, scratch, logit, gradient);
            double norm = 0;
            for (float each : gradient) {
                norm += (double) each * each;
            }
            for (int i = 0; i < inputs; i++) {
                at[i] = norm == 0 ? 0 : sign * radius * gradient[i] / Math.sqrt(norm);
            }
        }
        return at;
    }

    private static double[] combine(double[] a, double weightA, double[] b, double weightB) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, i -> weightA * a[i] + weightB * b[i]);
        return sum;
    }

    private static double along(double[] a, double[] direction) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * direction[i];
        }
        return sum / length(direction);
    }

    private static double cosine(double[] a, double[] b) {
        return along(a, b) / length(a);
    }

    private static double length(double[] a) {
        double squares = 0;
        for (double each : a) {
            squares += each * each;
        }
        return Math.sqrt(squares);
    }

    /** The candidates whose predictions are lowest, in the middle, and highest. */
    static int[] spread(float[] logits, int size) {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Float.compare(logits[a], logits[b]));
        return new int[]{order[0], order[size / 2], order[size - 1]};
    }
}
