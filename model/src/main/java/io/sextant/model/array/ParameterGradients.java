package io.sextant.model.array;

import io.sextant.model.ctr.Weights;

/**
 * The squared length of a logit's gradient by all that training moves, without forming that gradient. Immutable; asking
 * allocates nothing.
 */
/*
 * A layer's gradient is the outer product of its inputs h and of the gradients δ at its outputs, so its squared length is
 * ‖h‖² ‖δ‖²; a bias has input 1.
 *
 * The gradient by a request field's embedding v is W_f δ + (S − v): through the net, W_f being the first layer's rows of the
 * field, and through the pairs, S being the sum of all embeddings. Over all request fields that is
 *
 *   Σ_f ‖W_f δ + S − v_f‖² = δᵀ (Σ W_fᵀ W_f) δ + 2 S · (Σ W_f δ) − 2 δ · (Σ W_fᵀ v_f) + F ‖S‖² − 2 S · Σ v_f + Σ ‖v_f‖²
 *
 * The two sums of matrices are the model's, put side by side and multiplied with δ for a block of rows at once; Σ W_fᵀ v_f
 * is what the request gives to the first layer, known since the impression began. So a row costs what a layer of that
 * width costs, however many fields a request has. What is left, the ad's few fields, is formed.
 */
final class ParameterGradients {
    private final int requestFields;
    private final int adFields;
    private final int embeddingSize;
    private final int requestInputs;
    private final int adInputs;
    private final int[] widths;
    private final float[] firstBiases;
    private final float[] output;
    /** From δ of the first layer to (Σ W_fᵀ W_f) δ, [first width], and Σ W_f δ, [embedding size]. */
    private final PackedMatrix products;

    /**
     * Multiplies the first layer with itself.
     *
     * @param firstRequest the request's part of layer one
     * @param widths       padded widths of the hidden layers
     * @param firstBiases  biases of the first hidden layer, [first width]; of no use where there is none
     * @param output       the output layer, padded
     */
    ParameterGradients(Weights weights, PackedMatrix firstRequest, Kernels kernels, int[] widths, float[] firstBiases,
            float[] output) {
        this.requestFields = weights.schema().requestFields();
        this.adFields = weights.schema().adFields();
        this.embeddingSize = weights.architecture().embeddingSize();
        this.requestInputs = requestFields * embeddingSize;
        this.adInputs = adFields * embeddingSize;
        this.widths = widths;
        this.firstBiases = firstBiases;
        this.output = output;
        int width = firstRequest.outputs();
        if (widths.length == 0) {
            this.products = new PackedMatrix(0, 0, 0, (_, _) -> 0);
            return;
        }
        float[] first = weights.hiddenWeights.get(0);
        int outputs = weights.hiddenBiases.get(0).length;
        float[] turned = new float[outputs * requestInputs];
        float[] summed = new float[embeddingSize * outputs];
        for (int input = 0; input < requestInputs; input++) {
            for (int out = 0; out < outputs; out++) {
                turned[out * requestInputs + input] = first[input * outputs + out];
                summed[input % embeddingSize * outputs + out] += first[input * outputs + out];
            }
        }
        float[] squared = new float[outputs * width + Kernels.SLACK];
        kernels.project(turned, 0, requestInputs, outputs, Kernels.everything(requestInputs), requestInputs,
                firstRequest.panels, requestInputs, new float[width], width, false, squared, 0);
        this.products = new PackedMatrix(outputs, width, width + embeddingSize,
                (in, out) -> out < width ? squared[in * width + out] : summed[(out - width) * outputs + in]);
    }

    /** What the first layer's gradients are to be multiplied with before {@link #squares} is called. */
    PackedMatrix products() {
        return products;
    }

    /**
     * Takes the squared lengths of a block of rows that has gone through the net forward and backward, down to the ads'
     * embeddings, and whose first layer's gradients have been multiplied with {@link #products}.
     *
     * @param squares out, from {@code at} on
     */
    void squares(ArrayScratch own, ArrayAdParts parts, int count, double[] squares, int at) {
        double ofRequest = squares(own.requestEmbeddings, 0, requestInputs);
        for (int row = 0; row < count; row++) {
            int ad = own.ads[row];
            parts.embeddings(ad, own.displaced);
            int adSumAt = parts.sumAt(ad);
            squares[at + row] = 1 + requestFields + adFields + layers(own, row, ofRequest)
                    + (widths.length == 0 ? shallow(own, parts, adSumAt) : request(own, parts, row, adSumAt, ofRequest))
                    + ofAd(own, parts, row, adSumAt);
        }
    }

    private double layers(ArrayScratch own, int row, double ofRequest) {
        double inputs = ofRequest + squares(own.displaced, 0, adInputs);
        double sum = 0;
        for (int layer = 0; layer < widths.length; layer++) {
            int width = widths[layer];
            sum += (1 + inputs) * squares(own.gradients[layer + 1], row * width, width);
            inputs = squares(own.block[layer], row * width, width);
        }
        return sum + inputs;
    }

    /** The request's embeddings, by the formula above. */
    private double request(ArrayScratch own, ArrayAdParts parts, int row, int adSumAt, double ofRequest) {
        int width = widths[0];
        int gradientsAt = row * width;
        int productsAt = row * products.outputs();
        float[] gradients = own.gradients[1];
        double sum = ofRequest;
        for (int unit = 0; unit < width; unit++) {
            double ofInputs = (double) own.request[unit] - firstBiases[unit];
            sum += gradients[gradientsAt + unit] * (own.products[productsAt + unit] - 2 * ofInputs);
        }
        for (int k = 0; k < embeddingSize; k++) {
            double pairs = (double) own.requestSum[k] + parts.vectors[adSumAt + k];
            sum += pairs * (requestFields * pairs
                    + 2 * ((double) own.products[productsAt + width + k] - own.requestSum[k]));
        }
        return sum;
    }

    /** The request's embeddings of a net without hidden layers, whose output lies on them. */
    private double shallow(ArrayScratch own, ArrayAdParts parts, int adSumAt) {
        double sum = 0;
        for (int input = 0; input < requestInputs; input++) {
            int k = input % embeddingSize;
            double value = output[input]
                    + ((double) own.requestSum[k] + parts.vectors[adSumAt + k] - own.requestEmbeddings[input]);
            sum += value * value;
        }
        return sum;
    }

    private double ofAd(ArrayScratch own, ArrayAdParts parts, int row, int adSumAt) {
        int adAt = row * Kernels.padded(adInputs);
        double sum = 0;
        for (int input = 0; input < adInputs; input++) {
            int k = input % embeddingSize;
            double value = own.gradients[0][adAt + input]
                    + ((double) own.requestSum[k] + parts.vectors[adSumAt + k] - own.displaced[input]);
            sum += value * value;
        }
        return sum;
    }

    private static double squares(float[] values, int at, int count) {
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }
}
