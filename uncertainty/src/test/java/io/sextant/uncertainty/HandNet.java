package io.sextant.uncertainty;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchema.Field;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A net small enough to be computed by hand: logit = c + Σ_h v_h · m_h · a(b_h + w_h · x), with m_h = 1 in the plain net
 * and keep_h / (1 - dropRate) under a mask; a is the identity or tanh. The gate is c_s + Σ x_ad. All in doubles, explicitly,
 * as the oracle for everything that is built on a model. Allocates nothing.
 */
public final class HandNet implements CtrModel {
    public static final double DROP_RATE = 0.5;

    private final ModelDescription description;
    private final FeatureSchema schema;
    private final int embeddingSize;
    private final boolean tanh;
    private final float[][] embeddings;
    private final double[][] weights;
    private final double[] biases;
    private final double[] outputs;
    private final double intercept;
    private final boolean[][] bank;
    private final double gateIntercept;

    private HandNet(FeatureSchema schema, boolean tanh, float[][] embeddings, double[][] weights, double[] biases,
            double[] outputs, double intercept, boolean[][] bank, double gateIntercept, double ageLambda) {
        this.schema = schema;
        this.embeddingSize = embeddings[0].length;
        this.tanh = tanh;
        this.embeddings = embeddings;
        this.weights = weights;
        this.biases = biases;
        this.outputs = outputs;
        this.intercept = intercept;
        this.bank = bank;
        this.gateIntercept = gateIntercept;
        this.description = new ModelDescription("control", 7, 6, schema, embeddingSize, List.of(outputs.length),
                DROP_RATE, bank.length, 1, 1, 0, ageLambda, 0, 0);
    }

    /** One request field r, two ad fields p and q, one float an embedding; block rows: 0 MASK, 1 missing, 2 to 4 values. */
    public static FeatureSchema smallSchema() {
        return new FeatureSchema(List.of(new Field("r", false, 5), new Field("p", true, 5), new Field("q", true, 5)),
                1);
    }

    /**
     * Two linear units h1 = r + p, h2 = p + 2q; logit = h1 + h2 - 2. Every value row of a field holds: r 1; p 0.5, -0.5, 0; q
     * 0.25, -0.25, 0; masks and missing hold 0. Mask 0 keeps h1 only, mask 1 keeps h2 only.
     *
     * <p>
     * At r = 1, p = 0.5, q = 0.25: h = (1.5, 1), logit 0.5, under mask 0: 2 · 1.5 - 2 = 1, under mask 1: 2 · 1 - 2 = 0; the
     * gradient by (p, q) is (2, 2); the gate is gateIntercept + 0.75.
     */
    public static HandNet linear(double gateIntercept, double ageLambda, boolean[][] bank) {
        float[][] embeddings = new float[15][1];
        System.arraycopy(new float[][]{{1}, {1}, {1}}, 0, embeddings, 2, 3);
        System.arraycopy(new float[][]{{0.5f}, {-0.5f}, {0}}, 0, embeddings, 7, 3);
        System.arraycopy(new float[][]{{0.25f}, {-0.25f}, {0}}, 0, embeddings, 12, 3);
        return new HandNet(smallSchema(), false, embeddings, new double[][]{{1, 1, 0}, {0, 1, 2}},
                new double[2], new double[]{1, 1}, -2, bank, gateIntercept, ageLambda);
    }

    public static HandNet linear() {
        return linear(-10, 1, new boolean[][]{{true, false}, {false, true}});
    }

    /** The linear net's shape with all output weights 0: the score is -2 everywhere. */
    public static HandNet flat() {
        return new HandNet(smallSchema(), false, new float[15][1], new double[][]{{1, 1, 0}, {0, 1, 2}},
                new double[2], new double[2], -2, new boolean[][]{{true, false}}, -10, 1);
    }

    /** A tanh net with random weights: two request fields, three ad fields, three floats an embedding, six units. */
    public static HandNet random(long seed, double gateIntercept, double ageLambda) {
        var random = new SplittableRandom(seed);
        var fields = IntStream.range(0, 5).mapToObj(i -> new Field("f" + i, i >= 2, 8)).toList();
        var schema = new FeatureSchema(fields, 1);
        float[][] embeddings = new float[schema.rows()][3];
        for (float[] row : embeddings) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextDouble(-0.5, 0.5);
            }
        }
        double[][] weights = new double[6][];
        for (int h = 0; h < weights.length; h++) {
            weights[h] = random.doubles(15, -1, 1).toArray();
        }
        boolean[][] bank = new boolean[64][6];
        for (boolean[] mask : bank) {
            for (int h = 0; h < mask.length; h++) {
                mask[h] = random.nextBoolean();
            }
        }
        return new HandNet(schema, true, embeddings, weights, random.doubles(6, -0.5, 0.5).toArray(),
                random.doubles(6, -1, 1).toArray(), random.nextDouble(-2, 0), bank, gateIntercept, ageLambda);
    }

    /** An impression that a net has begun, of a catalogue that holds just its candidates' ads. */
    public static final class Impression implements CtrScratch {
        final FeatureBatch batch;
        final AdTable ads;

        private Impression(FeatureSchema schema, int[] request, List<int[]> ads) {
            this.ads = new AdTable(schema, ads);
            this.batch = new FeatureBatch(schema, ads.size());
            System.arraycopy(request, 0, batch.request, 0, request.length);
            for (int ad = 0; ad < ads.size(); ad++) {
                batch.add(ad);
            }
        }

        /** Number of candidates. */
        public int size() {
            return batch.size();
        }

        /** The row numbers of all candidates. */
        public int[] rows() {
            return IntStream.range(0, size()).toArray();
        }

        @Override
        public void close() {}
    }

    /** An impression of these features. */
    public Impression impression(int[] request, int[]... ads) {
        return new Impression(schema, request, List.of(ads));
    }

    /** An impression with random rows for this net. */
    public Impression randomImpression(long seed, int rows) {
        var random = new SplittableRandom(seed);
        int[] request = new int[schema.requestFields()];
        for (int i = 0; i < request.length; i++) {
            request[i] = schema.valueIndex(i, random.nextLong());
        }
        int[][] ads = new int[rows][schema.adFields()];
        for (int[] ad : ads) {
            for (int i = 0; i < ad.length; i++) {
                ad[i] = schema.valueIndex(schema.requestFields() + i, random.nextLong());
            }
        }
        return impression(request, ads);
    }

    /** The first row's logit, displaced, in full precision. */
    public double exactLogit(Impression impression, float[] displacement) {
        return logit(impression, 0, 0, displacement, -1);
    }

    /** No eigenvalue of the logit's Hessian is larger: |tanh''| ≤ 0.77. */
    public double curvatureMax() {
        double sum = 0;
        for (int h = 0; h < outputs.length; h++) {
            double squares = 0;
            for (double weight : weights[h]) {
                squares += weight * weight;
            }
            sum += Math.abs(outputs[h]) * 0.77 * squares;
        }
        return sum;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public boolean can(Ability ability) {
        return true;
    }

    /** 0.01 for each number of a request's row. */
    @Override
    public double requestRowVariance(CtrScratch scratch) {
        double sum = 0;
        for (int row : ((Impression) scratch).batch.request) {
            sum += 0.01 * row;
        }
        return sum;
    }

    /** 0.01 for each number of an ad's row. */
    @Override
    public void adRowVariances(int[] rows, int count, CtrScratch scratch, double[] variances) {
        Impression impression = (Impression) scratch;
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (int field = 0; field < schema.adFields(); field++) {
                sum += 0.01 * impression.ads.feature(rows[i] == MASKED ? impression.ads.masked() : rows[i], field);
            }
            variances[i] = sum;
        }
    }

    @Override
    public double adPriorVariance() {
        return 2;
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        for (int i = 0; i < count; i++) {
            logits[i] = (float) logit((Impression) scratch, rows[i], 0, null, -1);
        }
    }

    @Override
    public AdParts prepare(AdTable ads) {
        return () -> ads;
    }

    @Override
    public CtrScratch newScratch(int candidatesMax) {
        throw new UnsupportedOperationException("an impression of this net is its scratch");
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        throw new UnsupportedOperationException("an impression of this net has begun");
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        Impression impression = (Impression) scratch;
        for (int row = 0; row < impression.size(); row++) {
            logits[row] = (float) logit(impression, row, row, null, -1);
        }
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        for (int i = 0; i < count * passes; i++) {
            logits[i] = (float) logit((Impression) scratch, rows[i / passes], 0, null, masks[i]);
        }
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        for (int i = 0; i < count; i++) {
            logits[i] = (float) logit((Impression) scratch, rows[i], 0, null, -1);
            double sum = 0;
            for (int h = 0; h < outputs.length; h++) {
                double unit = unit((Impression) scratch, rows[i], 0, null, h);
                double product = outputs[h] * (tanh ? Math.tanh(unit) : unit);
                sum += product * product;
            }
            variances[i] = (float) (sum * DROP_RATE / (1 - DROP_RATE));
        }
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        gradients(rows, count, null, (Impression) scratch, gradients);
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        scoreDisplaced(rows, count, displacement, scratch, logits);
        gradients(rows, count, displacement, (Impression) scratch, gradients);
    }

    private void gradients(int[] rows, int count, float @Nullable [] displacement, Impression impression,
            float[] gradients) {
        int adInputs = description.adInputs();
        int firstAd = schema.requestFields() * embeddingSize;
        for (int at = 0; at < count; at++) {
            for (int i = 0; i < adInputs; i++) {
                double sum = 0;
                for (int h = 0; h < outputs.length; h++) {
                    double t = Math.tanh(unit(impression, rows[at], at, displacement, h));
                    sum += outputs[h] * (tanh ? 1 - t * t : 1) * weights[h][firstAd + i];
                }
                gradients[at * adInputs + i] = (float) sum;
            }
        }
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        for (int at = 0; at < count; at++) {
            logits[at] = (float) logit((Impression) scratch, rows[at], at, displacement, -1);
        }
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        for (int at = 0; at < count; at++) {
            double sum = gateIntercept;
            for (int i = 0; i < description.adInputs(); i++) {
                sum += input((Impression) scratch, rows[at], 0, null, schema.requestFields() * embeddingSize + i);
            }
            logits[at] = (float) sum;
        }
    }

    @Override
    public void close() {}

    /** The logit of a row; its displacement is the one numbered {@code at}. */
    private double logit(Impression impression, int row, int at, float @Nullable [] displacement, int mask) {
        double logit = intercept;
        for (int h = 0; h < outputs.length; h++) {
            double unit = unit(impression, row, at, displacement, h);
            double activated = tanh ? Math.tanh(unit) : unit;
            double kept = mask < 0 ? 1 : bank[mask][h] ? 1 / (1 - DROP_RATE) : 0;
            logit += outputs[h] * kept * activated;
        }
        return logit;
    }

    private double unit(Impression impression, int row, int at, float @Nullable [] displacement, int h) {
        double sum = biases[h];
        for (int i = 0; i < weights[h].length; i++) {
            sum += weights[h][i] * input(impression, row, at, displacement, i);
        }
        return sum;
    }

    private double input(Impression impression, int row, int at, float @Nullable [] displacement, int i) {
        int field = i / embeddingSize;
        int adField = field - schema.requestFields();
        int ad = row == MASKED ? impression.ads.masked() : row;
        int index = adField < 0 ? impression.batch.request[field] : impression.ads.feature(ad, adField);
        double value = embeddings[index][i % embeddingSize];
        if (adField < 0 || displacement == null) {
            return value;
        }
        return value + displacement[at * description.adInputs() + i - schema.requestFields() * embeddingSize];
    }
}
