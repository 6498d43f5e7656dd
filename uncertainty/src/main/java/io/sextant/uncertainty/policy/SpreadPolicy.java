package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyScale;

/**
 * Adds to every score what its deviation makes of it: a normal draw, or the deviation itself, times a width. Allocates
 * nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote On the probability scale the deviation is that of the logit times the slope p (1 − p), and the sum is kept within
 *           a millionth of 0 and 1. Refined against underestimation (the idea of Song and others, 2021; the form is ours): κ
 *           is the share of an ad's variance that training has not yet taken away. What is known is as likely above as below
 *           the score, what is not known lies above it: the deviate z becomes (1 − κ) z + κ |z|, whose mean is κ √(2/π), and a
 *           bound is raised by this mean.
 */
public final class SpreadPolicy implements ExplorationPolicy {
    private static final double HALF_NORMAL_MEAN = 0.7978845608028654;

    private final ScoreSpread spread;
    private final Rule rule;
    private final boolean refined;
    private final double width;
    private final UncertaintyScale scale;
    private final WorthiestRows worthiest;
    private final float[] logits;
    private final double[] deviations;
    private final double[] unknown;

    /**
     * Prepares the buffers.
     *
     * @param spread        where deviations come from
     * @param refined       whether underestimation of ads that little is known about is made up for
     * @param width         deviations that a score is raised by, or drawn with; 0 or more
     * @param scale         what is raised: the click probability, or its logit
     * @param capacity      largest number of candidates in a call
     * @param candidatesMax explores only this many candidates, those worth most
     * @throws IllegalArgumentException if the width is out of range
     */
    public SpreadPolicy(ScoreSpread spread, Rule rule, boolean refined, double width, UncertaintyScale scale,
            int capacity, int candidatesMax) {
        if (!(width >= 0 && width < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("width is " + width + ", must be a number of at least 0");
        }
        this.spread = spread;
        this.rule = rule;
        this.refined = refined;
        this.width = width;
        this.scale = scale;
        this.worthiest = new WorthiestRows(capacity, candidatesMax);
        this.logits = new float[worthiest.limit()];
        this.deviations = new double[worthiest.limit()];
        this.unknown = new double[worthiest.limit()];
    }

    @Override
    public boolean fits(CtrModel model) {
        return spread.fits(model);
    }

    @Override
    public int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] exploredLogits) {
        int count = worthiest.choose(prices, size);
        int[] rows = worthiest.rows();
        System.arraycopy(plainLogits, 0, exploredLogits, 0, size);
        for (int i = 0; i < count; i++) {
            logits[i] = plainLogits[rows[i]];
        }
        spread.judge(model, rows, count, scratch, logits, deviations);
        if (refined) {
            weighUnknown(model, rows, count, scratch);
        }
        int explored = 0;
        for (int i = 0; i < count; i++) {
            double by = width * deviations[i] * scale.slope(logits[i]) * deviate(i, rows[i], decisionKey);
            float raised = (float) scale.raised(logits[i], by);
            if (Float.isFinite(raised)) {
                exploredLogits[rows[i]] = raised;
                explored++;
            }
        }
        return explored;
    }

    /** κ of every row. */
    private void weighUnknown(CtrModel model, int[] rows, int count, CtrScratch scratch) {
        model.adRowVariances(rows, count, scratch, unknown);
        double prior = model.adPriorVariance();
        for (int i = 0; i < count; i++) {
            unknown[i] = Math.min(1, unknown[i] / prior);
        }
    }

    private double deviate(int i, int row, long decisionKey) {
        double share = refined ? unknown[i] : 0;
        return switch (rule) {
            case UCB -> 1 + share * HALF_NORMAL_MEAN;
            case TS -> {
                double z = Draws.normal(decisionKey, Purpose.SCORE_DEVIATE, row);
                yield (1 - share) * z + share * Math.abs(z);
            }
        };
    }
}
