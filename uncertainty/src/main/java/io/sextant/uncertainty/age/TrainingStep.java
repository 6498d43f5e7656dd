package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.Logistic;

/**
 * What one lesson about an ad does to its embeddings, in expectation, against the direction that AGE moves them in: theorem
 * 1, in numbers. For the laboratory.
 *
 * @implNote Adversarial Gradient Driven Exploration, section 4. One plain gradient step of size η on the embeddings alone, the
 *           net fixed, for a label y: −η ∇L = η (y − y') ∇logit, y' = σ(logit). With y = 1 at probability p its expectation is
 *           η (p − y') ∇logit. Divided by its length for a p − y' of one, η ‖∇logit‖, it is (p − y') times the unit direction
 *           in which f rises, exactly and for every η: the cosine is the sign of p − y', the factor p − y' itself, which is
 *           what the theorem means. As printed, eq. 17 gives every label a step of the full length λ (and an argmax, where
 *           the argmin is meant): up for y = 1, down for y = 0; its expectation is p λ g − (1 − p) λ g, the factor 2 p − 1,
 *           which knows nothing of y'. Both differ in sign where p lies between y' and ½, as with most ads
 *           that are better than predicted.
 */
public final class TrainingStep {
    private static final int[] ROW = new int[1];

    /**
     * One lesson, in expectation.
     *
     * @param predicted  y', the click probability before it
     * @param gradient   norm of the gradient of the logit by the ad's embeddings
     * @param cosine     between the expected step and the direction in which f rises; NaN where the step is 0
     * @param factor     length of the expected step, with the cosine's sign, over η times the gradient's norm
     * @param printed    the same of eq. 17 as printed, over λ
     * @param finite     the same factor found without derivatives: the change of f along the expected step, over the change
     *                   of f along the direction in which it rises
     */
    public record Lesson(double predicted, double gradient, double cosine, double factor, double printed,
            double finite) {}

    private TrainingStep() {}

    /**
     * Teaches the impression's first candidate once with each label, and weighs both with how likely they are.
     *
     * @param p       click probability of the ad, 0 to 1
     * @param eta     η, also the length λ of the direction's step in {@code finite}; above 0
     * @param scratch of an impression that {@code model} began, with one candidate or more
     */
    public static Lesson expected(CtrModel model, CtrScratch scratch, double p, double eta) {
        int adInputs = model.description().adInputs();
        float[] logit = new float[1];
        float[] gradient = new float[adInputs];
        model.scoreRows(ROW, 1, scratch, logit);
        model.adGradients(ROW, 1, scratch, gradient);
        double predicted = Logistic.of(logit[0]);
        double norm = norm(gradient);

        double[] clicked = step(gradient, 1 - predicted, eta);
        double[] passed = step(gradient, 0 - predicted, eta);
        double[] expected = new double[adInputs];
        double[] printed = new double[adInputs];
        double clickedLength = norm(clicked);
        double passedLength = norm(passed);
        double dot = 0;
        double printedDot = 0;
        for (int i = 0; i < adInputs; i++) {
            expected[i] = p * clicked[i] + (1 - p) * passed[i];
            printed[i] = p * clicked[i] / clickedLength + (1 - p) * passed[i] / passedLength;
            dot += expected[i] * gradient[i];
            printedDot += printed[i] * gradient[i];
        }
        double length = norm(expected);
        double cosine = length == 0 ? Double.NaN : dot / (length * norm);
        return new Lesson(predicted, norm, cosine, dot / (eta * norm * norm), printedDot / norm,
                finite(model, scratch, logit[0], gradient, expected, norm, eta));
    }

    private static double[] step(float[] gradient, double error, double eta) {
        double[] step = new double[gradient.length];
        for (int i = 0; i < step.length; i++) {
            step[i] = eta * error * gradient[i];
        }
        return step;
    }

    /** How far f really moves along both, over each other. */
    private static double finite(CtrModel model, CtrScratch scratch, float plain, float[] gradient, double[] expected,
            double norm, double eta) {
        float[] lesson = new float[gradient.length];
        float[] rise = new float[gradient.length];
        for (int i = 0; i < lesson.length; i++) {
            lesson[i] = (float) (expected[i] / norm);
            rise[i] = (float) (eta * gradient[i] / norm);
        }
        float[] logit = new float[1];
        model.scoreDisplaced(ROW, 1, lesson, scratch, logit);
        double byLesson = (double) logit[0] - plain;
        model.scoreDisplaced(ROW, 1, rise, scratch, logit);
        return byLesson / ((double) logit[0] - plain);
    }

    private static double norm(float[] vector) {
        double squares = 0;
        for (float each : vector) {
            squares += (double) each * each;
        }
        return Math.sqrt(squares);
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double each : vector) {
            squares += each * each;
        }
        return Math.sqrt(squares);
    }
}
