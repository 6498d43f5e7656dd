package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.FeatureBatch;

/**
 * Scores candidates as if one more lesson about each had been learned: ads that the model is unsure about and that pass
 * the gate move by λ·δ·g, all others keep their plain score. Allocates nothing once made.
 *
 * <p>
 * Threading: owned by one event loop. Made for one shape of model; {@link #fits} tells whether another model has it.
 *
 * @implNote Adversarial Gradient Driven Exploration, algorithm 1 and eq. 14; differs in: only ads' embeddings move, and a
 *           bound on the number of candidates explored keeps those with the best plain score.
 */
public final class AgeAdjuster {
    private final AgeConfig config;
    private final int capacity;
    private final int explored;
    private final int adFields;
    private final int adInputs;
    private final int requestFields;
    private final DynamicThresholdUnit gate;
    private final PseudoExploration exploration;

    private final FeatureBatch rows;
    private final int[] rowNumbers;
    private final int[] ad;
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
        this.adFields = shape.schema().adFields();
        this.adInputs = shape.adInputs();
        this.requestFields = shape.schema().requestFields();
        this.gate = new DynamicThresholdUnit(explored);
        this.exploration = new PseudoExploration(explored, adInputs, config.masksPerRow());
        this.rows = new FeatureBatch(shape.schema(), explored);
        this.rowNumbers = new int[explored];
        this.ad = new int[adFields];
        this.plain = new float[explored];
        this.open = new boolean[explored];
        this.deltas = new double[explored];
        this.directions = new float[explored * adInputs];
        this.moved = new float[explored];
    }

    /** Whether models described so can be used with this adjuster's buffers. */
    public boolean fits(ModelDescription model) {
        return model.schema().adFields() == adFields && model.schema().requestFields() == requestFields
                && model.adInputs() == adInputs;
    }

    /** Rows, candidates times masks, that the model's scratch must have room for. */
    public int scratchRows() {
        return explored * config.masksPerRow();
    }

    /**
     * Computes the exploration scores.
     *
     * @param model       a model that {@link #fits}
     * @param batch       the candidates
     * @param plainLogits [size] their plain scores f(x), as {@link CtrModel#score} gave them
     * @param decisionKey key of the decision's draws
     * @param scratch     the loop's scratch for {@code model}, of at least {@link #scratchRows} rows
     * @param ageLogits   [size], out: logits of f(x + 1[f(x) ≥ y_s]·λ·δ·g); may be {@code plainLogits}
     * @return number of candidates that were explored
     * @throws IllegalArgumentException if the batch is larger than the capacity (a wiring bug)
     */
    public int adjust(CtrModel model, FeatureBatch batch, float[] plainLogits, long decisionKey, CtrScratch scratch,
            float[] ageLogits) {
        int size = batch.size();
        if (size > capacity) {
            throw new IllegalArgumentException(size + " candidates, AGE has room for " + capacity);
        }
        System.arraycopy(plainLogits, 0, ageLogits, 0, size);
        int chosen = chooseBest(plainLogits, size);
        load(batch, plainLogits, chosen);
        if (config.gate()) {
            keepOpen(model, scratch);
        }
        if (rows.size() == 0) {
            return 0;
        }
        uncertainty(model, decisionKey, scratch);
        exploration.direction(model, rows, config.gradientSteps(), scratch, directions);
        scale(config.lambdaFor(model.description().ageLambda()));
        model.scoreDisplaced(rows, directions, scratch, moved);
        return deliver(ageLogits);
    }

    /** Fills rowNumbers with the best rows; equal scores go to the lower row. */
    private int chooseBest(float[] logits, int size) {
        if (size <= explored) {
            for (int row = 0; row < size; row++) {
                rowNumbers[row] = row;
            }
            return size;
        }
        int chosen = 0;
        for (int row = 0; row < size; row++) {
            if (chosen == explored && !(logits[row] > logits[rowNumbers[chosen - 1]])) {
                continue;
            }
            int at = chosen < explored ? chosen++ : chosen - 1;
            while (at > 0 && logits[row] > logits[rowNumbers[at - 1]]) {
                rowNumbers[at] = rowNumbers[at - 1];
                at--;
            }
            rowNumbers[at] = row;
        }
        return chosen;
    }

    private void load(FeatureBatch batch, float[] logits, int chosen) {
        System.arraycopy(batch.request, 0, rows.request, 0, requestFields);
        rows.clear();
        for (int i = 0; i < chosen; i++) {
            plain[i] = logits[rowNumbers[i]];
            System.arraycopy(batch.ads, rowNumbers[i] * adFields, ad, 0, adFields);
            rows.add(ad);
        }
    }

    /** Drops the rows that the gate is closed for, so that nothing more is computed for them. */
    private void keepOpen(CtrModel model, CtrScratch scratch) {
        gate.judge(model, rows, plain, scratch, open);
        int kept = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (open[i]) {
                rowNumbers[kept] = rowNumbers[i];
                plain[kept] = plain[i];
                System.arraycopy(rows.ads, i * adFields, rows.ads, kept * adFields, adFields);
                kept++;
            }
        }
        rows.truncate(kept);
    }

    private void uncertainty(CtrModel model, long decisionKey, CtrScratch scratch) {
        switch (config.mode()) {
            case TS -> exploration.thompson(model, rows, rowNumbers, plain, decisionKey, scratch, deltas);
            case UCB -> exploration.upperConfidenceBound(model, rows, rowNumbers, plain, decisionKey, scratch, deltas);
        }
    }

    /** Turns the directions g into displacements λ·δ·g. */
    private void scale(double lambda) {
        for (int row = 0; row < rows.size(); row++) {
            double length = lambda * deltas[row];
            for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
                directions[i] = (float) (length * directions[i]);
            }
        }
    }

    /** A score that is not a number never leaves: its candidate keeps the plain one. */
    private int deliver(float[] ageLogits) {
        int delivered = 0;
        for (int row = 0; row < rows.size(); row++) {
            if (Float.isFinite(moved[row])) {
                ageLogits[rowNumbers[row]] = moved[row];
                delivered++;
            }
        }
        return delivered;
    }
}
