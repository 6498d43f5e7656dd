package io.sextant.uncertainty.policy;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyScale;

/**
 * Asks nets that were trained alike: ranks by one of them, another for every decision, or by their mean and how far they
 * disagree. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop.
 *
 * @implNote Bootstrapped Thompson sampling: one member is drawn a decision, not one an ad, so that a decision is consistent
 *           in itself. The bound is the members' mean plus a width times their sample standard deviation, N − 1, in two passes
 *           of double arithmetic in the order of the members.
 */
public final class EnsemblePolicy implements ExplorationPolicy {
    private final Rule rule;
    private final double width;
    private final UncertaintyScale scale;
    private final int members;
    private final WorthiestRows worthiest;
    private final float[] logits;

    /**
     * Prepares the buffers.
     *
     * @param width         sample deviations that the bound lies above the mean, 0 or more; draws do not look at it
     * @param scale         what mean and deviation are of; draws do not look at it
     * @param members       nets of the models that will be asked, 2 or more
     * @param capacity      largest number of candidates in a call
     * @param candidatesMax explores only this many candidates, those worth most
     * @throws IllegalArgumentException if members or width are out of range
     */
    public EnsemblePolicy(Rule rule, double width, UncertaintyScale scale, int members, int capacity,
            int candidatesMax) {
        if (members < 2) {
            throw new IllegalArgumentException("members is " + members + ", must be 2 or more");
        }
        if (!(width >= 0 && width < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("width is " + width + ", must be a number of at least 0");
        }
        this.rule = rule;
        this.width = width;
        this.scale = scale;
        this.members = members;
        this.worthiest = new WorthiestRows(capacity, candidatesMax);
        this.logits = new float[worthiest.limit() * members];
    }

    @Override
    public boolean fits(CtrModel model) {
        return model.members() == members;
    }

    @Override
    public int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] exploredLogits) {
        int count = worthiest.choose(prices, size);
        int[] rows = worthiest.rows();
        System.arraycopy(plainLogits, 0, exploredLogits, 0, size);
        model.scoreMembers(rows, count, scratch, logits);
        int member = Draws.below(members, decisionKey, Purpose.MEMBER, 0);
        int explored = 0;
        for (int i = 0; i < count; i++) {
            float score = rule == Rule.TS ? logits[member * count + i] : bound(i, count);
            if (Float.isFinite(score)) {
                exploredLogits[rows[i]] = score;
                explored++;
            }
        }
        return explored;
    }

    private float bound(int row, int count) {
        double sum = 0;
        for (int at = row; at < members * count; at += count) {
            sum += scale.of(logits[at]);
        }
        double mean = sum / members;
        double squares = 0;
        for (int at = row; at < members * count; at += count) {
            double difference = scale.of(logits[at]) - mean;
            squares += difference * difference;
        }
        return (float) scale.logitOf(mean + width * Math.sqrt(squares / (members - 1)));
    }
}
