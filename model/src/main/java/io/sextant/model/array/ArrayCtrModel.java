package io.sextant.model.array;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.RowVariances;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The DeepFM on plain arrays. Nothing is allocated but by the constructor, {@link #prepare} and {@link #newScratch}; the
 * results are the same to the last bit whatever the {@link Kernels} and however rows are put together in calls.
 *
 * <p>
 * The algebra, exact in real numbers. Layer one is linear before its ReLU, so it is the sum of a request part, computed once
 * an impression, and an ad part, computed once a catalogue. With S the sum of embeddings and Q the sum of their squares, the
 * pairs of the factorisation machine are ½ (‖S‖² − Q) = pairs of the request + pairs of the ad + ⟨S_request, S_ad⟩. So a
 * candidate costs a vector addition, a dot, and layers two and up. Dropout sits after the first ReLU, so masked copies of a
 * row share layer one. An input that is 0 in all rows of a block, as a ReLU leaves many, adds exactly nothing to any sum and
 * is left out of the product.
 */
public final class ArrayCtrModel implements CtrModel {
    /** Fewer rows do not pay for looking which inputs are 0. */
    private static final int COMPACT_ROWS = 4;
    /** Above this share of inputs that are not 0, leaving the others out does not pay: of few rows, and of many. */
    private static final double COMPACT_SHARE_FEW = 0.9;
    private static final double COMPACT_SHARE_MANY = 0.65;

    private final ModelDescription description;
    private final Kernels kernels;
    private final int requestFields;
    private final int adFields;
    private final int embeddingSize;
    private final int sumWidth;
    private final int adInputs;

    private final float[] embedding;
    private final float[] linear;
    private final float bias;
    private final int[] widths;
    /** Layer one, request inputs and ad inputs apart. */
    private final PackedMatrix firstRequest;
    private final PackedMatrix firstAd;
    /** The layers above the first; number 0 is unused. */
    private final PackedMatrix[] layers;
    private final float[][] biases;
    /** Layers turned round, for gradients: number 0 leads from layer one to the ad's embeddings. */
    private final PackedMatrix[] turned;
    private final float[] output;
    private final ParameterGradients parameters;
    private final float[] zeros;
    private final int[] everything;
    private final PackedMatrix gateHidden;
    private final float[] gateBiases;
    private final float[] gateOutput;
    private final float gateBias;
    /** A bit for each unit that a mask keeps: [masks, words of all layers]. */
    private final long[] maskBits;
    private final int maskWords;
    private final int[] maskStarts;
    private final float keep;
    private final RowVariances rowVariances;
    private final @Nullable GaussianProcess process;

    /**
     * Packs the weights.
     *
     * @param description what the artefact says of itself
     * @param weights     its numbers; the two tables are used in place and must not change any more
     * @param kernels     the loops to run on, usually {@link KernelChoice#kernels()}
     * @throws IllegalArgumentException if the two disagree about schema or architecture
     */
    public ArrayCtrModel(ModelDescription description, Weights weights, Kernels kernels) {
        weights.requireFor(description);
        FeatureSchema schema = description.schema();
        List<Integer> hiddenWidths = description.hidden();
        int depth = hiddenWidths.size();
        this.description = description;
        this.kernels = kernels;
        this.requestFields = schema.requestFields();
        this.adFields = schema.adFields();
        this.embeddingSize = description.embeddingSize();
        this.sumWidth = Math.ceilDiv(embeddingSize, Kernels.PARTS) * Kernels.PARTS;
        this.adInputs = adFields * embeddingSize;
        this.embedding = weights.embedding;
        this.linear = weights.linear;
        this.bias = weights.bias[0];
        this.widths = hiddenWidths.stream().mapToInt(Kernels::padded).toArray();
        this.layers = new PackedMatrix[depth];
        this.biases = new float[depth][];
        this.turned = new PackedMatrix[depth];
        int inputs = schema.size() * embeddingSize;
        int requestInputs = requestInputs();
        for (int layer = 0; layer < depth; layer++) {
            float[] matrix = weights.hiddenWeights.get(layer);
            int outputs = hiddenWidths.get(layer);
            int from = layer == 0 ? requestInputs : 0;
            biases[layer] = Arrays.copyOf(weights.hiddenBiases.get(layer), widths[layer]);
            layers[layer] = new PackedMatrix(inputs - from, layer == 0 ? adInputs : widths[layer - 1], outputs,
                    (input, out) -> matrix[(from + input) * outputs + out]);
            turned[layer] = new PackedMatrix(outputs, widths[layer], inputs - from,
                    (input, out) -> matrix[(from + out) * outputs + input]);
            inputs = outputs;
        }
        float[] first = depth == 0 ? weights.output : weights.hiddenWeights.get(0);
        int firstOutputs = depth == 0 ? 1 : hiddenWidths.get(0);
        this.firstRequest = new PackedMatrix(requestInputs, requestInputs, firstOutputs,
                (input, out) -> first[input * firstOutputs + out]);
        this.firstAd = new PackedMatrix(adInputs, adInputs, firstOutputs,
                (input, out) -> first[(requestInputs + input) * firstOutputs + out]);
        this.output = Arrays.copyOf(weights.output, Kernels.padded(weights.output.length));
        this.parameters = new ParameterGradients(weights, firstRequest, kernels, widths,
                depth == 0 ? output : biases[0],
                output);
        int gateWidth = description.gateHidden();
        this.gateHidden = new PackedMatrix(adInputs, adInputs, gateWidth,
                (input, out) -> weights.gateWeights[input * gateWidth + out]);
        this.gateBiases = Arrays.copyOf(weights.gateBiases, gateHidden.outputs());
        this.gateOutput = Arrays.copyOf(weights.gateOutput, gateHidden.outputs());
        this.gateBias = weights.gateBias[0];
        int widest = Math.max(Math.max(firstRequest.outputs(), parameters.products().outputs()),
                Kernels.padded(adInputs));
        this.zeros = new float[Math.max(widest, Arrays.stream(widths).max().orElse(0))];
        this.everything = Kernels.everything(Math.max(zeros.length, requestInputs));
        this.maskStarts = new int[depth];
        int words = 0;
        for (int layer = 0; layer < depth; layer++) {
            maskStarts[layer] = words;
            words += widths[layer] / Long.SIZE;
        }
        this.maskWords = words;
        this.maskBits = packMasks(MaskBank.of(description), hiddenWidths);
        this.keep = (float) (1 / (1 - description.dropRate()));
        this.rowVariances = new RowVariances(weights);
        this.process = weights.process();
    }

    private long[] packMasks(MaskBank bank, List<Integer> hiddenWidths) {
        long[] bits = new long[Math.multiplyExact(bank.masks(), maskWords)];
        for (int mask = 0; mask < bank.masks(); mask++) {
            int unit = 0;
            for (int layer = 0; layer < hiddenWidths.size(); layer++) {
                int at = mask * maskWords + maskStarts[layer];
                for (int i = 0; i < hiddenWidths.get(layer); i++) {
                    if (bank.value(mask, unit++) != 0) {
                        bits[at + i / Long.SIZE] |= 1L << i;
                    }
                }
            }
        }
        return bits;
    }

    int[] widths() {
        return widths;
    }

    int requestInputs() {
        return requestFields * embeddingSize;
    }

    int adInputs() {
        return adInputs;
    }

    int sumWidth() {
        return sumWidth;
    }

    /** Outputs of what the first layer's gradients are multiplied with. */
    int products() {
        return parameters.products().outputs();
    }

    /** The loops it runs on. */
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public boolean can(Ability ability) {
        return switch (ability) {
            case MEMBERS -> false;
            case LAST_HIDDEN, GAUSSIAN_PROCESS -> widths.length > 0;
            case MASKS, GRADIENTS, ROW_INFORMATION, PARAMETER_GRADIENTS -> true;
        };
    }

    @Override
    public ArrayScratch newScratch(int candidatesMax) {
        return new ArrayScratch(this, candidatesMax);
    }

    @Override
    public AdParts prepare(AdTable ads) {
        if (ads.schema().fingerprint() != description.schema().fingerprint()) {
            throw new IllegalArgumentException("the ads are of " + ads.schema() + ", the model reads "
                    + description.schema());
        }
        int width = firstAd.outputs();
        ArrayAdParts made = new ArrayAdParts(this, ads, embedding, embeddingSize, width, sumWidth);
        float[] inputs = new float[adInputs + Kernels.SLACK];
        float[] first = new float[width + Kernels.SLACK];
        float[] hidden = new float[gateHidden.outputs() + Kernels.SLACK];
        float[] sum = new float[sumWidth];
        float[] parts = new float[Kernels.PARTS];
        for (int ad = 0; ad <= ads.masked(); ad++) {
            float linears = 0;
            for (int field = 0; field < adFields; field++) {
                int row = ads.feature(ad, field);
                System.arraycopy(embedding, row * embeddingSize, inputs, field * embeddingSize, embeddingSize);
                linears += linear[row];
            }
            one(inputs, 0, firstAd, zeros, false, first);
            made.shallow[ad] = linears + pairs(inputs, adFields, sum, 0) + (widths.length == 0 ? first[0] : 0);
            System.arraycopy(first, 0, made.vectors, made.at(ad), width);
            System.arraycopy(sum, 0, made.vectors, made.at(ad) + width, sumWidth);
            one(inputs, 0, gateHidden, gateBiases, true, hidden);
            kernels.dot(hidden, 0, gateOutput, 0, gateHidden.outputs(), parts, 0);
            made.gate[ad] = Kernels.total(parts, 0) + gateBias;
            made.rowVariance[ad] = rowVariances.ofAd(ads, ad);
        }
        return made;
    }

    /** The pairs among some fields' embeddings, ½ (‖S‖² − Q); S goes to {@code sum} from {@code at} on. */
    private float pairs(float[] embeddings, int fields, float[] sum, int at) {
        float doubled = 0;
        for (int i = 0; i < embeddingSize; i++) {
            float values = 0;
            float squares = 0;
            for (int input = i; input < fields * embeddingSize; input += embeddingSize) {
                float value = embeddings[input];
                values += value;
                squares = Math.fma(value, value, squares);
            }
            sum[at + i] = values;
            doubled += Math.fma(values, values, -squares);
        }
        Arrays.fill(sum, at + embeddingSize, at + sumWidth, 0);
        return 0.5f * doubled;
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        if (!(ads instanceof ArrayAdParts parts && parts.owner == this)) {
            throw new IllegalArgumentException("these ads were prepared by another model");
        }
        ArrayScratch own = own(scratch);
        own.parts = parts;
        own.batch = batch;
        float linears = 0;
        for (int field = 0; field < requestFields; field++) {
            int row = batch.request[field];
            System.arraycopy(embedding, row * embeddingSize, own.requestEmbeddings, field * embeddingSize,
                    embeddingSize);
            linears += linear[row];
        }
        own.requestShallow = bias + linears + pairs(own.requestEmbeddings, requestFields, own.requestSum, 0);
        if (widths.length == 0) {
            one(own.requestEmbeddings, 0, firstRequest, zeros, false, own.row);
            own.requestShallow += own.row[0];
        } else {
            project(own, own.requestEmbeddings, 0, 1, firstRequest, biases[0], false, own.request, 0);
        }
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        ArrayScratch own = own(scratch);
        FeatureBatch batch = batch(own);
        for (int from = 0; from < batch.size(); from += ArrayScratch.BLOCK) {
            int count = Math.min(ArrayScratch.BLOCK, batch.size() - from);
            for (int i = 0; i < count; i++) {
                own.ads[i] = batch.ads[from + i];
                own.place[i] = from + i;
            }
            layerOne(own, count);
            forward(own, count, own.hidden, from, false);
            finish(own, count, own.hidden, from, logits, from);
        }
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        ArrayScratch own = own(scratch);
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            plain(own, rows, from, Math.min(ArrayScratch.BLOCK, count - from), logits);
        }
    }

    /** A block of rows through the plain net; their hidden outputs are left in the block's own buffers. */
    private void plain(ArrayScratch own, int[] rows, int from, int count, float[] logits) {
        place(own, rows, from, count);
        layerOne(own, count);
        forward(own, count, own.block, 0, false);
        finish(own, count, own.block, 0, logits, from);
    }

    @Override
    public void lastHidden(int[] rows, int count, CtrScratch scratch, float[] logits, float[] outputs) {
        ArrayScratch own = own(scratch);
        int last = widths.length - 1;
        int width = description.hidden().getLast();
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            plain(own, rows, from, block, logits);
            for (int i = 0; i < block; i++) {
                System.arraycopy(own.block[last], i * widths[last], outputs, (from + i) * width, width);
            }
        }
    }

    @Override
    public void processScores(int[] rows, int count, CtrScratch scratch, float[] logits, double[] variances) {
        ArrayScratch own = own(scratch);
        int last = widths.length - 1;
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            plain(own, rows, from, block, logits);
            for (int i = 0; i < block; i++) {
                if (process == null) {
                    variances[from + i] = 0;
                } else {
                    process.locate(own.block[last], i * widths[last], own.processPlace);
                    logits[from + i] += (float) process.mean(own.processPlace);
                    variances[from + i] = process.variance(own.processPlace);
                }
            }
        }
    }

    @Override
    public double requestRowVariance(CtrScratch scratch) {
        return rowVariances.of(batch(own(scratch)).request);
    }

    @Override
    public void adRowVariances(int[] rows, int count, CtrScratch scratch, double[] variances) {
        ArrayScratch own = own(scratch);
        ArrayAdParts parts = parts(own);
        for (int i = 0; i < count; i++) {
            variances[i] = parts.rowVariance[ad(own, rows[i])];
        }
    }

    @Override
    public double adPriorVariance() {
        return rowVariances.adPrior();
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        ArrayScratch own = own(scratch);
        int total = count * passes;
        for (int from = 0; from < total; from += ArrayScratch.BLOCK) {
            int copies = Math.min(ArrayScratch.BLOCK, total - from);
            for (int i = 0; i < copies; i++) {
                own.ads[i] = ad(own, rows[(from + i) / passes]);
                own.masks[i] = masks[from + i];
                own.place[i] = i;
                if (widths.length > 0) {
                    if (i == 0 || own.ads[i] != own.ads[i - 1]) {
                        firstOf(own, own.ads[i], own.row, 0);
                    }
                    drop(own.row, 0, own.masks[i], 0, own.block[0], i * widths[0]);
                }
            }
            forward(own, copies, own.block, 0, true);
            finish(own, copies, own.block, 0, logits, from);
        }
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        ArrayScratch own = own(scratch);
        float odds = (float) (description.dropRate() / (1 - description.dropRate()));
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            plain(own, rows, from, block, logits);
            backward(own, block, own.block);
            for (int i = 0; i < block; i++) {
                variances[from + i] = odds * squaredShares(own, i);
            }
        }
    }

    /** Σ (g h)² over the hidden units of a row. */
    private float squaredShares(ArrayScratch own, int row) {
        Arrays.fill(own.dots, 0, Kernels.PARTS, 0);
        for (int layer = 0; layer < widths.length; layer++) {
            int width = widths[layer];
            float[] outputs = own.block[layer];
            float[] gradients = own.gradients[layer + 1];
            for (int unit = 0; unit < width; unit++) {
                own.row[unit] = gradients[row * width + unit] * outputs[row * width + unit];
            }
            kernels.addDots(own.row, 0, 1, own.row, width, own.dots);
        }
        return Kernels.total(own.dots, 0);
    }

    @Override
    public void parameterGradients(int[] rows, int count, CtrScratch scratch, float[] logits, double[] squares) {
        ArrayScratch own = own(scratch);
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            plain(own, rows, from, block, logits);
            backward(own, block, own.block);
            adBackward(own, block);
            if (widths.length > 0) {
                project(own, own.gradients[1], 0, block, parameters.products(), zeros, false, own.products, 0);
            }
            parameters.squares(own, parts(own), block, squares, from);
        }
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        ArrayScratch own = own(scratch);
        ArrayAdParts parts = parts(own);
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            for (int i = 0; i < block; i++) {
                own.ads[i] = ad(own, rows[from + i]);
                own.place[i] = rows[from + i];
            }
            layerOne(own, block);
            backward(own, block, own.hidden);
            adBackward(own, block);
            for (int i = 0; i < block; i++) {
                parts.embeddings(own.ads[i], own.displaced);
                deliver(own, i, parts.vectors, parts.sumAt(own.ads[i]), gradients, from + i);
            }
        }
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        ArrayScratch own = own(scratch);
        ArrayAdParts parts = parts(own);
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            int block = Math.min(ArrayScratch.BLOCK, count - from);
            displacedForward(own, rows, from, block, displacement, logits);
            backward(own, block, own.block);
            adBackward(own, block);
            for (int i = 0; i < block; i++) {
                parts.embeddings(own.ads[i], own.displaced);
                displace(own.displaced, displacement, from + i);
                deliver(own, i, own.displacedSum, i * sumWidth, gradients, from + i);
            }
        }
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        ArrayScratch own = own(scratch);
        for (int from = 0; from < count; from += ArrayScratch.BLOCK) {
            displacedForward(own, rows, from, Math.min(ArrayScratch.BLOCK, count - from), displacement, logits);
        }
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        ArrayScratch own = own(scratch);
        ArrayAdParts parts = parts(own);
        for (int i = 0; i < count; i++) {
            logits[i] = parts.gate[ad(own, rows[i])];
        }
    }

    /** Lays rows out in the block's own buffers. */
    private static void place(ArrayScratch own, int[] rows, int from, int count) {
        for (int i = 0; i < count; i++) {
            own.ads[i] = ad(own, rows[from + i]);
            own.place[i] = i;
        }
    }

    /** Layer one of the rows that {@code ads} names. */
    private void layerOne(ArrayScratch own, int count) {
        if (widths.length > 0) {
            for (int i = 0; i < count; i++) {
                firstOf(own, own.ads[i], own.block[0], i * widths[0]);
            }
        }
    }

    private void firstOf(ArrayScratch own, int ad, float[] out, int at) {
        ArrayAdParts parts = parts(own);
        kernels.first(own.request, parts.vectors, parts.at(ad), false, widths[0], out, at);
    }

    private void drop(float[] x, int xAt, int mask, int layer, float[] out, int outAt) {
        kernels.drop(x, xAt, maskBits, mask * maskWords + maskStarts[layer], keep, widths[layer], out, outAt);
    }

    /** The layers above the first, from the block's layer one into rows {@code at} and on of {@code outputs}. */
    private void forward(ArrayScratch own, int count, float[][] outputs, int at, boolean dropped) {
        float[] inputs = own.block.length == 0 ? zeros : own.block[0];
        int inputsAt = 0;
        for (int layer = 1; layer < widths.length; layer++) {
            int outAt = at * widths[layer];
            project(own, inputs, inputsAt, count, layers[layer], biases[layer], true, outputs[layer], outAt);
            if (dropped) {
                for (int i = 0; i < count; i++) {
                    int rowAt = outAt + i * widths[layer];
                    drop(outputs[layer], rowAt, own.masks[i], layer, outputs[layer], rowAt);
                }
            }
            inputs = outputs[layer];
            inputsAt = outAt;
        }
    }

    /** Logits from the last layer's outputs, rows {@code at} and on of {@code outputs}, and the shallow parts. */
    private void finish(ArrayScratch own, int count, float[][] outputs, int at, float[] logits, int logitsAt) {
        ArrayAdParts parts = parts(own);
        for (int i = 0; i < count; i++) {
            kernels.dot(parts.vectors, parts.sumAt(own.ads[i]), own.requestSum, 0, sumWidth, own.dots,
                    i * Kernels.PARTS);
        }
        addOutput(own, count, outputs, at);
        for (int i = 0; i < count; i++) {
            logits[logitsAt + i] = Kernels.total(own.dots, i) + (own.requestShallow + parts.shallow[own.ads[i]]);
        }
    }

    /** Adds the output layer to the rows' dots. */
    private void addOutput(ArrayScratch own, int count, float[][] outputs, int at) {
        int last = widths.length - 1;
        if (last == 0) {
            kernels.addDots(own.block[0], 0, count, output, widths[0], own.dots);
        } else if (last > 0) {
            kernels.addDots(outputs[last], at * widths[last], count, output, widths[last], own.dots);
        }
    }

    /** Forward at the displaced point, into the block's buffers. */
    private void displacedForward(ArrayScratch own, int[] rows, int from, int count, float[] displacement,
            float[] logits) {
        ArrayAdParts parts = parts(own);
        place(own, rows, from, count);
        for (int i = 0; i < count; i++) {
            int ad = own.ads[i];
            parts.embeddings(ad, own.displaced);
            displace(own.displaced, displacement, from + i);
            float linears = 0;
            for (int field = 0; field < adFields; field++) {
                linears += linear[parts.ads().feature(ad, field)];
            }
            own.displacedShallow[i] = linears + pairs(own.displaced, adFields, own.displacedSum, i * sumWidth);
        }
        if (widths.length > 0) {
            project(own, displacement, from * adInputs, count, firstAd, zeros, false, own.block[0], 0);
            for (int i = 0; i < count; i++) {
                kernels.first(own.request, parts.vectors, parts.at(own.ads[i]), true, widths[0], own.block[0],
                        i * widths[0]);
            }
        } else {
            outputOnDisplaced(own, displacement, from, count);
        }
        forward(own, count, own.block, 0, false);
        for (int i = 0; i < count; i++) {
            kernels.dot(own.displacedSum, i * sumWidth, own.requestSum, 0, sumWidth, own.dots, i * Kernels.PARTS);
        }
        addOutput(own, count, own.block, 0);
        for (int i = 0; i < count; i++) {
            logits[from + i] = Kernels.total(own.dots, i) + (own.requestShallow + own.displacedShallow[i]);
        }
    }

    /** A net without hidden layers has its output on the embeddings. */
    private void outputOnDisplaced(ArrayScratch own, float[] displacement, int from, int count) {
        ArrayAdParts parts = parts(own);
        for (int i = 0; i < count; i++) {
            one(displacement, (from + i) * adInputs, firstAd, zeros, false, own.row);
            own.displacedShallow[i] += own.row[0] + parts.vectors[parts.at(own.ads[i])];
        }
    }

    /**
     * Gradients by the hidden layers' outputs, from the last layer down to the first, each masked by its ReLU; the first
     * layer's outputs are the block's, those above lie in {@code outputs}.
     */
    private void backward(ArrayScratch own, int count, float[][] outputs) {
        int last = widths.length - 1;
        for (int layer = last; layer >= 0; layer--) {
            int width = widths[layer];
            float[] gradients = own.gradients[layer + 1];
            if (layer < last) {
                project(own, own.gradients[layer + 2], 0, count, turned[layer + 1], zeros, false, gradients, 0);
            }
            float[] values = layer == 0 ? own.block[0] : outputs[layer];
            for (int i = 0; i < count; i++) {
                int row = layer == 0 ? i : own.place[i];
                kernels.gate(layer == last ? output : gradients, layer == last ? 0 : i * width, values, row * width,
                        width, gradients, i * width);
            }
        }
    }

    /** Gradients by the ad's embeddings as the first layer sees them. */
    private void adBackward(ArrayScratch own, int count) {
        if (widths.length > 0) {
            project(own, own.gradients[1], 0, count, turned[0], zeros, false, own.gradients[0], 0);
        } else {
            int width = Kernels.padded(adInputs);
            for (int i = 0; i < count; i++) {
                System.arraycopy(output, requestInputs(), own.gradients[0], i * width, adInputs);
            }
        }
    }

    /** Adds the factorisation machine's gradient, S − v_f, with the ad's embeddings in {@code displaced}. */
    private void deliver(ArrayScratch own, int i, float[] adSums, int adSumAt, float[] gradients, int row) {
        int from = i * Kernels.padded(adInputs);
        int to = row * adInputs;
        for (int field = 0; field < adFields; field++) {
            for (int k = 0; k < embeddingSize; k++) {
                int input = field * embeddingSize + k;
                gradients[to + input] = own.gradients[0][from + input]
                        + (own.requestSum[k] + adSums[adSumAt + k] - own.displaced[input]);
            }
        }
    }

    private void displace(float[] embeddings, float[] displacement, int row) {
        for (int i = 0; i < adInputs; i++) {
            embeddings[i] += displacement[row * adInputs + i];
        }
    }

    /** x · w of one row. */
    private void one(float[] x, int xAt, PackedMatrix matrix, float[] init, boolean rectify, float[] out) {
        kernels.project(x, xAt, matrix.inputs(), 1, everything, matrix.inputs(), matrix.panels, matrix.inputs(), init,
                matrix.outputs(), rectify, out, 0);
    }

    /** x · w, without the inputs that are 0 in all rows. */
    private void project(ArrayScratch own, float[] x, int xAt, int rows, PackedMatrix matrix, float[] init,
            boolean rectify, float[] out, int outAt) {
        int inputs = matrix.inputs();
        int outputs = matrix.outputs();
        int count = inputs;
        if (rows >= COMPACT_ROWS && inputs % Kernels.WIDTH_UNIT == 0) {
            count = kernels.active(x, xAt, rows, inputs, own.bits, own.active);
        }
        if (count > inputs * (rows < Kernels.SELECT_ROWS ? COMPACT_SHARE_FEW : COMPACT_SHARE_MANY)) {
            own.multiplyAdds += (long) rows * inputs * outputs;
            kernels.project(x, xAt, inputs, rows, everything, inputs, matrix.panels, inputs, init, outputs, rectify,
                    out,
                    outAt);
            return;
        }
        own.multiplyAdds += (long) rows * count * outputs;
        kernels.compact(x, xAt, rows, inputs, own.bits, own.compacted);
        if (rows < Kernels.SELECT_ROWS) {
            kernels.project(own.compacted, 0, inputs, rows, own.active, count, matrix.panels, inputs, init, outputs,
                    rectify, out, outAt);
            return;
        }
        kernels.select(matrix.panels, inputs, outputs, own.active, count, own.selected);
        kernels.project(own.compacted, 0, inputs, rows, everything, count, own.selected, count, init, outputs, rectify,
                out, outAt);
    }

    /** The ad of a row number. */
    private static int ad(ArrayScratch own, int row) {
        return row == MASKED ? parts(own).ads().masked() : batch(own).ads[row];
    }

    private static ArrayAdParts parts(ArrayScratch own) {
        return Objects.requireNonNull(own.parts, "begin comes first");
    }

    private static FeatureBatch batch(ArrayScratch own) {
        return Objects.requireNonNull(own.batch, "begin comes first");
    }

    private ArrayScratch own(CtrScratch scratch) {
        if (scratch instanceof ArrayScratch own && own.owner == this) {
            return own;
        }
        throw new IllegalArgumentException("this scratch was made by another model");
    }

    /** Plain arrays: nothing to give back. */
    @Override
    public void close() {}
}
