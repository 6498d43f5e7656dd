package io.sextant.model.training;

import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowNet;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;

/**
 * Finds the λ of eq. 14 (Adversarial Gradient Driven Exploration) for one artefact: the step size, in units of the
 * embedding, at which the median gated ad's logit moves by a tenth. As printed, 0.001 to 0.002, λ moves logits by a
 * millionth on some nets and ranks nothing.
 *
 * <p>
 * δ is the UCB's of eq. 8 over twenty masks, a deviation of the click probability as where the step is made; g is the fast
 * gradient of eq. 10 over the ad's embeddings, the gate that of eq. 13.
 */
public final class LambdaCalibration {
    /** The median |Δlogit| over gated ads that λ is set for. */
    public static final double LOGIT_TARGET = 0.1;
    /** The paper's λ, returned where the sample has no uncertainty to step by. */
    public static final double PAPER_LAMBDA = 0.002;

    /** A δ below this is the rounding of two ways to the same probability, not an uncertainty. */
    private static final float DELTA_MIN = 1e-6f;
    private static final int ROWS_MAX = 512;
    private static final int PASSES = 20;
    private static final int DOUBLINGS_MAX = 30;
    private static final int HALVINGS = 24;

    private final TensorFlowNet net;
    private final int count;
    private final int rowInputs;
    private final int adInputs;
    private final float[] rows;
    private final float[] linears;
    private final float[] logits;
    private final float[] steps;

    private LambdaCalibration(TensorFlowNet net, Weights weights, ModelDescription description, int[] features) {
        FeatureSchema schema = weights.schema();
        int fields = schema.size();
        int all = features.length / fields;
        int taken = Math.min(all, ROWS_MAX);
        int[] last = Arrays.copyOfRange(features, (all - taken) * fields, all * fields);
        this.net = net;
        this.rowInputs = fields * description.embeddingSize();
        this.adInputs = description.adInputs();

        float[] looked = new float[taken * rowInputs];
        float[] sums = new float[taken];
        weights.gather(last, taken, looked, sums);
        float[] plain = new float[taken];
        float[] gradients = new float[taken * adInputs];
        net.adGradients(looked, sums, taken, plain, gradients);
        float[] gates = gates(looked, taken);
        float[] deltas = deltas(looked, sums, plain, taken, description.masks());

        boolean anyGated = false;
        for (int row = 0; row < taken; row++) {
            anyGated |= plain[row] >= gates[row];
        }
        this.rows = new float[looked.length];
        this.linears = new float[taken];
        this.logits = new float[taken];
        this.steps = new float[taken * adInputs];
        int kept = 0;
        for (int row = 0; row < taken; row++) {
            double norm = norm(gradients, row);
            if ((plain[row] >= gates[row] || !anyGated) && deltas[row] > DELTA_MIN && norm > 0) {
                System.arraycopy(looked, row * rowInputs, rows, kept * rowInputs, rowInputs);
                linears[kept] = sums[row];
                logits[kept] = plain[row];
                for (int i = 0; i < adInputs; i++) {
                    steps[kept * adInputs + i] = (float) (deltas[row] * gradients[row * adInputs + i] / norm);
                }
                kept++;
            }
        }
        this.count = kept;
    }

    /**
     * Calibrates λ.
     *
     * @param weights     the numbers about to be published
     * @param description of the same artefact; its λ is not looked at
     * @param features    [n * fields] rows of recent examples; the last 512 are used
     * @param options     threads of the TensorFlow session
     * @return λ, above 0; {@link #PAPER_LAMBDA} where no row has an uncertainty (no rows, or no dropout) or no
     *         step moves the logits that far
     */
    public static double calibrate(Weights weights, ModelDescription description, int[] features,
            TensorFlowOptions options) {
        if (features.length < weights.schema().size()) {
            return PAPER_LAMBDA;
        }
        try (TensorFlowNet net = new TensorFlowNet(weights, MaskBank.of(description), options)) {
            return new LambdaCalibration(net, weights, description, features).search();
        }
    }

    private double search() {
        if (count == 0) {
            return PAPER_LAMBDA;
        }
        double low = 0;
        double high = PAPER_LAMBDA;
        int doublings = 0;
        while (medianMove(high) < LOGIT_TARGET && doublings < DOUBLINGS_MAX) {
            low = high;
            high *= 2;
            doublings++;
        }
        if (doublings == DOUBLINGS_MAX) {
            return PAPER_LAMBDA;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (medianMove(middle) < LOGIT_TARGET) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Median over the kept rows of |f(x + λ δ g) − f(x)|. */
    private double medianMove(double lambda) {
        float[] moved = rows.clone();
        for (int row = 0; row < count; row++) {
            int ad = (row + 1) * rowInputs - adInputs;
            for (int i = 0; i < adInputs; i++) {
                moved[ad + i] += (float) (lambda * steps[row * adInputs + i]);
            }
        }
        float[] after = new float[count];
        net.score(moved, linears, count, after);
        float[] moves = new float[count];
        for (int row = 0; row < count; row++) {
            moves[row] = Math.abs(after[row] - logits[row]);
        }
        Arrays.sort(moves);
        return (moves[(count - 1) / 2] + moves[count / 2]) / 2;
    }

    private float[] gates(float[] looked, int taken) {
        float[] ads = new float[taken * adInputs];
        for (int row = 0; row < taken; row++) {
            System.arraycopy(looked, (row + 1) * rowInputs - adInputs, ads, row * adInputs, adInputs);
        }
        float[] gates = new float[taken];
        net.gate(ads, taken, gates);
        return gates;
    }

    private float[] deltas(float[] looked, float[] sums, float[] plain, int taken, int masks) {
        int[] numbers = new int[taken * PASSES];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i % masks;
        }
        float[] dropped = new float[numbers.length];
        net.scoreDropped(looked, sums, taken, numbers, PASSES, dropped);
        float[] deltas = new float[taken];
        for (int row = 0; row < taken; row++) {
            double score = Logistic.of(plain[row]);
            double squares = 0;
            for (int pass = 0; pass < PASSES; pass++) {
                double difference = Logistic.of(dropped[row * PASSES + pass]) - score;
                squares += difference * difference;
            }
            deltas[row] = (float) Math.sqrt(squares / (PASSES - 1));
        }
        return deltas;
    }

    private double norm(float[] gradients, int row) {
        double squares = 0;
        for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
            squares += (double) gradients[i] * gradients[i];
        }
        return Math.sqrt(squares);
    }
}
