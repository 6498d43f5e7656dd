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
 * Dropout comes after the first ReLU, so the first layer's outputs are the same with it and without it: they are computed
 * once for all rows, plain and trained. Slices by rows copy nothing.
 *
 * The derivatives are written out. TensorFlow's own would pad those of the trained rows to all rows with zeros, ask for the
 * sums before a ReLU, which then could not be part of the product before it, and multiply each layer's derivatives by the
 * dropout's factors. Where a dropped output is not 0 its factor is 1 / (1 − rate); so the ReLU's derivative, taken at the
 * dropped output, leaves only that constant to multiply with, and it goes into the weights above.
 */
final class TrainingNet implements AutoCloseable {
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

        Operand<TFloat32> first = hidden.isEmpty() ? rows : definition.hidden(0, rows);
        Operand<TFloat32> all = tf.math.add(shallow, definition.parameter("bias"));
        this.plainLogits = tf.math.add(tf.slice(all, tf.array(0), first(tf, plainRows)),
                definition.deep(tf.slice(first, tf.array(0, 0), plainRows), Math.min(1, hidden.size()),
                        (_, output) -> output));

        List<Operand<TFloat32>> inputsOfLayers = new ArrayList<>(
                List.of(tf.slice(rows, firstTrained, trainedRows)));
        double dropRate = numbers.architecture().dropRate();
        if (dropRate > 0) {
            hidden.forEach(width -> keepPlaceholders.add(matrix(tf, width)));
        }
        DeepFmGraph.Dropout dropout = (layer, output) -> {
            inputsOfLayers.add(dropRate > 0 ? tf.math.mul(output, keepPlaceholders.get(layer)) : output);
            return inputsOfLayers.getLast();
        };
        Operand<TFloat32> firstTrainedOutputs = tf.slice(first, firstTrained, trainedRows);
        Operand<TFloat32> dropped = tf.math.add(
                tf.slice(all, first(tf, firstTrained), first(tf, trainedRows)),
                hidden.isEmpty() ? definition.deep(firstTrainedOutputs, 0, dropout)
                        : definition.deep(dropout.apply(0, firstTrainedOutputs), 1, dropout));
        this.slopes = tf.math.mul(weights, tf.math.sub(tf.math.sigmoid(dropped), labels));

        this.netGradients = new ArrayList<>(List.of(tf.reduceSum(slopes, tf.constant(0))));
        this.gradients = backward(tf, definition, inputsOfLayers, (float) (1 / (1 - dropRate)));
        netGradients.addAll(gateGradients(tf, definition, inputsOfLayers.getFirst(),
                numbers.schema().adFields() * numbers.architecture().embeddingSize()));
        this.session = new Session(graph, options.toConfigProto());
        load();
    }

    /**
     * The gradients of hidden layers and output, added to {@link #netGradients} in the order of {@link Weights#net}, and the
     * gradient by the embeddings.
     *
     * @param inputsOfLayers of each hidden layer and of the output, dropped
     * @param kept           factor of the units that stay
     */
    private Operand<TFloat32> backward(Ops tf, DeepFmGraph definition, List<Operand<TFloat32>> inputsOfLayers,
            float kept) {
        Operand<TFloat32> column = tf.reshape(slopes, tf.array(-1, 1));
        Operand<TFloat32> outputWeights = definition.parameter("output.weight");
        List<Operand<TFloat32>> found = new ArrayList<>();
        found.add(tf.linalg.matMul(inputsOfLayers.getLast(), column, MatMul.transposeA(true)));
        Operand<TFloat32> above = tf.linalg.matMul(column, factor(tf, outputWeights, hidden.isEmpty() ? 1 : kept),
                MatMul.transposeB(true));
        for (int layer = hidden.size() - 1; layer >= 0; layer--) {
            Operand<TFloat32> ofSums = tf.nn.reluGrad(above, inputsOfLayers.get(layer + 1));
            found.add(tf.nn.biasAddGrad(ofSums));
            found.add(tf.linalg.matMul(inputsOfLayers.get(layer), ofSums, MatMul.transposeA(true)));
            Operand<TFloat32> layerWeights = definition.parameter("hidden." + layer + ".weight");
            above = tf.linalg.matMul(ofSums, factor(tf, layerWeights, layer == 0 ? 1 : kept), MatMul.transposeB(true));
        }
        netGradients.addAll(found.reversed());
        return above;
    }

    private static Operand<TFloat32> factor(Ops tf, Operand<TFloat32> matrix, float by) {
        return by == 1 ? matrix : tf.math.mul(matrix, tf.constant(by));
    }

    /** The gate's own gradients in the order of {@link Weights#net}. */
    private List<Operand<TFloat32>> gateGradients(Ops tf, DeepFmGraph definition, Operand<TFloat32> trained,
            int adInputs) {
        Operand<TFloat32> ads = tf.slice(trained, tf.array(0, inputs - adInputs), tf.array(-1, adInputs));
        Operand<TFloat32> outputs = definition.gateHidden(ads);
        Operand<TFloat32> gateSlopes = tf.math.mul(gateWeights,
                tf.math.sub(tf.math.sigmoid(definition.gateOutput(outputs)), labels));
        Operand<TFloat32> column = tf.reshape(gateSlopes, tf.array(-1, 1));
        Operand<TFloat32> ofSums = tf.nn.reluGrad(
                tf.linalg.matMul(column, definition.parameter("gate.output.weight"), MatMul.transposeB(true)), outputs);
        return List.of(tf.linalg.matMul(ads, ofSums, MatMul.transposeA(true)), tf.nn.biasAddGrad(ofSums),
                tf.linalg.matMul(outputs, column, MatMul.transposeA(true)), tf.reduceSum(gateSlopes, tf.constant(0)));
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
