package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
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
 * One version's net in a TensorFlow session, fed with looked-up embeddings. The net's weights and the mask bank are
 * constants of the graph.
 *
 * <p>
 * Threading: thread-safe; every call works on the caller's arrays alone. Arrays may be longer than needed.
 */
public final class TensorFlowNet implements AutoCloseable {
    private final int fields;
    private final int adFields;
    private final int embeddingSize;
    private final Graph graph;
    private final Session session;
    private final Placeholder<TFloat32> embeddings;
    private final Placeholder<TFloat32> linears;
    private final Placeholder<TFloat32> adEmbeddings;
    private final Placeholder<TInt32> masks;
    private final Operand<TFloat32> logits;
    private final Operand<TFloat32> droppedLogits;
    private final Operand<TFloat32> adGradients;
    private final Operand<TFloat32> gateLogits;
    private final Operand<TFloat32> droppedVariance;

    /**
     * Builds graph and session.
     *
     * @param weights the net's numbers; copied into the graph
     * @param bank    masks over all of the net's hidden units
     * @param options threads of the session
     */
    public TensorFlowNet(Weights weights, MaskBank bank, TensorFlowOptions options) {
        FeatureSchema schema = weights.schema();
        Architecture architecture = weights.architecture();
        this.fields = schema.size();
        this.adFields = schema.adFields();
        this.embeddingSize = architecture.embeddingSize();
        this.graph = new Graph();
        Ops tf = Ops.create(graph);
        this.embeddings = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, fields, embeddingSize)));
        this.linears = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
        this.adEmbeddings = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, adFields, embeddingSize)));
        this.masks = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));

        DeepFmGraph net = new DeepFmGraph(tf, weights,
                tensor -> tf.constant(shape(tensor), DataBuffers.of(tensor.data(), true, false)));
        Operand<TFloat32> shallow = net.shallow(embeddings, linears);
        Operand<TFloat32> flat = net.flat(embeddings);
        List<Operand<TFloat32>> outputs = new ArrayList<>();
        this.logits = tf.math.add(shallow, net.deep(flat, 0, (layer, output) -> {
            outputs.add(output);
            return output;
        }));
        this.droppedVariance = variance(tf, net, architecture, outputs);
        this.droppedLogits = dropped(tf, net, architecture, bank, shallow, flat);
        this.adGradients = net.adPart(net.gradients(logits, List.of(embeddings)).get(0));
        this.gateLogits = net.gate(adEmbeddings);
        this.session = new Session(graph, options.toConfigProto());
    }

    /**
     * Dropout sits after the first ReLU, so layer one is the same under every mask: it runs once a row, and only its
     * masked copies go on.
     */
    private Operand<TFloat32> dropped(Ops tf, DeepFmGraph net, Architecture architecture, MaskBank bank,
            Operand<TFloat32> shallow, Operand<TFloat32> flat) {
        Operand<TInt32> axis = tf.constant(0);
        Operand<TFloat32> shallowColumn = tf.expandDims(shallow, tf.constant(1));
        if (architecture.hidden().isEmpty()) {
            Operand<TFloat32> deep = tf.expandDims(net.deep(flat, 0, (layer, output) -> output), tf.constant(1));
            Operand<TFloat32> zeros = tf.fill(tf.shape(masks), tf.constant(0f));
            return tf.math.add(tf.math.add(shallowColumn, deep), zeros);
        }
        Operand<TInt32> maskColumn = tf.reshape(masks, tf.array(-1));
        int width = architecture.hidden().get(0);
        Operand<TFloat32> first = tf.expandDims(net.hidden(0, flat), tf.constant(1));
        Operand<TFloat32> copies = tf.math.mul(first, tf.gather(layerMasks(tf, bank, 0, width), masks, axis));
        int[] starts = new int[architecture.hidden().size()];
        for (int layer = 1; layer < starts.length; layer++) {
            starts[layer] = starts[layer - 1] + architecture.hidden().get(layer - 1);
        }
        Operand<TFloat32> deep = net.deep(tf.reshape(copies, tf.array(-1, width)), 1,
                (layer, output) -> tf.math.mul(output, tf.gather(
                        layerMasks(tf, bank, starts[layer], architecture.hidden().get(layer)), maskColumn, axis)));
        return tf.math.add(shallowColumn, tf.reshape(deep, tf.shape(masks)));
    }

    /** p / (1 - p) Σ (g h)², with the derivatives that TensorFlow finds. */
    private Operand<TFloat32> variance(Ops tf, DeepFmGraph net, Architecture architecture,
            List<Operand<TFloat32>> outputs) {
        Operand<TFloat32> sum = tf.zerosLike(logits);
        if (!outputs.isEmpty()) {
            List<Operand<TFloat32>> gradients = net.gradients(logits, outputs);
            for (int layer = 0; layer < outputs.size(); layer++) {
                Operand<TFloat32> products = tf.math.mul(gradients.get(layer), outputs.get(layer));
                sum = tf.math.add(sum, tf.reduceSum(tf.math.square(products), tf.constant(1)));
            }
        }
        double rate = architecture.dropRate();
        return tf.math.mul(sum, tf.constant((float) (rate / (1 - rate))));
    }

    private static Operand<TFloat32> layerMasks(Ops tf, MaskBank bank, int start, int width) {
        float[] layer = new float[bank.masks() * width];
        for (int mask = 0; mask < bank.masks(); mask++) {
            System.arraycopy(bank.values(), mask * bank.units() + start, layer, mask * width, width);
        }
        return tf.constant(Shape.of(bank.masks(), width), DataBuffers.of(layer, true, false));
    }

    private static Shape shape(NamedTensor tensor) {
        return Shape.of(Arrays.stream(tensor.shape()).asLongStream().toArray());
    }

    /**
     * f(x, θ) on looked-up rows.
     *
     * @param embeddings [count * fields * embeddingSize]
     * @param linears    [count] sums of the rows' linear terms
     * @param count      number of rows, at least 1
     * @param logits     [count], out
     */
    public void score(float[] embeddings, float[] linears, int count, float[] logits) {
        try (TFloat32 rows = rows(embeddings, count, fields);
                TFloat32 sums = vector(linears, count);
                Result result = session.runner().feed(this.embeddings, rows).feed(this.linears, sums)
                        .fetch(this.logits).run()) {
            read(result, 0, logits, count);
        }
    }

    /**
     * f(x, θ ⊙ M) on looked-up rows.
     *
     * @param masks  [count * passes] mask numbers, row by row
     * @param passes masks a row
     * @param logits [count * passes], out, row by row
     */
    public void scoreDropped(float[] embeddings, float[] linears, int count, int[] masks, int passes,
            float[] logits) {
        int size = count * passes;
        try (TFloat32 rows = rows(embeddings, count, fields);
                TFloat32 sums = vector(linears, count);
                TInt32 numbers = TInt32.tensorOf(Shape.of(count, passes),
                        DataBuffers.of(masks, true, false).narrow(size));
                Result result = session.runner().feed(this.embeddings, rows).feed(this.linears, sums)
                        .feed(this.masks, numbers).fetch(droppedLogits).run()) {
            read(result, 0, logits, size);
        }
    }

    /**
     * f(x, θ) on looked-up rows and its gradient by the ad's embeddings.
     *
     * @param logits    [count], out
     * @param gradients [count * adFields * embeddingSize], out
     */
    public void adGradients(float[] embeddings, float[] linears, int count, float[] logits, float[] gradients) {
        try (TFloat32 rows = rows(embeddings, count, fields);
                TFloat32 sums = vector(linears, count);
                Result result = session.runner().feed(this.embeddings, rows).feed(this.linears, sums)
                        .fetch(this.logits).fetch(this.adGradients).run()) {
            read(result, 0, logits, count);
            read(result, 1, gradients, count * adFields * embeddingSize);
        }
    }

    /**
     * The variance that dropout gives to the logit, linearised; see {@link CtrModel#droppedVariance}.
     *
     * @param logits    [count], out
     * @param variances [count], out
     */
    public void droppedVariance(float[] embeddings, float[] linears, int count, float[] logits,
            float[] variances) {
        try (TFloat32 rows = rows(embeddings, count, fields);
                TFloat32 sums = vector(linears, count);
                Result result = session.runner().feed(this.embeddings, rows).feed(this.linears, sums)
                        .fetch(this.logits).fetch(this.droppedVariance).run()) {
            read(result, 0, logits, count);
            read(result, 1, variances, count);
        }
    }

    /**
     * The gate's logits (eq. 13).
     *
     * @param adEmbeddings [count * adFields * embeddingSize]
     * @param count        number of rows, at least 1
     * @param logits       [count], out
     */
    public void gate(float[] adEmbeddings, int count, float[] logits) {
        try (TFloat32 rows = rows(adEmbeddings, count, adFields);
                Result result = session.runner().feed(this.adEmbeddings, rows).fetch(gateLogits).run()) {
            read(result, 0, logits, count);
        }
    }

    private TFloat32 rows(float[] values, int count, int width) {
        return TFloat32.tensorOf(Shape.of(count, width, embeddingSize),
                DataBuffers.of(values, true, false).narrow((long) count * width * embeddingSize));
    }

    private static TFloat32 vector(float[] values, int count) {
        return TFloat32.tensorOf(Shape.of(count), DataBuffers.of(values, true, false).narrow(count));
    }

    private static void read(Result result, int index, float[] into, int count) {
        ((TFloat32) result.get(index)).copyTo(DataBuffers.of(into, false, false).narrow(count));
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
