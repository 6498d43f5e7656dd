package io.sextant.model.training;

import io.sextant.model.ctr.DeepFmGraph;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
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
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The DeepFM of {@link DeepFmGraph} with placeholders for its weights: scores rows, and takes the gradients of eq. 15's
 * loss by looked-up embeddings, logit and net. The numbers stay in Java; nothing here changes them.
 *
 * <p>
 * Cross entropy is never computed: its derivative by the logit, weight · (σ(logit) − label), is where the gradients start
 * from. The gate's gradient ends at its own weights θ_s (eq. 13) and does not move the ad's embeddings.
 *
 * <p>
 * Threading: owned by the trainer's thread.
 */
final class TrainingNet implements AutoCloseable {
    private static final String GATE = "gate.";

    private final int fields;
    private final int embeddingSize;
    private final Graph graph;
    private final Session session;
    private final Placeholder<TFloat32> embeddings;
    private final Placeholder<TFloat32> linears;
    private final Placeholder<TFloat32> labels;
    private final Placeholder<TFloat32> weights;
    private final Placeholder<TFloat32> gateWeights;
    private final Placeholder<TInt64> dropoutSeed;
    private final List<NamedTensor> net;
    private final List<Placeholder<TFloat32>> netPlaceholders = new ArrayList<>();
    private final List<TFloat32> netTensors = new ArrayList<>();
    private final Operand<TFloat32> plainLogits;
    private final Operand<TFloat32> logitGradients;
    private final Operand<TFloat32> embeddingGradients;
    private final List<Operand<TFloat32>> netGradients;

    TrainingNet(Weights numbers, TensorFlowOptions options) {
        FeatureSchema schema = numbers.schema();
        this.fields = schema.size();
        this.embeddingSize = numbers.architecture().embeddingSize();
        this.net = numbers.net();
        this.graph = new Graph();
        Ops tf = Ops.create(graph);
        this.embeddings = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, fields, embeddingSize)));
        this.linears = column(tf);
        this.labels = column(tf);
        this.weights = column(tf);
        this.gateWeights = column(tf);
        this.dropoutSeed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
        DeepFmGraph definition = new DeepFmGraph(tf, numbers, tensor -> {
            Placeholder<TFloat32> placeholder = tf.placeholder(TFloat32.class, Placeholder.shape(shape(tensor)));
            netPlaceholders.add(placeholder);
            netTensors.add(TFloat32.tensorOf(shape(tensor)));
            return placeholder;
        });

        Operand<TFloat32> shallow = definition.shallow(embeddings, linears);
        Operand<TFloat32> flat = definition.flat(embeddings);
        this.plainLogits = tf.math.add(shallow, definition.deep(flat, 0, (layer, output) -> output));
        double dropRate = numbers.architecture().dropRate();
        Operand<TFloat32> dropped = tf.math.add(shallow,
                definition.deep(flat, 0, (layer, output) -> dropout(tf, layer, output, dropRate)));
        Operand<TFloat32> gate = definition.gate(definition.adPart(embeddings));

        this.logitGradients = tf.math.mul(weights, tf.math.sub(tf.math.sigmoid(dropped), labels));
        Operand<TFloat32> gateGradients = tf.math.mul(gateWeights, tf.math.sub(tf.math.sigmoid(gate), labels));
        List<Operand<TFloat32>> mainInputs = new ArrayList<>(List.of(embeddings));
        List<Operand<TFloat32>> gateInputs = new ArrayList<>();
        for (NamedTensor tensor : net) {
            (tensor.name().startsWith(GATE) ? gateInputs : mainInputs).add(definition.parameter(tensor.name()));
        }
        List<Operand<TFloat32>> main = gradients(tf, dropped, mainInputs, logitGradients);
        List<Operand<TFloat32>> ofGate = gradients(tf, gate, gateInputs, gateGradients);
        this.embeddingGradients = main.get(0);
        this.netGradients = new ArrayList<>(main.subList(1, main.size()));
        // Weights.net() lists the gate last, so this is the order of the net's tensors.
        this.netGradients.addAll(ofGate);
        this.session = new Session(graph, options.toConfigProto());
        load();
    }

    private static Placeholder<TFloat32> column(Ops tf) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
    }

    private static Shape shape(NamedTensor tensor) {
        return Shape.of(Arrays.stream(tensor.shape()).asLongStream().toArray());
    }

    /** Inverted dropout; which units go is a function of seed, step, layer and place alone. */
    private Operand<TFloat32> dropout(Ops tf, int layer, Operand<TFloat32> output, double dropRate) {
        if (dropRate == 0) {
            return output;
        }
        Operand<TInt64> seed = tf.math.add(dropoutSeed, tf.array(layer * 0x9e3779b97f4a7c15L, 0));
        Operand<TFloat32> uniform = tf.random.statelessRandomUniform(tf.shape(output), seed);
        Operand<TFloat32> kept = tf.dtypes.cast(
                tf.math.greaterEqual(uniform, tf.constant((float) dropRate)), TFloat32.class);
        return tf.math.mul(output, tf.math.mul(kept, tf.constant((float) (1 / (1 - dropRate)))));
    }

    @SuppressWarnings("unchecked")
    private static List<Operand<TFloat32>> gradients(Ops tf, Operand<TFloat32> y, List<Operand<TFloat32>> xs,
            Operand<TFloat32> dy) {
        List<Operand<TFloat32>> gradients = new ArrayList<>();
        for (Operand<?> gradient : tf.gradients(List.of(y), xs, Gradients.dx(List.of(dy)))) {
            gradients.add((Operand<TFloat32>) gradient);
        }
        return gradients;
    }

    /** Takes over the net's numbers as they are now; called after each change of them. */
    void load() {
        for (int i = 0; i < net.size(); i++) {
            netTensors.get(i).copyFrom(DataBuffers.of(net.get(i).data(), true, false));
        }
    }

    /** f(x, θ) without dropout; see {@link Weights#gather} for the inputs. */
    void score(float[] rows, float[] sums, int count, float[] logits) {
        try (TFloat32 rowTensor = rows(rows, count);
                TFloat32 sumTensor = column(sums, count);
                Result result = runner().feed(embeddings, rowTensor).feed(linears, sumTensor).fetch(plainLogits)
                        .run()) {
            read(result, 0, logits, count);
        }
    }

    /**
     * Gradients of the batch's summed loss.
     *
     * @param seed            two numbers that no other step uses
     * @param ofEmbeddings    [count * fields * embeddingSize], out
     * @param ofLogits        [count], out
     * @param ofNet           one array a net tensor, out
     */
    void gradients(float[] rows, float[] sums, int count, float[] label, float[] weight, float[] gateWeight,
            long[] seed, float[] ofEmbeddings, float[] ofLogits, List<float[]> ofNet) {
        try (TFloat32 rowTensor = rows(rows, count);
                TFloat32 sumTensor = column(sums, count);
                TFloat32 labelTensor = column(label, count);
                TFloat32 weightTensor = column(weight, count);
                TFloat32 gateWeightTensor = column(gateWeight, count);
                TInt64 seedTensor = TInt64.vectorOf(seed)) {
            Session.Runner runner = runner().feed(embeddings, rowTensor).feed(linears, sumTensor)
                    .feed(labels, labelTensor).feed(weights, weightTensor).feed(gateWeights, gateWeightTensor)
                    .feed(dropoutSeed, seedTensor).fetch(embeddingGradients).fetch(logitGradients);
            netGradients.forEach(runner::fetch);
            try (Result result = runner.run()) {
                read(result, 0, ofEmbeddings, count * fields * embeddingSize);
                read(result, 1, ofLogits, count);
                for (int i = 0; i < ofNet.size(); i++) {
                    read(result, 2 + i, ofNet.get(i), ofNet.get(i).length);
                }
            }
        }
    }

    private Session.Runner runner() {
        Session.Runner runner = session.runner();
        for (int i = 0; i < netPlaceholders.size(); i++) {
            runner.feed(netPlaceholders.get(i), netTensors.get(i));
        }
        return runner;
    }

    private TFloat32 rows(float[] values, int count) {
        return TFloat32.tensorOf(Shape.of(count, fields, embeddingSize),
                DataBuffers.of(values, true, false).narrow((long) count * fields * embeddingSize));
    }

    private static TFloat32 column(float[] values, int count) {
        return TFloat32.tensorOf(Shape.of(count), DataBuffers.of(values, true, false).narrow(count));
    }

    private static void read(Result result, int index, float[] into, int count) {
        ((TFloat32) result.get(index)).copyTo(DataBuffers.of(into, false, false).narrow(count));
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        netTensors.forEach(TFloat32::close);
    }
}
