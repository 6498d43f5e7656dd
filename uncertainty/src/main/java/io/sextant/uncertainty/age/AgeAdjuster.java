package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import io.sextant.uncertainty.policy.WorthiestRows;
import java.util.Arrays;

/**
 * Scores candidates as if one more lesson about each had been learned: ads that the model is unsure about and that pass
 * the gate move by λ·δ·g, all others keep their plain score. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop. Made for one shape of model; {@link #fits} tells whether another model has it.
 *
 * @implNote Adversarial Gradient Driven Exploration, algorithm 1 and eq. 14; differs in: only ads' embeddings move, and a
 *           bound on the number of candidates explored keeps those with the highest price.
 */
public final class AgeAdjuster implements ExplorationPolicy {
    private final AgeConfig config;
    private final int adInputs;
    private final WorthiestRows worthiest;
    private final DynamicThresholdUnit gate;
    private final PseudoExploration exploration;

    private final float[] plain;
    private final boolean[] open;
    private final double[] deltas;
    private final float[] directions;
    private final float[] moved;

    /**
     * Prepares the buffers.
     *
     * @param shape    a model of the shape that {@link #explore} will be called with
     * @param capacity largest number of candidates in a call
     */
    public AgeAdjuster(AgeConfig config, ModelDescription shape, int capacity) {
        this.config = config;
        this.adInputs = shape.adInputs();
        this.worthiest = new WorthiestRows(capacity, config.candidatesMax());
        int explored = worthiest.limit();
        this.gate = new DynamicThresholdUnit(explored);
        this.exploration = new PseudoExploration(config.scale(), explored, adInputs, config.masksPerRow());
        this.plain = new float[explored];
        this.open = new boolean[explored];
        this.deltas = new double[explored];
        this.directions = new float[explored * adInputs];
        this.moved = new float[explored];
    }

    @Override
    public boolean fits(CtrModel model) {
        return model.description().adInputs() == adInputs;
    }

    /** {@inheritDoc} The logits are those of f(x + 1[f(x) ≥ y_s]·λ·δ·g). */
    @Override
    public int explore(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] exploredLogits) {
        int count = worthiest.choose(prices, size);
        int[] rows = worthiest.rows();
        System.arraycopy(plainLogits, 0, exploredLogits, 0, size);
        for (int i = 0; i < count; i++) {
            plain[i] = plainLogits[rows[i]];
        }
        count = keepOpen(model, rows, count, scratch);
        if (count == 0) {
            return 0;
        }
        uncertainty(model, rows, count, decisionKey, scratch);
        double lambda = config.lambdaFor(model.description().ageLambda());
        if (config.direction() == AgeConfig.Direction.SCORE) {
            raise(count, lambda);
        } else {
            direct(model, rows, count, scratch);
            scale(count, lambda);
            model.scoreDisplaced(rows, count, directions, scratch, moved);
        }
        return deliver(rows, count, exploredLogits);
    }

    /** Drops the rows that the gate is closed for, so that nothing more is computed for them. */
    private int keepOpen(CtrModel model, int[] rows, int count, CtrScratch scratch) {
        if (config.learnedThreshold()) {
            gate.judge(model, rows, count, plain, scratch, open);
        } else if (config.threshold() > 0) {
            DynamicThresholdUnit.judgeBy(config.threshold(), count, plain, open);
        } else {
            return count;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (open[i]) {
                rows[kept] = rows[i];
                plain[kept] = plain[i];
                kept++;
            }
        }
        return kept;
    }

    private void uncertainty(CtrModel model, int[] rows, int count, long decisionKey, CtrScratch scratch) {
        boolean drawn = config.mode() == AgeConfig.Mode.TS;
        switch (config.delta()) {
            case MASKS -> masks(model, rows, count, decisionKey, scratch);
            case LINEARISED -> exploration.linearised(model, rows, count, scratch, deltas);
            case ROW_INFORMATION -> exploration.rowInformation(model, rows, count, plain, scratch, deltas);
            case POOLED -> {
                masks(model, rows, count, decisionKey, scratch);
                pool(count);
            }
        }
        if (drawn && config.delta() != AgeConfig.Delta.MASKS) {
            for (int i = 0; i < count; i++) {
                deltas[i] *= Draws.normal(decisionKey, Purpose.SCORE_DEVIATE, rows[i]);
            }
        }
        if (drawn && config.optimistic()) {
            for (int i = 0; i < count; i++) {
                deltas[i] = Math.max(0, deltas[i]);
            }
        }
    }

    private void masks(CtrModel model, int[] rows, int count, long decisionKey, CtrScratch scratch) {
        switch (config.mode()) {
            case TS -> exploration.thompson(model, rows, count, plain, decisionKey, scratch, deltas);
            case UCB -> exploration.upperConfidenceBound(model, rows, count, plain, decisionKey, scratch, deltas);
        }
    }

    /** Gives every row the root mean square of all. */
    private void pool(int count) {
        double squares = 0;
        for (int i = 0; i < count; i++) {
            squares += deltas[i] * deltas[i];
        }
        Arrays.fill(deltas, 0, count, Math.sqrt(squares / count));
    }

    private void direct(CtrModel model, int[] rows, int count, CtrScratch scratch) {
        if (config.direction() == AgeConfig.Direction.EVEN) {
            Arrays.fill(directions, 0, count * adInputs, (float) (1 / Math.sqrt(adInputs)));
        } else {
            exploration.direction(model, rows, count, plain, config.gradientSteps(), scratch, directions);
        }
    }

    /** Turns the directions g into displacements λ·δ·g. */
    private void scale(int count, double lambda) {
        for (int row = 0; row < count; row++) {
            double length = lambda * deltas[row];
            for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
                directions[i] = (float) (length * directions[i]);
            }
        }
    }

    /** f + λ·δ, without a direction. */
    private void raise(int count, double lambda) {
        for (int row = 0; row < count; row++) {
            moved[row] = (float) config.scale().raised(plain[row], lambda * deltas[row]);
        }
    }

    /** A score that is not a number never leaves: its candidate keeps the plain one. */
    private int deliver(int[] rows, int count, float[] exploredLogits) {
        int delivered = 0;
        for (int row = 0; row < count; row++) {
            if (Float.isFinite(moved[row])) {
                exploredLogits[rows[row]] = moved[row];
                delivered++;
            }
        }
        return delivered;
    }
}
