package io.sextant.perf.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** TensorFlow's own variables and optimisers, with which the nets that ours is compared with are trained. */
final class TensorFlowTraining {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final Ops tf;
    private final long seed;
    private final List<Operand<TFloat32>> variables = new ArrayList<>();
    private final List<Op> initial = new ArrayList<>();

    TensorFlowTraining(Ops tf, long seed) {
        this.tf = tf;
        this.seed = seed;
    }

    /** A variable that starts evenly distributed within ±limit. */
    Variable<TFloat32> variable(double limit, int... shape) {
        Variable<TFloat32> variable = plain(shape);
        Operand<TFloat32> uniform = tf.random.statelessRandomUniform(tf.constant(shape),
                tf.array(seed, variables.size()));
        initial.add(tf.assign(variable,
                tf.math.mul(tf.math.sub(uniform, tf.constant(0.5f)), tf.constant((float) (2 * limit)))));
        variables.add(variable);
        return variable;
    }

    private Variable<TFloat32> plain(int... shape) {
        return tf.variable(Shape.of(Arrays.stream(shape).asLongStream().toArray()), TFloat32.class);
    }

    private Variable<TFloat32> filled(float value, Operand<TFloat32> like) {
        int[] shape = Arrays.stream(like.shape().asArray()).mapToInt(Math::toIntExact).toArray();
        Variable<TFloat32> variable = plain(shape);
        initial.add(tf.assign(variable, tf.fill(tf.constant(shape), tf.constant(value))));
        return variable;
    }

    /** All variables of the net in the order in which they were made. */
    List<Operand<TFloat32>> variables() {
        return variables;
    }

    /** Steps of Adam on the variables that gradients are given for, the last ones. */
    List<Op> adam(Iterable<Operand<?>> gradients, float rate) {
        List<Operand<TFloat32>> found = floats(gradients);
        List<Op> steps = new ArrayList<>();
        Variable<TFloat32> power1 = filled(BETA1, tf.constant(0f));
        Variable<TFloat32> power2 = filled(BETA2, tf.constant(0f));
        int skipped = variables.size() - found.size();
        for (int i = 0; i < found.size(); i++) {
            Operand<TFloat32> variable = variables.get(skipped + i);
            steps.add(tf.train.applyAdam(variable, filled(0, variable), filled(0, variable), power1, power2,
                    tf.constant(rate), tf.constant(BETA1), tf.constant(BETA2), tf.constant(EPSILON), found.get(i)));
        }
        return steps;
    }

    /** A step of AdaGrad on one variable. */
    Op adaGrad(Operand<TFloat32> variable, Operand<TFloat32> gradient, float rate) {
        return tf.train.applyAdagrad(variable, filled(0.1f, variable), tf.constant(rate), gradient);
    }

    @SuppressWarnings("unchecked")
    static List<Operand<TFloat32>> floats(Iterable<Operand<?>> operands) {
        List<Operand<TFloat32>> found = new ArrayList<>();
        for (Operand<?> operand : operands) {
            found.add((Operand<TFloat32>) operand);
        }
        return found;
    }

    /** Gives every variable its first value. */
    void initialise(Session session) {
        Session.Runner runner = session.runner();
        initial.forEach(runner::addTarget);
        try (Result result = runner.run()) {
            if (result.size() != 0) {
                throw new IllegalStateException("initialising fetches nothing");
            }
        }
    }
}
