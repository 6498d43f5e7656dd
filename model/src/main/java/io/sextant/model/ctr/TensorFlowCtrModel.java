package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureBatch;

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

    /**
     * Builds the session.
     *
     * @param description what the artefact says of itself
     * @param weights     its numbers; the tables are used in place and must not change any more
     * @param options     threads of the session
     * @throws IllegalArgumentException if the two disagree about schema or architecture
     */
    public TensorFlowCtrModel(ModelDescription description, Weights weights, TensorFlowOptions options) {
        if (!weights.schema().equals(description.schema())
                || !weights.architecture().equals(description.architecture())) {
            throw new IllegalArgumentException("weights of " + weights.schema() + ", " + weights.architecture()
                    + " do not belong to " + description);
        }
        this.description = description;
        this.weights = weights;
        this.net = new TensorFlowNet(weights, MaskBank.of(description), options);
        this.requestFields = description.schema().requestFields();
        this.adFields = description.schema().adFields();
        this.embeddingSize = description.embeddingSize();
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public CtrScratch newScratch(int rowsMax) {
        return new Rows(this, rowsMax);
    }

    @Override
    public void score(FeatureBatch batch, CtrScratch scratch, float[] logits) {
        if (batch.size() > 0) {
            Rows rows = gather(batch, scratch);
            net.score(rows.embeddings, rows.linears, batch.size(), logits);
        }
    }

    @Override
    public void scoreDropped(FeatureBatch batch, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        if (batch.size() > 0 && passes > 0) {
            Rows rows = gather(batch, scratch);
            net.scoreDropped(rows.embeddings, rows.linears, batch.size(), masks, passes, logits);
        }
    }

    @Override
    public void adGradients(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        if (batch.size() > 0) {
            Rows rows = gather(batch, scratch);
            displace(rows, batch.size(), displacement);
            net.adGradients(rows.embeddings, rows.linears, batch.size(), logits, gradients);
        }
    }

    @Override
    public void scoreDisplaced(FeatureBatch batch, float[] displacement, CtrScratch scratch, float[] logits) {
        if (batch.size() > 0) {
            Rows rows = gather(batch, scratch);
            displace(rows, batch.size(), displacement);
            net.score(rows.embeddings, rows.linears, batch.size(), logits);
        }
    }

    @Override
    public void gate(FeatureBatch batch, CtrScratch scratch, float[] logits) {
        if (batch.size() > 0) {
            Rows rows = own(scratch);
            for (int i = 0; i < batch.size() * adFields; i++) {
                System.arraycopy(weights.embedding, batch.ads[i] * embeddingSize, rows.embeddings, i * embeddingSize,
                        embeddingSize);
            }
            net.gate(rows.embeddings, batch.size(), logits);
        }
    }

    private Rows gather(FeatureBatch batch, CtrScratch scratch) {
        Rows rows = own(scratch);
        int fields = requestFields + adFields;
        for (int row = 0; row < batch.size(); row++) {
            for (int field = 0; field < fields; field++) {
                rows.indices[row * fields + field] = field < requestFields
                        ? batch.request[field]
                        : batch.ads[row * adFields + field - requestFields];
            }
        }
        weights.gather(rows.indices, batch.size(), rows.embeddings, rows.linears);
        return rows;
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

    /** Looked-up rows of one call. */
    private static final class Rows implements CtrScratch {
        private final TensorFlowCtrModel owner;
        private final int[] indices;
        private final float[] embeddings;
        private final float[] linears;

        Rows(TensorFlowCtrModel owner, int rowsMax) {
            int fields = owner.requestFields + owner.adFields;
            this.owner = owner;
            this.indices = new int[rowsMax * fields];
            this.embeddings = new float[Math.multiplyExact(rowsMax * fields, owner.embeddingSize)];
            this.linears = new float[rowsMax];
        }

        @Override
        public void close() {
            // Plain arrays: nothing to give back.
        }
    }
}
