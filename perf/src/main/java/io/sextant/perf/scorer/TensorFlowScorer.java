package io.sextant.perf.scorer;

import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.workload.Workload;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The whole DeepFM in a TensorFlow session of one thread, the caller's. Made for speed, unlike the reference: shapes are
 * fixed, weights and masks are constants, matrix product, bias and ReLU stand so that TensorFlow fuses them, masks touch
 * only the rows that have one, and input tensors are made once and filled in native memory.
 */
public final class TensorFlowScorer implements RequestScorer {
    private final BatchForm form;
    private final BatchInput input;
    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TInt32> indices;
    private final Placeholder<TFloat32> embeddings;
    private final Placeholder<TFloat32> linears;
    private final Placeholder<TInt32> masks;
    private final Operand<TFloat32> logits;
    private final TInt32 indexTensor;
    private final TFloat32 embeddingTensor;
    private final TFloat32 linearTensor;
    private final TInt32 maskTensor;

    /**
     * Builds graph, session and input tensors.
     *
     * @param workload the net, and what is asked of it
     * @param passes   masks of a request, 2 or more
     * @param form     of the call
     */
    public TensorFlowScorer(Workload workload, int passes, BatchForm form) {
        this.form = form;
        this.input = new BatchInput(workload, passes, form);
        Weights weights = workload.artefact().weights();
        FeatureSchema schema = weights.schema();
        int size = weights.architecture().embeddingSize();
        Shape indexShape = Shape.of(input.rows, schema.size());
        Shape embeddingShape = Shape.of(input.rows, schema.size(), size);
        Shape linearShape = Shape.of(input.rows);
        Shape maskShape = Shape.of(passes);
        Ops tf = Ops.create(graph);
        this.indices = tf.placeholder(TInt32.class, Placeholder.shape(indexShape));
        this.embeddings = tf.placeholder(TFloat32.class, Placeholder.shape(embeddingShape));
        this.linears = tf.placeholder(TFloat32.class, Placeholder.shape(linearShape));
        this.masks = tf.placeholder(TInt32.class, Placeholder.shape(maskShape));
        this.logits = new Net(tf, weights, MaskBank.of(workload.artefact().description())).logits();
        this.session = new Session(graph, TensorFlowOptions.singleThread().toConfigProto());
        this.indexTensor = TInt32.tensorOf(indexShape);
        this.embeddingTensor = TFloat32.tensorOf(embeddingShape);
        this.linearTensor = TFloat32.tensorOf(linearShape);
        this.maskTensor = TInt32.tensorOf(maskShape);
    }

    @Override
    public double score(int request, float[] logits) {
        input.fill(request);
        maskTensor.copyFrom(DataBuffers.of(input.masks, true, false));
        Session.Runner runner = session.runner().feed(masks, maskTensor).fetch(this.logits);
        if (form.lookUpInGraph()) {
            indexTensor.copyFrom(DataBuffers.of(input.indices, true, false));
            runner.feed(indices, indexTensor);
        } else {
            embeddingTensor.copyFrom(DataBuffers.of(input.embeddings, true, false));
            linearTensor.copyFrom(DataBuffers.of(input.linears, true, false));
            runner.feed(embeddings, embeddingTensor).feed(linears, linearTensor);
        }
        try (Result result = runner.run()) {
            ((TFloat32) result.get(0)).copyTo(DataBuffers.of(logits, false, false));
        }
        return input.deviation(logits);
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        indexTensor.close();
        embeddingTensor.close();
        linearTensor.close();
        maskTensor.close();
    }

    /** The building of the graph. */
    private final class Net {
        private final Ops tf;
        private final Weights weights;
        private final MaskBank bank;
        private final int inputs;

        Net(Ops tf, Weights weights, MaskBank bank) {
            this.tf = tf;
            this.weights = weights;
            this.bank = bank;
            this.inputs = weights.schema().size() * weights.architecture().embeddingSize();
        }

        Operand<TFloat32> logits() {
            Operand<TFloat32> rows = embeddings;
            Operand<TFloat32> sums = linears;
            if (form.lookUpInGraph()) {
                FeatureSchema schema = weights.schema();
                rows = tf.gather(constant(weights.embedding, schema.rows(), weights.architecture().embeddingSize()),
                        indices, tf.constant(0));
                sums = tf.reduceSum(tf.gather(constant(weights.linear, schema.rows()), indices, tf.constant(0)),
                        tf.constant(1));
            }
            Operand<TFloat32> flat = tf.reshape(rows, tf.array(input.rows, inputs));
            return tf.math.add(shallow(rows, flat, sums), deep(flat));
        }

        private Operand<TFloat32> shallow(Operand<TFloat32> rows, Operand<TFloat32> flat, Operand<TFloat32> sums) {
            Operand<TFloat32> squaredSums = tf.reduceSum(tf.math.square(tf.reduceSum(rows, tf.constant(1))),
                    tf.constant(1));
            Operand<TFloat32> squares = tf.reduceSum(tf.math.square(flat), tf.constant(1));
            Operand<TFloat32> pairs = tf.math.mul(tf.constant(0.5f), tf.math.sub(squaredSums, squares));
            Operand<TFloat32> shallow = tf.math.add(tf.math.add(sums, tf.constant(weights.bias)), pairs);
            if (!form.maskedOnce()) {
                return shallow;
            }
            Operand<TFloat32> masked = tf.slice(shallow, tf.array(input.candidates), tf.array(1));
            return tf.concat(List.of(tf.slice(shallow, tf.array(0), tf.array(input.candidates)),
                    tf.tile(masked, tf.array(input.passes))), tf.constant(0));
        }

        private Operand<TFloat32> deep(Operand<TFloat32> flat) {
            Operand<TFloat32> values = flat;
            int from = inputs;
            int firstUnit = 0;
            for (int layer = 0; layer < weights.hiddenWeights.size(); layer++) {
                int width = weights.hiddenBiases.get(layer).length;
                Operand<TFloat32> product = tf.linalg.matMul(values,
                        constant(weights.hiddenWeights.get(layer), from, width));
                values = tf.nn.relu(tf.nn.biasAdd(product, constant(weights.hiddenBiases.get(layer), width)));
                values = dropped(values, layer, firstUnit, width);
                from = width;
                firstUnit += width;
            }
            return tf.reshape(tf.linalg.matMul(values, constant(weights.output, from, 1)), tf.array(-1));
        }

        /** The candidates' rows as they are, the masked ones times their masks. */
        private Operand<TFloat32> dropped(Operand<TFloat32> values, int layer, int firstUnit, int width) {
            int maskedRows = layer == 0 ? input.rows - input.candidates : input.passes;
            Operand<TFloat32> plain = tf.slice(values, tf.array(0, 0), tf.array(input.candidates, width));
            Operand<TFloat32> masked = tf.slice(values, tf.array(input.candidates, 0), tf.array(maskedRows, width));
            Operand<TFloat32> multipliers = tf.gather(
                    constant(BatchInput.layerMasks(bank, firstUnit, width), bank.masks(), width), masks,
                    tf.constant(0));
            return tf.concat(List.of(plain, tf.math.mul(masked, multipliers)), tf.constant(0));
        }

        private Operand<TFloat32> constant(float[] values, long... shape) {
            return tf.constant(Shape.of(shape), DataBuffers.of(values, true, false));
        }
    }
}
