package io.sextant.model.array;

import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.feature.FeatureBatch;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's working memory for one {@link ArrayCtrModel}: the request's part of the current impression, the hidden
 * layers of its candidates, and buffers for a block of rows.
 */
public final class ArrayScratch implements CtrScratch {
    /** Rows that go through the net together: what they need fits the second-level cache of one core. */
    static final int BLOCK = 60;

    final ArrayCtrModel owner;
    @Nullable
    ArrayAdParts parts;
    @Nullable
    FeatureBatch batch;

    /** The request's embeddings, [request fields * embedding size, padded]. */
    final float[] requestEmbeddings;
    /** The request's part of layer one with its bias, [first width]. */
    final float[] request;
    /** The sum of the request's embeddings, [embedding width]. */
    final float[] requestSum;
    /** Bias, linear terms, and pairs among the request's own fields. */
    float requestShallow;

    /** Outputs of the hidden layers above the first, of all candidates: [candidates, width] a layer. */
    final float[][] hidden;
    /** Outputs of all hidden layers for a block of rows: [BLOCK, width] a layer. */
    final float[][] block;
    /** Where a row's outputs lie above the first layer: row number in {@code hidden} or {@code block}. */
    final int[] place = new int[BLOCK];
    /** The rows' ads. */
    final int[] ads = new int[BLOCK];
    /** The rows' masks, or unused. */
    final int[] masks = new int[BLOCK];
    /** Gradients by the hidden layers' outputs for a block of rows, ad inputs first: [BLOCK, width] a layer. */
    final float[][] gradients;
    /** First layer's gradients times {@link ParameterGradients#products}, of a block of rows. */
    final float[] products;
    /** Displaced embeddings of the ads of a block of rows, [BLOCK, ad inputs]. */
    final float[] displaced;
    /** Shallow part and sum of embeddings of displaced ads, [BLOCK] and [BLOCK, embedding width]. */
    final float[] displacedShallow = new float[BLOCK];
    final float[] displacedSum;
    /** What is left of inputs and weights without the inputs that are 0 in all rows. */
    final float[] compacted;
    final float[] selected;
    final long[] bits;
    final int[] active;
    /** One row of layer one, and one row of products. */
    final float[] row;
    /** Partial sums of dots, [BLOCK, PARTS]. */
    final float[] dots = new float[BLOCK * Kernels.PARTS];

    /** Where a row lies, as the process on the last hidden layer sees it. */
    final double[] processPlace = new double[2 * GaussianProcess.POINTS];

    long multiplyAdds;

    ArrayScratch(ArrayCtrModel owner, int candidatesMax) {
        int[] widths = owner.widths();
        int layers = widths.length;
        int adWidth = Kernels.padded(owner.adInputs());
        int widest = Math.max(adWidth, Kernels.WIDTH_UNIT);
        int weights = 0;
        for (int layer = 0; layer < layers; layer++) {
            weights = Math.max(weights, widths[layer] * (layer == 0 ? adWidth : widths[layer - 1]));
            widest = Math.max(widest, widths[layer]);
        }
        if (layers > 0) {
            weights = Math.max(weights, widths[0] * owner.products());
        }
        this.owner = owner;
        this.requestEmbeddings = new float[owner.requestInputs() + Kernels.SLACK];
        this.request = new float[(layers == 0 ? 0 : widths[0]) + Kernels.SLACK];
        this.requestSum = new float[owner.sumWidth()];
        this.hidden = new float[layers][];
        this.block = new float[layers][];
        this.gradients = new float[layers + 1][];
        this.gradients[0] = new float[BLOCK * adWidth + Kernels.SLACK];
        for (int layer = 0; layer < layers; layer++) {
            hidden[layer] = layer == 0 ? new float[0] : new float[candidatesMax * widths[layer] + Kernels.SLACK];
            block[layer] = new float[BLOCK * widths[layer] + Kernels.SLACK];
            gradients[layer + 1] = new float[BLOCK * widths[layer] + Kernels.SLACK];
        }
        this.products = new float[BLOCK * owner.products() + Kernels.SLACK];
        this.displaced = new float[owner.adInputs()];
        this.displacedSum = new float[BLOCK * owner.sumWidth()];
        this.compacted = new float[BLOCK * widest + Kernels.SLACK];
        this.selected = new float[weights + Kernels.SLACK];
        this.bits = new long[widest / Long.SIZE];
        this.active = new int[widest];
        this.row = new float[widest + Kernels.SLACK];
    }

    /**
     * Multiply-adds of matrix products done since this was made: what is left of them after the request's part was shared
     * and inputs that are 0 were skipped, padding included. For measurements.
     */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    @Override
    public void close() {
        // Plain arrays: nothing to give back.
    }
}
