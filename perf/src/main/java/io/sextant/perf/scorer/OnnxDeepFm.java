package io.sextant.perf.scorer;

import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.onnx.OnnxGraphBuilder;

/** The whole DeepFM as an ONNX file: linear part, factorisation machine and net, with dropout masks on the last rows. */
final class OnnxDeepFm {
    static final String INDICES = "indices";
    static final String EMBEDDINGS = "embeddings";
    static final String LINEARS = "linears";
    static final String MASKS = "masks";
    static final String LOGITS = "logits";

    private final Weights weights;
    private final MaskBank bank;
    private final BatchForm form;
    private final int candidates;
    private final int passes;
    private final int rows;
    private final int inputs;
    private final OnnxGraphBuilder graph = new OnnxGraphBuilder("deepfm");

    /**
     * Prepares the writing.
     *
     * @param candidates rows without a mask
     * @param passes     rows with a mask
     */
    OnnxDeepFm(Weights weights, MaskBank bank, BatchForm form, int candidates, int passes) {
        this.weights = weights;
        this.bank = bank;
        this.form = form;
        this.candidates = candidates;
        this.passes = passes;
        this.rows = candidates + (form.maskedOnce() ? 1 : passes);
        this.inputs = weights.schema().size() * weights.architecture().embeddingSize();
    }

    /** The file's bytes. */
    byte[] write() {
        FeatureSchema schema = weights.schema();
        int size = weights.architecture().embeddingSize();
        String embeddings;
        String linears;
        graph.vector("axis 0", 0);
        graph.vector("axis 1", 1);
        if (form.lookUpInGraph()) {
            graph.integers(INDICES, rows, schema.size());
            graph.constant("embedding table", weights.embedding, schema.rows(), size);
            graph.constant("linear table", weights.linear, schema.rows());
            embeddings = graph.node("Gather", EMBEDDINGS, "embedding table", INDICES);
            graph.node("Gather", "linear terms", "linear table", INDICES);
            linears = graph.node("ReduceSum", LINEARS, "keepdims", 0, "linear terms", "axis 1");
        } else {
            embeddings = graph.floats(EMBEDDINGS, rows, schema.size(), size);
            linears = graph.floats(LINEARS, rows);
        }
        graph.integers(MASKS, passes);
        graph.vector("flat shape", rows, inputs);
        String flat = graph.node("Reshape", "flat", embeddings, "flat shape");
        String shallow = shallow(flat, linears);
        graph.node("Add", LOGITS, shallow, deep(flat));
        return graph.build(LOGITS, candidates + passes);
    }

    private String shallow(String flat, String linears) {
        graph.constant("sum over fields", sumOverFields(), inputs, weights.architecture().embeddingSize());
        graph.node("MatMul", "field sums", flat, "sum over fields");
        squares("squared sums", "field sums");
        squares("squares", flat);
        graph.node("Sub", "doubled pairs", "squared sums", "squares");
        graph.constant("half", new float[]{0.5f}, 1);
        graph.node("Mul", "pairs", "doubled pairs", "half");
        graph.constant("bias", weights.bias, 1);
        graph.node("Add", "first order", linears, "bias");
        String shallow = graph.node("Add", "shallow", "first order", "pairs");
        if (!form.maskedOnce()) {
            return shallow;
        }
        graph.vector("copies", passes);
        String masked = graph.node("Tile", "shallow copies", slice("shallow masked", shallow, candidates, rows),
                "copies");
        return graph.node("Concat", "shallow rows", "axis", 0, slice("shallow plain", shallow, 0, candidates), masked);
    }

    /** Σ v² of each row: a product and a sum, which the runtime does in a quarter of the time of its ReduceSumSquare. */
    private void squares(String name, String rows) {
        graph.node("Mul", name + " terms", rows, rows);
        graph.node("ReduceSum", name, "keepdims", 0, name + " terms", "axis 1");
    }

    /** An identity a field, one below the other: summing over the middle of three axes is slower than this product. */
    private float[] sumOverFields() {
        int size = weights.architecture().embeddingSize();
        float[] matrix = new float[inputs * size];
        for (int i = 0; i < inputs; i++) {
            matrix[i * size + i % size] = 1;
        }
        return matrix;
    }

    private String deep(String flat) {
        String values = flat;
        int from = inputs;
        int firstUnit = 0;
        for (int layer = 0; layer < weights.hiddenWeights.size(); layer++) {
            int width = weights.hiddenBiases.get(layer).length;
            String name = "hidden " + layer;
            String matrix = graph.constant(name + " weight", weights.hiddenWeights.get(layer), from, width);
            String bias = graph.constant(name + " bias", weights.hiddenBiases.get(layer), width);
            String sums = graph.node("Gemm", name + " sums", values, matrix, bias);
            values = dropped(name, graph.node("Relu", name, sums), layer, firstUnit, width);
            from = width;
            firstUnit += width;
        }
        graph.constant("output weight", weights.output, from, 1);
        graph.vector("vector shape", candidates + passes);
        String column = graph.node("MatMul", "deep column", values, "output weight");
        return graph.node("Reshape", "deep", column, "vector shape");
    }

    /** The candidates' rows as they are, the masked ones times their masks. */
    private String dropped(String name, String values, int layer, int firstUnit, int width) {
        int end = layer == 0 ? rows : candidates + passes;
        String plain = slice(name + " plain", values, 0, candidates);
        String masked = slice(name + " masked", values, candidates, end);
        String bankName = graph.constant(name + " bank", BatchInput.layerMasks(bank, firstUnit, width), bank.masks(),
                width);
        String multipliers = graph.node("Gather", name + " multipliers", bankName, MASKS);
        String dropped = graph.node("Mul", name + " dropped", masked, multipliers);
        return graph.node("Concat", name + " rows", "axis", 0, plain, dropped);
    }

    private String slice(String name, String values, int from, int to) {
        return graph.node("Slice", name, values, graph.vector(name + " from", from), graph.vector(name + " to", to),
                "axis 0");
    }
}
