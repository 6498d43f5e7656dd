package io.sextant.model.ctr;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All numbers of one DeepFM and its gate, as flat row-major float arrays.
 *
 * <p>
 * logit(x) = bias + Σ_f linear[x_f] + Σ_{f<g} ⟨v_f, v_g⟩ + output · MLP(v_1 … v_F), where v_f is row x_f of the embedding
 * table. A hidden layer is relu(h W + b), W of shape [in, out]. The gate is gateBias + gateOutput · relu(v_ad W_g + b_g).
 * Beside the net stands what training has seen of each row, which says how sure its logits are.
 *
 * <p>
 * Threading: the arrays are shared and open; a trainer that goes on writing hands out a {@link #copy()}.
 */
public final class Weights {
    private static final double EMBEDDING_LIMIT = 0.05;

    private final FeatureSchema schema;
    private final Architecture architecture;
    /** [rows, embeddingSize]. */
    public final float[] embedding;
    /** [rows]. */
    public final float[] linear;
    /** One number. */
    public final float[] bias;
    /** A matrix [in, out] a hidden layer. */
    public final List<float[]> hiddenWeights;
    /** [out] a hidden layer. */
    public final List<float[]> hiddenBiases;
    /** [last hidden width]. */
    public final float[] output;
    /** [adFields * embeddingSize, gateHidden]. */
    public final float[] gateWeights;
    /** [gateHidden]. */
    public final float[] gateBiases;
    /** [gateHidden]. */
    public final float[] gateOutput;
    /** One number. */
    public final float[] gateBias;
    /** [rows], F: Σ p(1 − p) over the examples that touched the row, at least 0; 0 where nothing is known. */
    public final float[] rowInformation;
    /** [fields], τ: standard deviation of a field's row effects before anything is learned, in logits; above 0. */
    public final float[] rowPriorSd;
    /** Put on the last hidden layer when the weights are to be served; null where none was fitted. Immutable. */
    private @Nullable GaussianProcess process;

    /** All zeros, but for the prior deviations, which are 1. */
    public Weights(FeatureSchema schema, Architecture architecture) {
        this.schema = schema;
        this.architecture = architecture;
        int size = architecture.embeddingSize();
        this.embedding = new float[Math.multiplyExact(schema.rows(), size)];
        this.linear = new float[schema.rows()];
        this.bias = new float[1];
        List<float[]> matrices = new ArrayList<>();
        List<float[]> biases = new ArrayList<>();
        int inputs = schema.size() * size;
        for (int width : architecture.hidden()) {
            matrices.add(new float[inputs * width]);
            biases.add(new float[width]);
            inputs = width;
        }
        this.hiddenWeights = List.copyOf(matrices);
        this.hiddenBiases = List.copyOf(biases);
        this.output = new float[inputs];
        this.gateWeights = new float[schema.adFields() * size * architecture.gateHidden()];
        this.gateBiases = new float[architecture.gateHidden()];
        this.gateOutput = new float[architecture.gateHidden()];
        this.gateBias = new float[1];
        this.rowInformation = new float[schema.rows()];
        this.rowPriorSd = new float[schema.size()];
        Arrays.fill(rowPriorSd, 1);
    }

    /**
     * The untrained net that all arms start from. Small random embeddings, He's initialisation for layers under a ReLU,
     * Glorot's for the output, linear terms 0, so that every logit lies close to that of the prior.
     *
     * @param seed     the same seed gives the same weights, bit for bit
     * @param priorCtr click-through rate before anything is learned, above 0 and below 1
     */
    public static Weights initial(FeatureSchema schema, Architecture architecture, long seed, double priorCtr) {
        if (!(priorCtr > 0 && priorCtr < 1)) {
            throw new IllegalArgumentException("prior CTR is " + priorCtr + ", must be between 0 and 1");
        }
        Weights weights = new Weights(schema, architecture);
        float prior = (float) Math.log(priorCtr / (1 - priorCtr));
        weights.bias[0] = prior;
        weights.gateBias[0] = prior;
        uniform(weights.embedding, EMBEDDING_LIMIT, seed, 0);
        for (int layer = 0; layer < weights.hiddenWeights.size(); layer++) {
            float[] matrix = weights.hiddenWeights.get(layer);
            int inputs = matrix.length / weights.hiddenBiases.get(layer).length;
            uniform(matrix, Math.sqrt(6.0 / inputs), seed, 16 + layer);
        }
        uniform(weights.output, Math.sqrt(6.0 / (weights.output.length + 1)), seed, 1);
        uniform(weights.gateWeights, Math.sqrt(6.0 * weights.gateBiases.length / weights.gateWeights.length), seed, 2);
        uniform(weights.gateOutput, Math.sqrt(6.0 / (weights.gateOutput.length + 1)), seed, 3);
        return weights;
    }

    /**
     * Makes a table row again what {@link #initial} made it, as if nothing had been learned of it.
     *
     * @param row  table row
     * @param seed that was given to {@link #initial}
     */
    public void reset(int row, long seed) {
        int size = architecture.embeddingSize();
        uniform(embedding, row * size, (row + 1) * size, EMBEDDING_LIMIT, seed, 0);
        linear[row] = 0;
        rowInformation[row] = 0;
    }

    private static void uniform(float[] values, double limit, long seed, int stream) {
        uniform(values, 0, values.length, limit, seed, stream);
    }

    private static void uniform(float[] values, int from, int to, double limit, long seed, int stream) {
        Hasher64 hash = Hashing.xxh3_64(seed);
        for (int i = from; i < to; i++) {
            double unit = (hash.hashLongLongToLong(stream, i) >>> 11) * 0x1p-53;
            values[i] = (float) ((2 * unit - 1) * limit);
        }
    }

    /** The features that the embedding table belongs to. */
    public FeatureSchema schema() {
        return schema;
    }

    /** The shape of the net. */
    public Architecture architecture() {
        return architecture;
    }

    /**
     * Checks that these numbers are of the schema and shape that {@code description} tells of.
     *
     * @throws IllegalArgumentException if not
     */
    public void requireFor(ModelDescription description) {
        if (!schema.equals(description.schema()) || !architecture.equals(description.architecture())) {
            throw new IllegalArgumentException(
                    "weights of " + schema + ", " + architecture + " do not belong to " + description);
        }
    }

    /** Every array by name and shape, the two tables first, then net and rows; the arrays themselves, not copies. */
    public List<NamedTensor> tensors() {
        List<NamedTensor> tensors = new ArrayList<>();
        tensors.add(new NamedTensor("embedding", embedding, schema.rows(), architecture.embeddingSize()));
        tensors.add(new NamedTensor("linear", linear, schema.rows()));
        tensors.addAll(net());
        tensors.addAll(rowKnowledge());
        tensors.addAll(processTensors());
        return tensors;
    }

    /** The Gaussian process's numbers, none where there is none; the arrays themselves, not copies. */
    List<NamedTensor> processTensors() {
        return process == null ? List.of() : process.tensors();
    }

    /** The Gaussian process on the last hidden layer; null where none was fitted. */
    public @Nullable GaussianProcess process() {
        return process;
    }

    /**
     * Puts a Gaussian process on the last hidden layer, or takes it away.
     *
     * @throws IllegalArgumentException if there is no such layer, or it has another width
     */
    public void setProcess(@Nullable GaussianProcess fitted) {
        if (fitted != null && (hiddenBiases.isEmpty() || fitted.width() != hiddenBiases.getLast().length)) {
            throw new IllegalArgumentException("the process is on a layer of " + fitted.width()
                    + " units, the hidden layers are " + architecture.hidden());
        }
        process = fitted;
    }

    /** Reads the process that a file has, or takes the one away that there is. */
    void readProcess(Safetensors file) throws ModelArtefactException {
        process = null;
        if (GaussianProcess.isIn(file) && !hiddenBiases.isEmpty()) {
            GaussianProcess read = new GaussianProcess(hiddenBiases.getLast().length);
            for (NamedTensor tensor : read.tensors()) {
                file.read(tensor);
            }
            process = read;
        }
    }

    /** What is known about the rows and moves no logit, by name and shape; the arrays themselves, not copies. */
    public List<NamedTensor> rowKnowledge() {
        return List.of(new NamedTensor("row.information", rowInformation, schema.rows()),
                new NamedTensor("row.prior.sd", rowPriorSd, schema.size()));
    }

    /** Every array of the net above the two tables, by name and shape; the arrays themselves, not copies. */
    public List<NamedTensor> net() {
        List<NamedTensor> tensors = new ArrayList<>();
        tensors.add(new NamedTensor("bias", bias, 1));
        for (int layer = 0; layer < hiddenWeights.size(); layer++) {
            float[] matrix = hiddenWeights.get(layer);
            int width = hiddenBiases.get(layer).length;
            String name = String.format(Locale.ROOT, "hidden.%d.", layer);
            tensors.add(new NamedTensor(name + "weight", matrix, matrix.length / width, width));
            tensors.add(new NamedTensor(name + "bias", hiddenBiases.get(layer), width));
        }
        tensors.add(new NamedTensor("output.weight", output, output.length, 1));
        tensors.add(new NamedTensor("gate.hidden.weight", gateWeights, gateWeights.length / gateBiases.length,
                gateBiases.length));
        tensors.add(new NamedTensor("gate.hidden.bias", gateBiases, gateBiases.length));
        tensors.add(new NamedTensor("gate.output.weight", gateOutput, gateOutput.length, 1));
        tensors.add(new NamedTensor("gate.bias", gateBias, 1));
        return tensors;
    }

    /** The same numbers in arrays of their own. */
    public Weights copy() {
        Weights copy = new Weights(schema, architecture);
        copy.process = process;
        List<NamedTensor> from = tensors();
        List<NamedTensor> to = copy.tensors();
        for (int i = 0; i < from.size() - processTensors().size(); i++) {
            System.arraycopy(from.get(i).data(), 0, to.get(i).data(), 0, from.get(i).data().length);
        }
        return copy;
    }

    /**
     * Looks rows of features up in the tables.
     *
     * @param indices    [count * fields] table rows, row by row
     * @param count      number of rows
     * @param embeddings [count * fields * embeddingSize], out
     * @param linears    [count], out: the sum of the row's linear terms
     */
    public void gather(int[] indices, int count, float[] embeddings, float[] linears) {
        int fields = schema.size();
        int size = architecture.embeddingSize();
        for (int row = 0; row < count; row++) {
            float sum = 0;
            for (int field = 0; field < fields; field++) {
                int index = indices[row * fields + field];
                System.arraycopy(embedding, index * size, embeddings, (row * fields + field) * size, size);
                sum += linear[index];
            }
            linears[row] = sum;
        }
    }
}
