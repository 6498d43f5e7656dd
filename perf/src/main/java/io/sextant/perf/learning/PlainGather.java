package io.sextant.perf.learning;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.DeepFmGraph;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The same DeepFM as it is usually written: tables are TensorFlow's variables, rows are looked up in the graph, and
 * TensorFlow's gradients and optimisers do the rest. Scores each batch, then takes a step on it.
 */
final class PlainGather implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TInt32> rows;
    private final Placeholder<TFloat32> labels;
    private final Placeholder<TInt64> dropoutSeed;
    private final Operand<TFloat32> logits;
    private final List<Op> training = new ArrayList<>();
    private final int fields;
    private long step;

    PlainGather(FeatureSchema schema, Architecture architecture, TensorFlowOptions options, long seed) {
        this.fields = schema.size();
        Ops tf = Ops.create(graph);
        TensorFlowTraining net = new TensorFlowTraining(tf, seed);
        this.rows = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, fields)));
        this.labels = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
        this.dropoutSeed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
        Variable<TFloat32> table = net.variable(0.05, schema.rows(), architecture.embeddingSize());
        Variable<TFloat32> linear = net.variable(0, schema.rows());
        DeepFmGraph definition = new DeepFmGraph(tf, new Weights(schema, architecture),
                tensor -> net.variable(tensor.shape().length > 1 ? Math.sqrt(6.0 / tensor.shape()[0]) : 0,
                        tensor.shape()));
        Operand<TFloat32> embeddings = tf.gather(table, rows, tf.constant(0));
        Operand<TFloat32> shallow = definition.shallow(embeddings,
                tf.reduceSum(tf.gather(linear, rows, tf.constant(0)), tf.constant(1)));
        Operand<TFloat32> flat = definition.flat(embeddings);
        this.logits = tf.math.add(shallow, definition.deep(flat, 0, (_, output) -> output));
        Operand<TFloat32> dropped = tf.math.add(shallow, definition.deep(flat, 0,
                (layer, output) -> dropout(tf, layer, output, architecture.dropRate())));
        Operand<TFloat32> gate = definition.gate(definition.adPart(tf.stopGradient(embeddings)));
        List<Operand<TFloat32>> variables = net.variables();
        List<Operand<TFloat32>> gradients = TensorFlowTraining.floats(tf.gradients(List.of(dropped, gate), variables,
                Gradients.dx(List.of(slopes(tf, dropped), slopes(tf, gate)))));
        training.add(net.adaGrad(table, gradients.get(0), 0.02f));
        training.add(net.adaGrad(linear, gradients.get(1), 0.02f));
        training.addAll(net.adam(new ArrayList<>(gradients.subList(2, gradients.size())), 0.001f));
        this.session = new Session(graph, options.toConfigProto());
        net.initialise(session);
    }

    private Operand<TFloat32> slopes(Ops tf, Operand<TFloat32> of) {
        return tf.math.sub(tf.math.sigmoid(of), labels);
    }

    private Operand<TFloat32> dropout(Ops tf, int layer, Operand<TFloat32> output, double rate) {
        Operand<TFloat32> uniform = tf.random.statelessRandomUniform(tf.shape(output),
                tf.math.add(dropoutSeed, tf.array(layer + 1L, 0L)));
        Operand<TFloat32> kept = tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant((float) rate)),
                TFloat32.class);
        return tf.math.mul(output, tf.math.mul(kept, tf.constant((float) (1 / (1 - rate)))));
    }

    /**
     * Scores a batch, then takes a step on it.
     *
     * @param features [n * fields] table rows
     * @param clicks   [n] 0 or 1
     * @return [n] logits from before the step
     */
    float[] scoreAndTrain(int[] features, float[] clicks) {
        float[] scores = new float[clicks.length];
        try (TInt32 rowTensor = TInt32.tensorOf(Shape.of(clicks.length, fields), DataBuffers.of(features, true, false));
                TFloat32 labelTensor = TFloat32.tensorOf(Shape.of(clicks.length), DataBuffers.of(clicks, true, false));
                TInt64 seedTensor = TInt64.vectorOf(7, step++)) {
            try (Result result = session.runner().feed(rows, rowTensor).fetch(logits).run()) {
                ((TFloat32) result.get(0)).copyTo(DataBuffers.of(scores, false, false));
            }
            Session.Runner runner = session.runner().feed(rows, rowTensor).feed(labels, labelTensor).feed(dropoutSeed,
                    seedTensor);
            training.forEach(runner::addTarget);
            try (Result result = runner.run()) {
                if (result.size() != 0) {
                    throw new IllegalStateException("a step fetches nothing");
                }
            }
        }
        return scores;
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
