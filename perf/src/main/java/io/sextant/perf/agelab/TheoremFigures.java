package io.sextant.perf.agelab;

import java.util.List;

/**
 * Theorem 1 of the paper on a trained net. With p the true click probability, y′ the predicted one, g the unit vector along
 * which the prediction rises fastest: one plain gradient step on the ad's embeddings, over both labels, divided by its length
 * λ, against p − y′ times g; and eq. 17 as it is printed.
 *
 * @param points       by p − y′
 * @param leastCosine  smallest cosine, over the candidates of a page, between the directions of FGM and of PGD in three steps
 * @param meanCosine   their mean
 */
public record TheoremFigures(List<Point> points, double leastCosine, double meanCosine) {
    public TheoremFigures {
        points = List.copyOf(points);
    }

    /**
     * One candidate under an assumed truth.
     *
     * @param lambda     length of the adversarial step, in units of the embedding
     * @param prediction y′
     * @param truth      p
     * @param cosine     of the expected training step with the adversarial step
     * @param factor     length of the expected training step along it, over λ times the length of the logit's gradient
     * @param printed    the same of eq. 17: each label's step has full length λ, over λ
     */
    public record Point(double lambda, double prediction, double truth, double cosine, double factor,
            double printed) {}
}
