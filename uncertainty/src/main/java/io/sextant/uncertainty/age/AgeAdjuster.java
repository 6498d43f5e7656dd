package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;

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
public final class AgeAdjuster {
    private final AgeConfig config;
    private final int capacity;
    private final int explored;
    private final int adInputs;
    private final DynamicThresholdUnit gate;
    private final PseudoExploration exploration;

    private final int[] rows;
    private final float[] plain;
    private final boolean[] open;
    private final double[] deltas;
    private final float[] directions;
    private final float[] moved;

    /**
     * Prepares the buffers.
     *
     * @param shape    a model of the shape that {@link #adjust} will be called with
     * @param capacity largest number of candidates in a call
     */
    public AgeAdjuster(AgeConfig config, ModelDescription shape, int capacity) {
        this.config = config;
        this.capacity = capacity;
        this.explored = Math.min(capacity, config.candidatesMax());
        this.adInputs = shape.adInputs();
        this.gate = new DynamicThresholdUnit(explored);
        this.exploration = new PseudoExploration(explored, adInputs, config.masksPerRow());
        this.rows = new int[explored];
        this.plain = new float[explored];
        this.open = new boolean[explored];
        this.deltas = new double[explored];
        this.directions = new float[explored * adInputs];
        this.moved = new float[explored];
    }

    /** Whether models described so can be used with this adjuster's buffers. */
    public boolean fits(ModelDescription model) {
        return model.adInputs() == adInputs;
    }

    /**
     * Computes the exploration scores of the candidates that {@code model} has just scored.
     *
     * @param model       a model that {@link #fits}
     * @param size        number of candidates
     * @param plainLogits [size] their plain scores f(x), as {@link CtrModel#score} gave them
     * @param prices      [size] what each is worth by its plain score, in any unit; where there are more candidates than
     *                    may be explored, those worth most are, and of equals the first
     * @param decisionKey key of the decision's draws
     * @param scratch     the loop's scratch for {@code model}
     * @param ageLogits   [size], out: logits of f(x + 1[f(x) ≥ y_s]·λ·δ·g); may be {@code plainLogits}
     * @return number of candidates that were explored
     * @throws IllegalArgumentException if there are more candidates than the capacity (a wiring bug)
     */
    public int adjust(CtrModel model, int size, float[] plainLogits, long[] prices, long decisionKey,
            CtrScratch scratch, float[] ageLogits) {
        if (size > capacity) {
            throw new IllegalArgumentException(size + " candidates, AGE has room for " + capacity);
        }
        System.arraycopy(plainLogits, 0, ageLogits, 0, size);
        int count = chooseBest(prices, size);
        for (int i = 0; i < count; i++) {
            plain[i] = plainLogits[rows[i]];
        }
        if (config.gate()) {
            count = keepOpen(model, count, scratch);
        }
        if (count == 0) {
            return 0;
        }
        uncertainty(model, count, decisionKey, scratch);
        exploration.direction(model, rows, count, plain, config.gradientSteps(), scratch, directions);
        scale(count, config.lambdaFor(model.description().ageLambda()));
        model.scoreDisplaced(rows, count, directions, scratch, moved);
        return deliver(count, ageLogits);
    }

    /** Fills rows with the rows worth most, the best first; of equals the lower row comes first. */
    private int chooseBest(long[] prices, int size) {
        if (size <= explored) {
            for (int row = 0; row < size; row++) {
                rows[row] = row;
            }
            return size;
        }
        int chosen = 0;
        for (int row = 0; row < size; row++) {
            if (chosen == explored && prices[row] <= prices[rows[chosen - 1]]) {
                continue;
            }
            int at = chosen < explored ? chosen++ : chosen - 1;
            while (at > 0 && prices[row] > prices[rows[at - 1]]) {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
        return chosen;
    }

    /** Drops the rows that the gate is closed for, so that nothing more is computed for them. */
    private int keepOpen(CtrModel model, int count, CtrScratch scratch) {
        gate.judge(model, rows, count, plain, scratch, open);
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

    private void uncertainty(CtrModel model, int count, long decisionKey, CtrScratch scratch) {
        switch (config.mode()) {
            case TS -> exploration.thompson(model, rows, count, plain, decisionKey, scratch, deltas);
            case UCB -> {
                if (config.linearised()) {
                    exploration.linearised(model, rows, count, scratch, deltas);
                } else {
                    exploration.upperConfidenceBound(model, rows, count, plain, decisionKey, scratch, deltas);
                }
            }
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

    /** A score that is not a number never leaves: its candidate keeps the plain one. */
    private int deliver(int count, float[] ageLogits) {
        int delivered = 0;
        for (int row = 0; row < count; row++) {
            if (Float.isFinite(moved[row])) {
                ageLogits[rows[row]] = moved[row];
                delivered++;
            }
        }
        return delivered;
    }
}
