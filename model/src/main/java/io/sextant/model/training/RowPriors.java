package io.sextant.model.training;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Fits τ, how far a field's row effects lie apart, to a trained net and the information in its rows.
 *
 * <p>
 * A pure function of the weights: the same weights give the same τ, whatever was trained in between.
 */
/*
 * A row's effect is its main effect on the whole net's logit, linear term, factorisation machine and layers together:
 * the mean over a few typical examples of the logit with this row in its field, less the field's mean. The linear term
 * alone will not do: it held 10 to 45 % of effects planted in training, the embedding the rest, and its spread stayed
 * the same when the planted spread was quadrupled.
 *
 * τ is fitted by empirical Bayes, the EM of a normal prior whose posterior means are the effects ŵ found in the net and
 * whose posterior variances are 1 / (1/τ² + F) (Dempster, Laird and Rubin 1977, section 4.5). Its step τ² ← mean over the
 * seen rows of ŵ² + 1 / (1/τ² + F) comes to rest where
 *     mean of τ² · τ²F / (1 + τ²F)  =  mean of ŵ²;
 * the left side rises with τ, so that halving finds the one such point, in place of hundreds of steps where few rows
 * are well known.
 */
final class RowPriors {
    static final double TAU_MIN = 0.05;
    static final double TAU_MAX = 3;
    /** τ of a field of which fewer than two rows were seen. */
    static final double TAU_UNKNOWN = 1;

    /** Typical examples that a row's effect is averaged over. */
    private static final int EXAMPLES = 8;
    /** Rows of a field that are looked at; the standard error of a deviation over as many is 4 %. */
    private static final int ROWS_MAX = 256;
    private static final int HALVINGS = 40;
    private static final long SEED = 0x70a5;

    private final Weights weights;
    private final FeatureSchema schema;
    private final Function<int[], float[]> score;
    private final int[] examples;

    private RowPriors(Weights weights, Function<int[], float[]> score) {
        this.weights = weights;
        this.schema = weights.schema();
        this.score = score;
        this.examples = typicalExamples();
    }

    /**
     * Fits every field's τ and writes it to {@code weights}.
     *
     * @param score logits of [n * fields] table rows under the same weights
     */
    static void fit(Weights weights, Function<int[], float[]> score) {
        RowPriors priors = new RowPriors(weights, score);
        for (int field = 0; field < weights.schema().size(); field++) {
            weights.rowPriorSd[field] = (float) priors.tau(field);
        }
    }

    /** Each field's row drawn in proportion to its information, apart from the other fields'. */
    private int[] typicalExamples() {
        Hasher64 hash = Hashing.xxh3_64(SEED);
        int[] rows = new int[EXAMPLES * schema.size()];
        for (int field = 0; field < schema.size(); field++) {
            int[] seen = seen(field);
            double[] sums = new double[seen.length];
            double sum = 0;
            for (int i = 0; i < seen.length; i++) {
                sum += weights.rowInformation[seen[i]];
                sums[i] = sum;
            }
            for (int example = 0; example < EXAMPLES; example++) {
                double place = (hash.hashLongLongToLong(example, field) >>> 11) * 0x1p-53 * sum;
                int found = Arrays.binarySearch(sums, place);
                int at = found >= 0 ? found + 1 : -found - 1;
                rows[example * schema.size() + field] = seen.length == 0
                        ? schema.missingIndex(field)
                        : seen[Math.min(at, seen.length - 1)];
            }
        }
        return rows;
    }

    /** The field's rows that examples have touched; without MASK, which stands for all values and is none of them. */
    private int[] seen(int field) {
        int[] rows = new int[schema.fields().get(field).rows()];
        int count = 0;
        for (int row = schema.missingIndex(field); row < schema.maskIndex(field) + rows.length; row++) {
            if (weights.rowInformation[row] > 0) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    private double tau(int field) {
        int[] rows = spread(seen(field));
        if (rows.length < 2) {
            return TAU_UNKNOWN;
        }
        double variance = variance(effects(field, rows));
        double low = TAU_MIN;
        double high = TAU_MAX;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (expectedVariance(rows, middle * middle) < variance) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** At most {@link #ROWS_MAX} of the rows, evenly spaced. */
    private static int[] spread(int[] rows) {
        int[] chosen = new int[Math.min(rows.length, ROWS_MAX)];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = rows[(int) ((long) i * rows.length / chosen.length)];
        }
        return chosen;
    }

    private double[] effects(int field, int[] rows) {
        int fields = schema.size();
        int[] features = new int[rows.length * examples.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(examples, 0, features, i * examples.length, examples.length);
            for (int example = 0; example < EXAMPLES; example++) {
                features[i * examples.length + example * fields + field] = rows[i];
            }
        }
        float[] logits = score.apply(features);
        double[] effects = new double[rows.length];
        for (int i = 0; i < logits.length; i++) {
            effects[i / EXAMPLES] += logits[i] / (double) EXAMPLES;
        }
        return effects;
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElse(0);
    }

    /** The mean square that posterior means have under a prior of variance {@code tauSquared}. */
    private double expectedVariance(int[] rows, double tauSquared) {
        double sum = 0;
        for (int row : rows) {
            double known = tauSquared * weights.rowInformation[row];
            sum += tauSquared * known / (1 + known);
        }
        return sum / rows.length;
    }
}
