package io.sextant.perf.scorer;

import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.Workload;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;

/**
 * What is fed to an engine for one request. Embeddings of ads are looked up before any request, as a bidder would; those of
 * the request are looked up once and copied to its rows.
 */
final class BatchInput {
    final int candidates;
    final int passes;
    /** Rows that are fed. */
    final int rows;
    /** [rows * fields], where the graph looks up; else empty. */
    final int[] indices;
    /** [rows * fields * embeddingSize], where the caller looks up; else empty. */
    final float[] embeddings;
    /** [rows] sums of the linear terms, where the caller looks up; else empty. */
    final float[] linears;
    /** [passes] mask numbers. */
    final int[] masks;

    private final BatchForm form;
    private final Weights weights;
    private final Requests requests;
    private final int bank;
    private final int requestFields;
    private final int adFields;
    private final int embeddingSize;
    /** Features of the ads by number, the masked ad last. */
    private final int[] adIndices;
    private final float[] adEmbeddings;
    private final float[] adLinears;
    private final int maskedAd;

    BatchInput(Workload workload, int passes, BatchForm form) {
        ModelDescription description = workload.artefact().description();
        FeatureSchema schema = description.schema();
        this.weights = workload.artefact().weights();
        this.requests = workload.requests();
        this.form = form;
        this.candidates = requests.candidates(0).length;
        this.passes = passes;
        this.rows = candidates + (form.maskedOnce() ? 1 : passes);
        this.bank = description.masks();
        this.requestFields = schema.requestFields();
        this.adFields = schema.adFields();
        this.embeddingSize = description.embeddingSize();
        this.masks = new int[passes];
        int lookUps = Math.multiplyExact(rows, schema.size());
        this.indices = new int[form.lookUpInGraph() ? lookUps : 0];
        this.embeddings = new float[form.lookUpInGraph() ? 0 : lookUps * embeddingSize];
        this.linears = new float[form.lookUpInGraph() ? 0 : rows];

        this.maskedAd = workload.ads().size();
        this.adIndices = new int[(maskedAd + 1) * adFields];
        for (int ad = 0; ad < maskedAd; ad++) {
            System.arraycopy(workload.ads().get(ad), 0, adIndices, ad * adFields, adFields);
        }
        for (int field = 0; field < adFields; field++) {
            adIndices[maskedAd * adFields + field] = schema.maskIndex(requestFields + field);
        }
        this.adEmbeddings = new float[adIndices.length * embeddingSize];
        this.adLinears = new float[maskedAd + 1];
        for (int ad = 0; ad <= maskedAd; ad++) {
            adLinears[ad] = lookUp(adIndices, ad * adFields, adFields, adEmbeddings, ad * adFields * embeddingSize);
        }
    }

    private float lookUp(int[] table, int at, int count, float[] into, int place) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            int index = table[at + i];
            System.arraycopy(weights.embedding, index * embeddingSize, into, place + i * embeddingSize, embeddingSize);
            sum += weights.linear[index];
        }
        return sum;
    }

    /** Takes over a request: its rows and the masks of its passes. */
    void fill(int request) {
        int[] ads = requests.candidates(request);
        int[] features = requests.features(request);
        if (form.lookUpInGraph()) {
            for (int row = 0; row < rows; row++) {
                int at = row * (requestFields + adFields);
                int ad = row < candidates ? ads[row] : maskedAd;
                System.arraycopy(features, 0, indices, at, requestFields);
                System.arraycopy(adIndices, ad * adFields, indices, at + requestFields, adFields);
            }
        } else {
            int requestInputs = requestFields * embeddingSize;
            int adInputs = adFields * embeddingSize;
            float linear = lookUp(features, 0, requestFields, embeddings, 0);
            for (int row = 0; row < rows; row++) {
                int at = row * (requestInputs + adInputs);
                int ad = row < candidates ? ads[row] : maskedAd;
                if (row > 0) {
                    System.arraycopy(embeddings, 0, embeddings, at, requestInputs);
                }
                System.arraycopy(adEmbeddings, ad * adInputs, embeddings, at + requestInputs, adInputs);
                linears[row] = linear + adLinears[ad];
            }
        }
        for (int pass = 0; pass < passes; pass++) {
            masks[pass] = Draws.below(bank, requests.decisionKey(request), Purpose.MASKS, pass);
        }
    }

    /** Standard deviation of the click probability over the passes, which stand behind the candidates. */
    double deviation(float[] logits) {
        double sum = 0;
        for (int row = candidates; row < candidates + passes; row++) {
            sum += UncertaintyScale.PROBABILITY.of(logits[row]);
        }
        double mean = sum / passes;
        double squares = 0;
        for (int row = candidates; row < candidates + passes; row++) {
            double difference = UncertaintyScale.PROBABILITY.of(logits[row]) - mean;
            squares += difference * difference;
        }
        return Math.sqrt(squares / (passes - 1));
    }

    /** What every mask multiplies a layer's units with, [masks * width]. */
    static float[] layerMasks(MaskBank bank, int firstUnit, int width) {
        float[] values = new float[bank.masks() * width];
        for (int mask = 0; mask < bank.masks(); mask++) {
            for (int unit = 0; unit < width; unit++) {
                values[mask * width + unit] = bank.value(mask, firstUnit + unit);
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return form + ", " + rows + " rows, masks " + Arrays.toString(masks);
    }
}
