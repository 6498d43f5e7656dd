package io.sextant.model.array;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.feature.AdTable;

/** The ad's part of a prediction, for every ad of a catalogue and the masked one. Immutable. */
final class ArrayAdParts implements AdParts {
    /** The model that computed it. */
    final ArrayCtrModel owner;
    /**
     * [ads + 1, stride]: an ad's part of layer one before the ReLU, [first layer's width], and the sum of its embeddings,
     * [embedding width].
     */
    final float[] vectors;
    /**
     * [ads + 1]: linear terms, the pairs among the ad's own fields, and of a net without hidden layers the output on its
     * embeddings.
     */
    final float[] shallow;
    /** [ads + 1]: the gate's logit. */
    final float[] gate;
    /** [ads + 1]: squared logits, from what training has seen of the ad's rows. */
    final double[] rowVariance;
    private final AdTable ads;
    /** The model's table, [rows, embedding size]. */
    private final float[] embedding;
    private final int embeddingSize;
    private final int width;
    private final int stride;

    ArrayAdParts(ArrayCtrModel owner, AdTable ads, float[] embedding, int embeddingSize, int width, int sumWidth) {
        int count = ads.size() + 1;
        this.owner = owner;
        this.ads = ads;
        this.embedding = embedding;
        this.embeddingSize = embeddingSize;
        this.width = width;
        this.stride = width + sumWidth;
        this.vectors = new float[Math.addExact(Math.multiplyExact(count, stride), Kernels.SLACK)];
        this.shallow = new float[count];
        this.gate = new float[count];
        this.rowVariance = new double[count];
    }

    @Override
    public AdTable ads() {
        return ads;
    }

    /** Where an ad's vector begins. */
    int at(int ad) {
        return ad * stride;
    }

    /** Where the sum of an ad's embeddings begins. */
    int sumAt(int ad) {
        return ad * stride + width;
    }

    /** Looks an ad's embeddings up, [ad fields * embedding size]. */
    void embeddings(int ad, float[] out) {
        for (int field = 0; field < ads.schema().adFields(); field++) {
            System.arraycopy(embedding, ads.feature(ad, field) * embeddingSize, out, field * embeddingSize,
                    embeddingSize);
        }
    }
}
