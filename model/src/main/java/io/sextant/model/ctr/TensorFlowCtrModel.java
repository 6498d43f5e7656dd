package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reference engine: the DeepFM of {@link DeepFmGraph} run by TensorFlow. Correct and readable rather than quick; every
 * call copies its rows into native memory.
 */
public final class TensorFlowCtrModel implements CtrModel {
    private final ModelDescription description;
    private final Weights weights;
    private final TensorFlowNet net;
    private final int requestFields;
    private final int adFields;
    private final int embeddingSize;
    private final RowVariances rowVariances;

    /**
     * Builds the session.
     *
     * @param description what the artefact says of itself
     * @param weights     its numbers; the tables are used in place and must not change any more
     * @param options     threads of the session
     * @throws IllegalArgumentException if the two disagree about schema or architecture
     */
    public TensorFlowCtrModel(ModelDescription description, Weights weights, TensorFlowOptions options) {
        weights.requireFor(description);
        this.description = description;
        this.weights = weights;
        this.net = new TensorFlowNet(weights, MaskBank.of(description), options);
        this.requestFields = description.schema().requestFields();
        this.adFields = description.schema().adFields();
        this.embeddingSize = description.embeddingSize();
        this.rowVariances = new RowVariances(weights);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public boolean can(Ability ability) {
        return switch (ability) {
            case MASKS, GRADIENTS, ROW_INFORMATION -> true;
            case PARAMETER_GRADIENTS, MEMBERS, GAUSSIAN_PROCESS, LAST_HIDDEN -> false;
        };
    }

    @Override
    public AdParts prepare(AdTable ads) {
        return new Parts(ads);
    }

    @Override
    public CtrScratch newScratch(int candidatesMax) {
        return new Rows(this, candidatesMax);
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        Rows rows = own(scratch);
        rows.ads = ads.ads();
        rows.batch = batch;
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        Rows rows = own(scratch);
        int size = rows.batch().size();
        if (size > 0) {
            gather(rows, rows.all, size);
            net.score(rows.embeddings, rows.linears, size, logits);
        }
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        if (count > 0) {
            Rows own = gather(own(scratch), rows, count);
            net.score(own.embeddings, own.linears, count, logits);
        }
    }

    @Override
    public double requestRowVariance(CtrScratch scratch) {
        return rowVariances.of(own(scratch).batch().request);
    }

    @Override
    public void adRowVariances(int[] rows, int count, CtrScratch scratch, double[] variances) {
        Rows own = own(scratch);
        for (int i = 0; i < count; i++) {
            variances[i] = rowVariances.ofAd(own.ads(), own.ad(rows[i]));
        }
    }

    @Override
    public double adPriorVariance() {
        return rowVariances.adPrior();
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        if (count > 0 && passes > 0) {
            Rows own = gather(own(scratch), rows, count);
            net.scoreDropped(own.embeddings, own.linears, count, masks, passes, logits);
        }
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        if (count > 0) {
            Rows own = gather(own(scratch), rows, count);
            net.droppedVariance(own.embeddings, own.linears, count, logits, variances);
        }
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        if (count > 0) {
            Rows own = gather(own(scratch), rows, count);
            net.adGradients(own.embeddings, own.linears, count, own.logits, gradients);
        }
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        if (count > 0) {
            Rows own = gather(own(scratch), rows, count);
            displace(own, count, displacement);
            net.adGradients(own.embeddings, own.linears, count, logits, gradients);
        }
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        if (count > 0) {
            Rows own = gather(own(scratch), rows, count);
            displace(own, count, displacement);
            net.score(own.embeddings, own.linears, count, logits);
        }
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        if (count > 0) {
            Rows own = own(scratch);
            for (int i = 0; i < count * adFields; i++) {
                int index = own.ads().feature(own.ad(rows[i / adFields]), i % adFields);
                System.arraycopy(weights.embedding, index * embeddingSize, own.embeddings, i * embeddingSize,
                        embeddingSize);
            }
            net.gate(own.embeddings, count, logits);
        }
    }

    private Rows gather(Rows own, int[] rows, int count) {
        int fields = requestFields + adFields;
        for (int i = 0; i < count; i++) {
            System.arraycopy(own.batch().request, 0, own.indices, i * fields, requestFields);
            own.ads().copy(own.ad(rows[i]), own.indices, i * fields + requestFields);
        }
        weights.gather(own.indices, count, own.embeddings, own.linears);
        return own;
    }

    private void displace(Rows rows, int count, float[] displacement) {
        int adInputs = adFields * embeddingSize;
        int rowInputs = (requestFields + adFields) * embeddingSize;
        for (int row = 0; row < count; row++) {
            int ad = row * rowInputs + requestFields * embeddingSize;
            for (int i = 0; i < adInputs; i++) {
                rows.embeddings[ad + i] += displacement[row * adInputs + i];
            }
        }
    }

    private Rows own(CtrScratch scratch) {
        if (scratch instanceof Rows rows && rows.owner == this) {
            return rows;
        }
        throw new IllegalArgumentException("this scratch was made by another model");
    }

    @Override
    public void close() {
        net.close();
    }

    /** TensorFlow computes everything anew for every request. */
    private record Parts(AdTable ads) implements AdParts {}

    /** The impression, and looked-up rows of one call. */
    private static final class Rows implements CtrScratch {
        private final TensorFlowCtrModel owner;
        /** The numbers of all rows. */
        private final int[] all;
        private final int[] indices;
        private final float[] embeddings;
        private final float[] linears;
        private final float[] logits;
        private @Nullable AdTable ads;
        private @Nullable FeatureBatch batch;

        Rows(TensorFlowCtrModel owner, int candidatesMax) {
            int rowsMax = Math.max(1, candidatesMax);
            int fields = owner.requestFields + owner.adFields;
            this.owner = owner;
            this.all = IntStream.range(0, rowsMax).toArray();
            this.indices = new int[rowsMax * fields];
            this.embeddings = new float[Math.multiplyExact(rowsMax * fields, owner.embeddingSize)];
            this.linears = new float[rowsMax];
            this.logits = new float[rowsMax];
        }

        AdTable ads() {
            return Objects.requireNonNull(ads, "begin comes first");
        }

        FeatureBatch batch() {
            return Objects.requireNonNull(batch, "begin comes first");
        }

        int ad(int row) {
            return row == MASKED ? ads().masked() : batch().ads[row];
        }

        @Override
        public void close() {
            // Plain arrays: nothing to give back.
        }
    }
}
