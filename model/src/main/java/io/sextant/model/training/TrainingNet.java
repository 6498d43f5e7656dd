package io.sextant.model.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.sextant.model.ctr.DeepFmGraph;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers of the DeepFM of {@link DeepFmGraph} and its gate in TensorFlow, with placeholders for their weights: scores
 * a {@link Shard}'s rows, and takes the gradients of eq. 15's loss by looked-up embeddings, logit and net, all in one pass.
 * The numbers stay in Java; nothing here changes them.
 *
 * <p>
 * Cross entropy is never computed: its derivative by the logit, weight · (σ(logit) − label), is where the gradients start
 * from. The gate's gradient ends at its own weights θ_s (eq. 13) and does not move the ad's embeddings.
 *
 * <p>
 * Threading: passes of different shards may run on several threads at once, while
 * nobody loads; numbers that do not overlap may be loaded on several threads at once.
 */
/*
 * Dropout comes after the first ReLU, so the first layer's sums are the same with it and without it: they are computed
 * once for all rows, plain and trained. TensorFlow finds the derivatives from there up; those of the first product are
 * written out, because it would pad the derivatives of the trained rows to all rows with zeros. Slices by rows copy
 * nothing.
 */
final class TrainingNet implements AutoCloseable {
    private static final String GATE = "gate.";

    private static final DataStorageVisitor<MemorySegment> NATIVE = new DataStorageVisitor<>() {
        @Override
        @SuppressWarnings("restricted")
        public MemorySegment visit(long address, long length, long scale) {
            return MemorySegment.ofAddress(address).reinterpret(length * scale);
        }

        @Override
        public MemorySegment fallback() {
            throw new IllegalStateException("TensorFlow's tensors are expected outside the Java heap");
        }
    };

    private final int inputs;
    private final Graph graph;
    private final Session session;
    private final Placeholder<TFloat32> rows;
    private final Placeholder<TFloat32> shallow;
    /** First row and number of rows: the plain ones, the trained ones. */
    private final Placeholder<TInt32> plainRows;
    private final Placeholder<TInt32> firstTrained;
    private final Placeholder<TInt32> trainedRows;
    private final Placeholder<TFloat32> labels;
    private final Placeholder<TFloat32> weights;
    private final Placeholder<TFloat32> gateWeights;
    private final List<Placeholder<TFloat32>> keepPlaceholders = new ArrayList<>();
    private final List<Integer> hidden;
    private final List<NamedTensor> net;
    private final List<Placeholder<TFloat32>> netPlaceholders = new ArrayList<>();
    private final List<TFloat32> netTensors = new ArrayList<>();
    private final List<MemorySegment> netMemory = new ArrayList<>();
    private final Operand<TFloat32> plainLogits;
    private final Operand<TFloat32> slopes;
    private final Operand<TFloat32> gradients;
    private final List<Operand<TFloat32>> netGradients;

    TrainingNet(Weights numbers, TensorFlowOptions options) {
        this.hidden = numbers.architecture().hidden();
        this.inputs = numbers.schema().size() * numbers.architecture().embeddingSize();
        this.net = numbers.net();
        this.graph = new Graph();
        Ops tf = Ops.create(graph);
        this.rows = matrix(tf, inputs);
        this.shallow = column(tf);
        this.plainRows = pair(tf);
        this.firstTrained = pair(tf);
        this.trainedRows = pair(tf);
        this.labels = column(tf);
        this.weights = column(tf);
        this.gateWeights = column(tf);
        DeepFmGraph definition = new DeepFmGraph(tf, numbers, tensor -> {
            Placeholder<TFloat32> placeholder = tf.placeholder(TFloat32.class, Placeholder.shape(shape(tensor)));
            netPlaceholders.add(placeholder);
            netTensors.add(TFloat32.tensorOf(shape(tensor)));
            netMemory.add(memory(netTensors.getLast()));
            return placeholder;
        });

        Operand<TFloat32> firstSums = hidden.isEmpty() ? rows
                : tf.nn.biasAdd(tf.linalg.matMul(rows, definition.parameter("hidden.0.weight")),
                        definition.parameter("hidden.0.bias"));
        Operand<TFloat32> all = tf.math.add(shallow, definition.parameter("bias"));
        Operand<TInt32> top = tf.array(0, 0);
        Operand<TFloat32> plainSums = tf.slice(firstSums, top, plainRows);
        this.plainLogits = tf.math.add(tf.slice(all, tf.array(0), first(tf, plainRows)),
                logits(tf, definition, plainSums, (_, output) -> output));

        Operand<TFloat32> inTraining = tf.slice(rows, firstTrained, trainedRows);
        Operand<TFloat32> trainedSums = tf.slice(firstSums, firstTrained, trainedRows);
        boolean drops = numbers.architecture().dropRate() > 0;
        if (drops) {
            hidden.forEach(width -> keepPlaceholders.add(matrix(tf, width)));
        }
        Operand<TFloat32> dropped = tf.math.add(
                tf.slice(all, first(tf, firstTrained), first(tf, trainedRows)),
                logits(tf, definition, trainedSums,
                        (layer, output) -> drops ? tf.math.mul(output, keepPlaceholders.get(layer)) : output));
        this.slopes = tf.math.mul(weights, tf.math.sub(tf.math.sigmoid(dropped), labels));

        int size = numbers.architecture().embeddingSize();
        int adInputs = numbers.schema().adFields() * size;
        Operand<TFloat32> ads = tf.slice(inTraining, tf.array(0, inputs - adInputs), tf.array(-1, adInputs));
        Operand<TFloat32> gate = definition.gate(ads);
        Operand<TFloat32> gateSlopes = tf.math.mul(gateWeights, tf.math.sub(tf.math.sigmoid(gate), labels));

        List<Operand<TFloat32>> upper = new ArrayList<>();
        List<Operand<TFloat32>> ofGate = new ArrayList<>();
        for (NamedTensor tensor : net) {
            if (!tensor.name().startsWith("hidden.0.")) {
                (tensor.name().startsWith(GATE) ? ofGate : upper).add(definition.parameter(tensor.name()));
            }
        }
        upper.add(trainedSums);
        List<Operand<TFloat32>> found = gradients(tf, dropped, upper, slopes);
        Operand<TFloat32> ofSums = found.removeLast();
        this.netGradients = new ArrayList<>(List.of(found.removeFirst()));
        if (hidden.isEmpty()) {
            this.gradients = ofSums;
        } else {
            this.gradients = tf.linalg.matMul(ofSums, definition.parameter("hidden.0.weight"),
                    MatMul.transposeB(true));
            netGradients.add(tf.linalg.matMul(inTraining, ofSums, MatMul.transposeA(true)));
            netGradients.add(tf.reduceSum(ofSums, tf.constant(0)));
        }
        // The order of Weights.net(): bias, hidden layers, output, gate.
        netGradients.addAll(found);
        netGradients.addAll(gradients(tf, gate, ofGate, gateSlopes));
        this.session = new Session(graph, options.toConfigProto());
        load();
    }

    /** The deep part's logits from the first layer's sums, or from the embeddings where there is no hidden layer. */
    private Operand<TFloat32> logits(Ops tf, DeepFmGraph definition, Operand<TFloat32> firstSums,
            DeepFmGraph.Dropout dropout) {
        return hidden.isEmpty() ? definition.deep(firstSums, 0, dropout)
                : definition.deep(dropout.apply(0, tf.nn.relu(firstSums)), 1, dropout);
    }

    private static Operand<TInt32> first(Ops tf, Operand<TInt32> pair) {
        return tf.slice(pair, tf.array(0), tf.array(1));
    }

    private static Placeholder<TFloat32> column(Ops tf) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
    }

    private static Placeholder<TFloat32> matrix(Ops tf, int width) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, width)));
    }

    private static Placeholder<TInt32> pair(Ops tf) {
        return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));
    }

    private static Shape shape(NamedTensor tensor) {
        return Shape.of(Arrays.stream(tensor.shape()).asLongStream().toArray());
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

    /** Takes over the net's numbers as they are now. */
    void load() {
        for (int i = 0; i < net.size(); i++) {
            load(i, 0, net.get(i).data().length);
        }
    }

    /**
     * Takes over some of the net's numbers as they are now; called after each change of them.
     *
     * @param tensor number of the net's tensor
     * @param from   first of its numbers
     * @param to     behind the last
     */
    void load(int tensor, int from, int to) {
        MemorySegment.copy(net.get(tensor).data(), from, netMemory.get(tensor), JAVA_FLOAT, (long) from * Float.BYTES,
                to - from);
    }

    /**
     * Takes memory for one pass of a shard that has been laid out; the caller fills what {@link Pass} says, runs it and
     * closes it.
     */
    Pass open(Shard shard) {
        return new Pass(shard);
    }

    /** One pass: its inputs and outputs in TensorFlow's memory. */
    final class Pass implements AutoCloseable {
        private final Shard shard;
        private final TFloat32 rowTensor;
        private final List<TFloat32> keepTensors = new ArrayList<>();
        private @Nullable Result result;
        /** [rows * fields * size], in. */
        final MemorySegment embeddings;
        /** [trained * width] a hidden layer, in; none without dropout or without rows to train. */
        final List<MemorySegment> keeps = new ArrayList<>();

        private Pass(Shard shard) {
            this.shard = shard;
            this.rowTensor = TFloat32.tensorOf(Shape.of(shard.rows(), inputs));
            this.embeddings = memory(rowTensor);
            if (shard.trained > 0) {
                for (int layer = 0; layer < keepPlaceholders.size(); layer++) {
                    TFloat32 tensor = TFloat32.tensorOf(Shape.of(shard.trained, hidden.get(layer)));
                    keepTensors.add(tensor);
                    keeps.add(memory(tensor));
                }
            }
        }

        /** f(x, θ) without dropout of the plain rows. */
        void score() {
            try (TFloat32 shallowTensor = column(shard.shallow, shard.plain);
                    TInt32 plainTensor = TInt32.vectorOf(shard.plain, -1);
                    Result scored = runner().feed(rows, rowTensor).feed(shallow, shallowTensor)
                            .feed(plainRows, plainTensor).fetch(plainLogits).run()) {
                read(scored, 0, shard.logits, shard.plain);
            }
        }

        /**
         * The same, and the gradients of the trained rows' summed loss; there is at least one.
         *
         * @return [trained * fields * size] the deep part's gradient by embeddings, until this is closed
         */
        MemorySegment step() {
            try (TFloat32 shallowTensor = column(shard.shallow, shard.rows());
                    TInt32 plainTensor = TInt32.vectorOf(shard.plain, -1);
                    TInt32 fromTensor = TInt32.vectorOf(shard.from, 0);
                    TInt32 trainedTensor = TInt32.vectorOf(shard.trained, -1);
                    TFloat32 labelTensor = column(shard.labels, shard.trained);
                    TFloat32 weightTensor = column(shard.weights, shard.trained);
                    TFloat32 gateWeightTensor = column(shard.gateWeights, shard.trained)) {
                Session.Runner runner = runner().feed(rows, rowTensor).feed(shallow, shallowTensor)
                        .feed(plainRows, plainTensor).feed(firstTrained, fromTensor).feed(trainedRows, trainedTensor)
                        .feed(labels, labelTensor).feed(weights, weightTensor).feed(gateWeights, gateWeightTensor);
                for (int layer = 0; layer < keepTensors.size(); layer++) {
                    runner.feed(keepPlaceholders.get(layer), keepTensors.get(layer));
                }
                runner.fetch(plainLogits).fetch(slopes).fetch(gradients);
                netGradients.forEach(runner::fetch);
                Result found = runner.run();
                result = found;
                read(found, 0, shard.logits, shard.plain);
                read(found, 1, shard.slopes, shard.trained);
                for (int i = 0; i < shard.netGradients.length; i++) {
                    read(found, 3 + i, shard.netGradients[i], shard.netGradients[i].length);
                }
                return memory((TFloat32) found.get(2));
            }
        }

        @Override
        public void close() {
            rowTensor.close();
            keepTensors.forEach(TFloat32::close);
            if (result != null) {
                result.close();
            }
        }
    }

    /** A tensor's own memory: no copy, gone when the tensor is closed. */
    private static MemorySegment memory(TFloat32 tensor) {
        return tensor.asRawTensor().data().asFloats().accept(NATIVE);
    }

    private Session.Runner runner() {
        Session.Runner runner = session.runner();
        for (int i = 0; i < netPlaceholders.size(); i++) {
            runner.feed(netPlaceholders.get(i), netTensors.get(i));
        }
        return runner;
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
