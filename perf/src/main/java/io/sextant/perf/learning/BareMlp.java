package io.sextant.perf.learning;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.workload.PlantedWorld;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
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

/**
 * The layers alone, as TensorFlow trains them: ready embeddings in, no dropout, no tables, no gate, no masked ads, nothing
 * taken out. What no trainer of the same net can pass.
 */
final class BareMlp implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TFloat32> inputs;
    private final Placeholder<TFloat32> labels;
    private final Operand<TFloat32> logits;
    private final List<Op> training = new ArrayList<>();
    private final TFloat32 inputTensor;
    private final TFloat32 labelTensor;

    BareMlp(FeatureSchema schema, Architecture architecture, int batch, TensorFlowOptions options, long seed) {
        int width = schema.size() * architecture.embeddingSize();
        Ops tf = Ops.create(graph);
        TensorFlowTraining net = new TensorFlowTraining(tf, seed);
        this.inputs = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, width)));
        this.labels = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
        List<Integer> widths = new ArrayList<>(architecture.hidden());
        widths.add(1);
        Operand<TFloat32> values = inputs;
        int from = width;
        for (int layer = 0; layer < widths.size(); layer++) {
            int to = widths.get(layer);
            Variable<TFloat32> matrix = net.variable(Math.sqrt(6.0 / from), from, to);
            Variable<TFloat32> bias = net.variable(0, to);
            Operand<TFloat32> sums = tf.nn.biasAdd(tf.linalg.matMul(values, matrix), bias);
            values = layer < architecture.hidden().size() ? tf.nn.relu(sums) : sums;
            from = to;
        }
        this.logits = tf.reshape(values, tf.array(-1));
        Operand<TFloat32> slopes = tf.math.sub(tf.math.sigmoid(logits), labels);
        var gradients = tf.gradients(List.of(logits), net.variables(), Gradients.dx(List.of(slopes)));
        training.addAll(net.adam(gradients, 0.001f));
        this.session = new Session(graph, options.toConfigProto());
        net.initialise(session);
        UniformRandomProvider random = PlantedWorld.generator(seed);
        float[] rows = new float[batch * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextFloat() - 0.5f;
        }
        this.inputTensor = TFloat32.tensorOf(Shape.of(batch, width), DataBuffers.of(rows, true, false));
        this.labelTensor = TFloat32.tensorOf(Shape.of(batch));
    }

    /** So many steps, each with a forward pass before it if that is asked for. */
    void run(int steps, boolean forward) {
        for (int step = 0; step < steps; step++) {
            if (forward) {
                try (Result result = session.runner().feed(inputs, inputTensor).fetch(logits).run()) {
                    result.get(0);
                }
            }
            Session.Runner runner = session.runner().feed(inputs, inputTensor).feed(labels, labelTensor);
            training.forEach(runner::addTarget);
            try (Result result = runner.run()) {
                if (result.size() != 0) {
                    throw new IllegalStateException("a step of the bare net fetches nothing");
                }
            }
        }
    }

    @Override
    public void close() {
        inputTensor.close();
        labelTensor.close();
        session.close();
        graph.close();
    }
}
